"""A whole cluster's renderings judged: every planted mistake is found, and a sound one has none."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest

from compiler.diagnostics.model import Severity
from compiler.lowering.argocd.destinations import IN_CLUSTER
from compiler.model import names
from compiler.model.platform import Cluster, SecretsBackend
from compiler.verify.verify import judge
from tests.unit.lowering.installed import catalog, cluster, installation, user_patch

Objects = dict[str, list[dict[str, Any]]]

HERE = replace(cluster([installation("argo-cd", "3.4.7", "argo-cd")]), secrets=SecretsBackend("manual"))


def manifest(kind: str, name: str, api: str = "v1", namespace: str = "", **fields: Any) -> dict[str, Any]:
    wave = fields.pop("wave", None)
    metadata: dict[str, Any] = {"name": name}
    if namespace:
        metadata["namespace"] = namespace
    if wave is not None:
        metadata["annotations"] = {names.SYNC_WAVE: str(wave)}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **fields}


def crd(kind: str, group: str = "acme.com", scope: str = "Namespaced") -> dict[str, Any]:
    plural = f"{kind.lower()}s"
    schema = {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {}}}}}
    return manifest(
        "CustomResourceDefinition",
        f"{plural}.{group}",
        "apiextensions.k8s.io/v1",
        spec={
            "group": group,
            "scope": scope,
            "names": {"kind": kind, "plural": plural, "singular": kind.lower(), "listKind": f"{kind}List"},
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": schema}],
        },
    )


def application(name: str, wave: int, namespace: str = "argocd") -> dict[str, Any]:
    spec = {
        "project": "platform",
        "source": {"repoURL": "https://github.com/acme/p.git", "path": f"infra/overlays/c/{name}"},
        "destination": {"server": IN_CLUSTER, "namespace": namespace},
    }
    return manifest("Application", name, "argoproj.io/v1alpha1", "argocd", wave=wave, spec=spec)


def project(*kinds: tuple[str, str], namespaces: tuple[str, ...] = ("argocd", "a", "b", "gone")) -> dict[str, Any]:
    allowed = [{"group": group, "kind": kind} for group, kind in kinds or [("*", "*")]]
    spec = {
        "destinations": [{"server": IN_CLUSTER, "namespace": namespace} for namespace in namespaces],
        "clusterResourceWhitelist": allowed,
        "namespaceResourceWhitelist": allowed,
    }
    return manifest("AppProject", "platform", "argoproj.io/v1alpha1", "argocd", spec=spec)


THING = manifest("Thing", "t", "acme.com/v1", "b")
ARGO_CD = [crd("Application", "argoproj.io"), manifest("Namespace", "argocd")]
for _definition in ARGO_CD[:1]:
    _definition["spec"]["versions"][0]["name"] = "v1alpha1"
    _definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["x-kubernetes-preserve-unknown-fields"] = True
    del _definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]


def tree(one: list[dict[str, Any]], two: list[dict[str, Any]], waves: tuple[int, int] = (0, 1)) -> Objects:
    """Return two overlays, the definition and namespaces in the first unless the test says otherwise."""
    told = [application("argo-cd", -1), application("one", waves[0]), application("two", waves[1])]
    return {"argo-cd": ARGO_CD, "applications": told, "one": one, "two": two}


GROUND = [crd("Thing"), manifest("Namespace", "a"), manifest("Namespace", "b")]


def codes(
    objects: Objects, *projects: dict[str, Any], here: Cluster = HERE, failed: frozenset[str] = frozenset()
) -> list[str]:
    found = judge(here, objects, list(projects or (project(),)), catalog(), failed=failed)
    return sorted(finding.code for finding in found if finding.severity is not Severity.INFO)


def test_a_sound_cluster_has_no_findings() -> None:
    assert codes(tree(GROUND, [THING, manifest("ConfigMap", "m", namespace="a")])) == []


@pytest.mark.parametrize(
    ("one", "two", "waves", "code"),
    [
        (GROUND, [{**THING, "spec": {"colour": "red"}}], (0, 1), "schema-violation"),
        (GROUND, [manifest("Deployment", "d", "extensions/v1beta1", "a")], (0, 1), "api-not-served"),
        (GROUND[1:], [THING], (0, 1), "api-not-served"),
        ([*GROUND, THING], [THING], (0, 1), "duplicate-object"),
        (GROUND, [THING], (1, 1), "applied-before-its-definition"),
        (GROUND, [manifest("ConfigMap", "m", namespace="a")], (1, 0), "applied-before-its-definition"),
        (GROUND, [manifest("ConfigMap", "m", namespace="gone")], (0, 1), "missing-namespace"),
        (GROUND, [manifest("ConfigMap", "m")], (0, 1), "missing-namespace"),
    ],
)
def test_each_planted_mistake_is_found(
    one: list[dict[str, Any]], two: list[dict[str, Any]], waves: tuple[int, int], code: str
) -> None:
    assert set(codes(tree(one, two, waves))) == {code}


def webhook(wave: int | None = None, **hook: Any) -> dict[str, Any]:
    rule = {"operations": ["CREATE"], "apiGroups": ["acme.com"], "apiVersions": ["v1"], "resources": ["things"]}
    fields: dict[str, Any] = {
        "name": "check.acme.com",
        "admissionReviewVersions": ["v1"],
        "sideEffects": "None",
        "clientConfig": {"service": {"name": "s", "namespace": "a"}},
        "rules": [rule],
        **hook,
    }
    kind, api = "ValidatingWebhookConfiguration", "admissionregistration.k8s.io/v1"
    return manifest(kind, "check", api, wave=wave, webhooks=[fields])


def test_what_a_webhook_admits_comes_after_it() -> None:
    early = ["applied-before-its-definition"]
    later = {**THING, "metadata": {**THING["metadata"], "annotations": {names.SYNC_WAVE: "1"}}}
    assert codes(tree([*GROUND, webhook(), THING], [])) == early
    assert codes(tree([*GROUND, webhook(), later], [])) == []
    assert codes(tree([*GROUND, THING], [webhook()])) == early
    assert codes(tree([*GROUND, webhook()], [THING])) == []
    assert codes(tree([*GROUND, webhook(failurePolicy="Ignore"), THING], [])) == []
    assert codes(tree([*GROUND, webhook(objectSelector={"matchLabels": {"x": "y"}}), THING], [])) == []


def test_what_the_project_does_not_allow_is_found() -> None:
    objects = tree([], [manifest("ConfigMap", "m", namespace="kube-system")])
    assert codes(objects) == ["project-forbids-object"]
    assert (
        codes(
            tree([], [manifest("ConfigMap", "m", namespace="default")]),
            project(("", "Secret"), namespaces=("argocd", "default")),
        ).count("project-forbids-object")
        >= 1
    )
    homeless = {**objects, "two": []}
    del homeless["applications"][2]["spec"]["destination"]["namespace"]
    assert codes(homeless) == ["project-forbids-object"]
    assert set(codes({**homeless, "two": []}, {**project(), "metadata": {"name": "other"}})) == {
        "project-forbids-object"
    }


def test_a_cluster_scoped_resource_goes_by_its_definition() -> None:
    wide = [crd("Thing", scope="Cluster"), manifest("Namespace", "b")]
    narrow = project()
    narrow["spec"]["clusterResourceWhitelist"] = [
        {"group": "", "kind": "Namespace"},
        {"group": "apiextensions.k8s.io", "kind": "CustomResourceDefinition"},
    ]
    assert codes(tree(wide, [THING]), narrow) == ["project-forbids-object"]


def test_public_passwords_are_found_wherever_they_stand() -> None:
    secret = manifest("Secret", "katib-mysql-secrets", namespace="a", data={"X": base64.b64encode(b"test").decode()})
    other = manifest("Secret", "mine", namespace="a", stringData={"X": "test"})
    hidden = manifest("ConfigMap", "m", namespace="a", data={"config": "secret: pUBnBOY80SnXgjibTYM9ZWNzY2xreNGQok\n"})
    assert codes(tree(GROUND, [secret])) == ["default-credential"]
    assert codes(tree(GROUND, [other])) == []
    assert codes(tree(GROUND, [hidden])) == ["default-credential"]
    assert codes(tree(GROUND, [manifest("ConfigMap", "postgres", namespace="a")])) == []
    insecure = replace(HERE, secrets=SecretsBackend("insecure-defaults"))
    assert codes(tree(GROUND, [secret, hidden]), here=insecure) == []


def test_a_patch_that_hits_nothing_in_the_rendering_is_found() -> None:
    missing = user_patch({"kind": "Deployment", "name": "kserve-controller"}, {"spec": {}})
    hitting = user_patch({"kind": "ConfigMap", "name": "m.*"}, {"data": {}})
    gone = user_patch(
        {"kind": "Service", "name": "s"}, {"$patch": "delete", "kind": "Service", "metadata": {"name": "s"}}
    )
    here = replace(
        HERE, installations=(*HERE.installations, installation("kserve", "26.03", patches=(missing, hitting, gone)))
    )
    objects = {**tree(GROUND, []), "kserve": [manifest("ConfigMap", "m", namespace="a")]}
    found = [each for each in judge(here, objects, [project()], catalog()) if each.code == "patch-matches-nothing"]
    assert [each.message for each in found] == ["no object of kserve is Deployment kserve-controller"]


def test_what_cannot_be_known_is_not_held_against_others() -> None:
    told = [application("argo-cd", -1), application("istio-install", 2)]
    gateway = manifest("Gateway", "g", "networking.istio.io/v1", "istio-system")
    broken = {"applications": told, "istio-install": [gateway]}
    here = replace(HERE, installations=(*HERE.installations, installation("istio-crds", "26.03")))
    allowed = project(namespaces=("argocd", "istio-system"))
    assert "api-not-served" in codes(broken, allowed)
    assert "api-not-served" not in codes(broken, allowed, here=here, failed=frozenset({"istio-crds", "argo-cd"}))
    there = replace(
        HERE,
        installations=tuple(
            installation(each, "26.03", existing="1.28.0") for each in ("istio-crds", "istio-namespace")
        ),
    )
    assert codes(broken, allowed, here=there) == []


def test_a_chart_that_argo_cd_renders_is_said_to_be_unchecked() -> None:
    version = catalog().versions("gpu-operator")[-1]
    here = replace(HERE, installations=(*HERE.installations, installation("gpu-operator", version, "gpu-operator")))
    found = [
        each for each in judge(here, tree(GROUND, []), [project()], catalog()) if each.code == "chart-not-rendered"
    ]
    assert [each.severity for each in found] == [Severity.INFO]
