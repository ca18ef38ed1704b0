"""The description of one component's objects."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.catalog.importer.analyse import admits, describe, is_unpinned, selects

CRD = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "toys.play.io"},
    "spec": {
        "group": "play.io", "scope": "Namespaced", "names": {"kind": "Toy", "plural": "toys"},
        "conversion": {"strategy": "Webhook"}, "versions": [{"x": "y" * 300_000}],
    },
}  # fmt: skip
TOY = {"apiVersion": "play.io/v1", "kind": "Toy", "metadata": {"name": "ball"}, "spec": {}}
HOOK: dict[str, Any] = {
    "apiVersion": "admissionregistration.k8s.io/v1",
    "kind": "ValidatingWebhookConfiguration",
    "metadata": {"name": "guard", "annotations": {"cert-manager.io/inject-ca-from": "play/cert"}},
    "webhooks": [
        {
            "clientConfig": {"caBundle": "Cg=="},
            "rules": [
                {"operations": ["CREATE"], "apiGroups": ["play.io"], "apiVersions": ["*"], "resources": ["toys"]}
            ],
        },
        {"clientConfig": {}, "failurePolicy": "Ignore"},
    ],
}
WORKLOAD = {
    "apiVersion": "apps/v1",
    "kind": "StatefulSet",
    "metadata": {"name": "db", "namespace": "play"},
    "spec": {
        "template": {
            "spec": {
                "initContainers": [{"name": "i", "image": "busybox"}],
                "containers": [
                    {"name": "c", "image": "r.io/db:v1.2", "env": [{"name": "X", "value": "ghcr.io/o/side:2.0"}]}
                ],
            }
        },
        "volumeClaimTemplates": [
            {
                "metadata": {"name": "data"},
                "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "5Gi"}}},
            }
        ],
    },
}
SECRET = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"b": "x", "a": ""}}
ROLE = {
    "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "all"},
    "aggregationRule": {}, "rules": [],
}  # fmt: skip
ROLE["aggregationRule"] = {"clusterRoleSelectors": [{}]}


def test_the_description_names_what_matters() -> None:
    found = describe([CRD, TOY, HOOK, WORKLOAD, SECRET, ROLE], {("play.io", "Toy"): True})
    assert found["objects"] == sorted(found["objects"])
    assert len(found["objects"]) == 6
    assert found["namespaces"] == ["play"]
    assert found["namespaceUnset"] == ["Secret s", "Toy.play.io ball"]
    assert found["crds"].keys() == {"toys.play.io"}
    assert found["oversized"].keys() == {"CustomResourceDefinition/toys.play.io"}
    assert found["conversionWebhooks"] == ["toys.play.io"]
    assert found["ownResources"] == found["ownResourcesBehindWebhook"] == {"Toy.play.io": 1}
    assert found["webhooks"] == [
        {
            "kind": "ValidatingWebhookConfiguration", "name": "guard", "webhooks": 2, "caFrom": "play/cert",
            "caBundle": ["absent", "empty"], "rulesEmpty": True, "failurePolicy": ["Fail", "Ignore"],
        }
    ]  # fmt: skip
    assert found["images"] == ["busybox", "r.io/db:v1.2"]
    assert found["imagesEmbedded"] == ["ghcr.io/o/side:2.0"]
    assert found["imagesUnpinned"] == ["busybox"]
    assert found["secrets"] == [{"name": "s", "namespace": "", "keys": ["a", "b"], "emptyKeys": ["a"]}]
    assert found["volumeClaims"] == ["data 5Gi ReadWriteOnce"]
    assert found["aggregatedRoles"] == {"all": "empty"}


@pytest.mark.parametrize(
    ("image", "loose"),
    [("a", True), ("a:latest", True), ("r:5000/a", True), ("a:1", False), ("a@sha256:0", False), ("r/a:main", True)],
)
def test_loose_images(image: str, loose: bool) -> None:
    assert is_unpinned(image) is loose


def test_rules_admit_by_group_version_and_resource() -> None:
    rule = HOOK["webhooks"][0]["rules"][0]
    assert admits(rule, TOY, "toys")
    assert not admits(rule, TOY, "balls")
    assert not admits({**rule, "operations": ["UPDATE"]}, TOY, "toys")
    assert not admits({**rule, "apiVersions": ["v2"]}, TOY, "toys")
    assert admits({**rule, "apiGroups": ["*"], "resources": ["*/*"]}, WORKLOAD)


def test_selectors() -> None:
    labels = {"a": "1", "b": "2"}
    assert selects(None, labels)
    assert selects({"matchLabels": {"a": "1"}}, labels)
    assert not selects({"matchLabels": {"a": "2"}}, labels)
    for operator, key, values, fits in (
        ("In", "a", ["1"], True), ("In", "c", ["1"], False), ("NotIn", "a", ["1"], False), ("NotIn", "c", ["1"], True),
        ("Exists", "b", None, True), ("Exists", "c", None, False), ("DoesNotExist", "c", None, True),
        ("DoesNotExist", "a", None, False),
    ):  # fmt: skip
        assert selects({"matchExpressions": [{"key": key, "operator": operator, "values": values}]}, labels) is fits
