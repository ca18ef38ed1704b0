"""Targets as kustomize matches them, and the patches of every overlay."""

from __future__ import annotations

import pytest

from compiler.lowering import patches
from compiler.model.manifest import Identity
from tests.unit.lowering.installed import installation, user_patch

CONTROLLER = Identity("apps", "Deployment", "kubeflow", "kserve-controller-manager")
CLAIM = Identity("", "PersistentVolumeClaim", "kubeflow", "katib-mysql")


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ({}, True),
        ({"kind": "Deployment"}, True),
        ({"kind": "Deploy"}, False),
        ({"kind": "Deployment", "name": "kserve-.*"}, True),
        ({"name": "kserve"}, False),
        ({"name": "other|kserve-controller-manager"}, True),
        ({"group": "apps"}, True),
        ({"group": "batch"}, False),
        ({"namespace": "kubeflow"}, True),
        ({"namespace": "other"}, False),
        ({"labelSelector": "app=other"}, True),
    ],
)
def test_a_target_selects_an_identity(target: dict[str, str], *, expected: bool) -> None:
    assert patches.selects(target, CONTROLLER) is expected


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("app=a", True),
        ("app==a,tier=b", True),
        ("app!=a", False),
        ("app", True),
        ("!app", False),
        ("!other", True),
        ("app in (x, a)", True),
        ("app notin (x, a)", False),
        ("app in (x),tier=b", False),
    ],
)
def test_a_selector_is_compared_with_the_object_itself(selector: str, *, expected: bool) -> None:
    manifest = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "x", "labels": {"app": "a", "tier": "b"}},
    }
    assert patches.selects({"labelSelector": selector}, Identity.of(manifest), manifest) is expected


def test_a_version_is_compared_with_the_object_itself() -> None:
    manifest = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "x"}}
    assert patches.selects({"version": "v1"}, Identity.of(manifest), manifest)
    assert not patches.selects({"version": "v2"}, Identity.of(manifest), manifest)


@pytest.mark.parametrize(
    "identity",
    [CONTROLLER, CLAIM, Identity("", "Namespace", "", "kubeflow"), Identity("kubeflow.org", "Profile", "", "a")],
)
def test_an_identity_is_read_back_as_it_is_written(identity: Identity) -> None:
    assert patches.identity_of(str(identity)) == identity


def test_the_suffix_of_generated_names_is_no_part_of_them() -> None:
    assert patches.identity_of("ConfigMap kubeflow/profiles-config-5h9m86f79f").name == "profiles-config"
    assert patches.identity_of("Service kubeflow/profiles-config-5h9m86f79f").name.endswith("5h9m86f79f")


def test_only_kinds_that_are_there_are_kept() -> None:
    (kept,) = patches.keep_data([CONTROLLER, CLAIM])
    assert kept["target"] == {"kind": "PersistentVolumeClaim"}
    assert kept["patch"]["metadata"]["annotations"] == patches.KEEP


def test_a_storage_class_needs_a_claim_and_a_name() -> None:
    assert patches.storage_class([CONTROLLER], "fast") == []
    assert patches.storage_class([CLAIM], None) == []
    (patch,) = patches.storage_class([CLAIM], "fast")
    assert patch["patch"][0]["value"] == "fast"


def test_webhook_configurations_are_annotated_where_there_are_some_and_a_provider_wants_it() -> None:
    checking = Identity("admissionregistration.k8s.io", "ValidatingWebhookConfiguration", "", "a")
    namesake = Identity("acme.com", "MutatingWebhookConfiguration", "", "a")
    assert patches.webhooks([checking], None) == []
    assert patches.webhooks([CONTROLLER, namesake], {"a/b": "true"}) == []
    (patch,) = patches.webhooks([checking, checking, CONTROLLER], {"a/b": "true"})
    assert patch["target"] == {"group": checking.group, "kind": checking.kind}
    assert patch["patch"]["apiVersion"] == "admissionregistration.k8s.io/v1"
    assert patch["patch"]["metadata"]["annotations"] == {"a/b": "true"}


def test_resources_of_own_kinds_come_later_once_each() -> None:
    made = patches.later([("serving.kserve.io", "B"), ("serving.kserve.io", "A"), ("serving.kserve.io", "A")])
    assert [patch["target"]["kind"] for patch in made] == ["A", "B"]


def test_a_users_patch_that_hits_nothing_is_reported_with_what_is_near() -> None:
    wrong = user_patch({"kind": "Deployment", "name": "kserve-controler"}, [])
    right = user_patch({"kind": "Deployment", "name": "kserve-controller-manager"}, [])
    one = installation("kserve", "26.03", patches=(wrong, right))
    (finding,) = patches.unmatched_user_patches(one, [CONTROLLER, CLAIM])
    assert finding.code == "patch-matches-nothing"
    assert finding.path == (*wrong.origin, "target")
    assert "kserve-controler" in finding.message
    assert any("kserve-controller-manager" in note for note in finding.notes)


def test_a_rendering_is_searched_as_well_as_the_catalog() -> None:
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a-5h9m86f79f", "namespace": "n"}}
    wanted = patches.Patched({"kind": "ConfigMap", "name": "a"}, [])
    assert patches.unmatched([wanted], [manifest]) == []
    assert patches.unmatched([wanted], [CLAIM]) == [wanted]
