"""Components of a cluster: what is on, what it requires, options, patches and waves."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from compiler.model.platform import Platform
from compiler.resolve.waves import application_waves
from tests.unit.resolve.fakes import CLUSTER, codes, understand

PATCH = "patches: [{target: {kind: Deployment}, patch: [{op: remove, path: /spec/replicas}]}]"


def waves(platform: Platform) -> Mapping[str, int]:
    return application_waves(platform.clusters[0])


def test_what_is_turned_off_is_not_installed() -> None:
    platform, _, findings = understand(CLUSTER + "components: {jupyter-web-app: {enabled: false}}\n")
    assert findings == []
    assert "jupyter-web-app" not in platform.clusters[0].installed


def test_turning_off_what_another_requires_names_who() -> None:
    _, _, (finding,) = understand(CLUSTER + "components: {istio-install: {enabled: false}}\n")
    assert finding.code == "required-component-disabled"
    assert finding.path == ("components", "istio-install", "enabled")
    assert "profiles" in finding.message


def test_what_the_cluster_has_already_satisfies_a_requirement() -> None:
    platform, _, findings = understand(CLUSTER + "components: {istio-install: {existing: 1.28.1}}\n")
    assert findings == []
    existing = platform.clusters[0].installed["istio-install"]
    assert (existing.existing, existing.version) == ("1.28.1", "1.28.1")


def test_a_cluster_s_entry_is_merged_over_the_platform_s() -> None:
    text = CLUSTER.rstrip("}\n") + ", components: {pipelines: {store: {bucket: own, deep: {b: 2}}}}}\n"
    text += "components: {pipelines: {store: {type: s3, bucket: shared, deep: {a: 1}}}}\n"
    platform, _, _ = understand(text)
    assert platform.clusters[0].installed["pipelines"].options == {
        "store": {"type": "s3", "bucket": "own", "deep": {"a": 1, "b": 2}}
    }


def test_a_cluster_may_turn_on_what_the_platform_turns_off() -> None:
    text = CLUSTER.rstrip("}\n") + ", components: {katib: {enabled: true}}}\ncomponents: {katib: {enabled: false}}\n"
    platform, _, findings = understand(text)
    assert findings == []
    assert "katib" in platform.clusters[0].installed


def test_patches_of_the_cluster_follow_those_of_the_platform() -> None:
    text = CLUSTER.rstrip("}\n") + f", components: {{profiles: {{{PATCH}}}}}}}\n"
    text += "components: {profiles: {patches: [{target: {name: x}, patch: {spec: {replicas: 2}}}]}}\n"
    platform, _, findings = understand(text)
    assert findings == []
    first, second = platform.clusters[0].installed["profiles"].patches
    assert (first.target, first.patch) == ({"name": "x"}, {"spec": {"replicas": 2}})
    assert (second.target, second.patch) == ({"kind": "Deployment"}, ({"op": "remove", "path": "/spec/replicas"},))


@pytest.mark.parametrize(
    "entry", [f"katib: {{enabled: false, {PATCH}}}", f"istio-install: {{existing: 1.28.0, {PATCH}}}"]
)
def test_a_patch_of_what_nothing_installs_is_an_error(entry: str) -> None:
    _, _, findings = understand(CLUSTER + f"components: {{{entry}}}\n")
    assert codes(findings) == ["patch-without-component"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"p.yaml": b"- {op: remove, path: /spec}\n"}, []),
        ({"p.yaml": b"# why\n---\n- op: remove\n  path: /spec\n"}, []),
        ({"p.yaml": b"[{op: remove, path: /spec}]\n"}, []),
        ({"p.yaml": b"- {op: remove, op: add}\n"}, ["duplicate-key"]),
        ({"p.yaml": b"[]\n"}, ["bad-patch-file"]),
        ({}, ["missing-patch-file"]),
        ({"p.yaml": b"just text\n"}, ["bad-patch-file"]),
    ],
)
def test_a_patch_file_is_read_once_and_must_hold_a_patch(files: Mapping[str, bytes], expected: list[str]) -> None:
    text = CLUSTER + '  - {name: two, environment: dev, provider: k3d, kubernetes: "1.34"}\n'
    text += "components: {profiles: {patches: [{target: {kind: Deployment}, path: p.yaml}]}}\n"
    platform, _, findings = understand(text, files=files)
    assert codes(findings) == expected
    if not expected:
        (patch,) = platform.clusters[0].installed["profiles"].patches
        assert (patch.file, patch.patch) == ("p.yaml", ({"op": "remove", "path": "/spec"},))
        assert platform.files == files


def test_a_team_s_gpus_bring_kueue() -> None:
    text = CLUSTER + "gpuPools: [{name: t4, cluster: dev, accelerator: nvidia-t4, nodes: {max: 1}}]\n"
    text += "teams:\n  - name: vision\n    owner: {user: a@acme.com}\n    namespaces: [{name: v, clusters: [dev]}]\n"
    text += "    gpus: [{pool: t4, nominal: 1}]\n"
    platform, _, findings = understand(text)
    assert findings == []
    kueue = platform.clusters[0].installed["kueue"]
    assert kueue.because == ("teams.*.gpus",)
    assert kueue.origin == ("teams", 0, "gpus", 0)
    platform, _, findings = understand(text + "components: {kueue: {enabled: false}}\n")
    assert findings == []
    assert "kueue" not in platform.clusters[0].installed


def test_another_team_s_claim_changes_nothing_about_kueue() -> None:
    text = CLUSTER + "gpuPools: [{name: t4, cluster: dev, accelerator: nvidia-t4, nodes: {max: 2}}]\nteams:\n"
    vision, alpha = (
        f"  - name: {name}\n    owner: {{user: {name}@acme.com}}\n    namespaces: [{{name: {name}, clusters: [dev]}}]\n"
        "    gpus: [{pool: t4, nominal: 1}]\n"
        for name in ("vision", "alpha")
    )
    one, one_lock, _ = understand(text + vision)
    two, two_lock, _ = understand(text + vision + alpha)
    assert one.clusters[0].installed["kueue"].because == two.clusters[0].installed["kueue"].because
    assert one_lock == two_lock


def test_argo_cd_is_everywhere_unless_a_hub_manages_the_cluster() -> None:
    _, _, findings = understand(CLUSTER + "components: {argo-cd: {enabled: false}}\n")
    assert codes(findings) == ["required-component-disabled"]
    platform, _, findings = understand(CLUSTER + "components: {argo-cd: {existing: 3.4.2}}\n")
    assert findings == []
    assert platform.clusters[0].installed["argo-cd"].existing == "3.4.2"


def test_waves_follow_what_requires_what() -> None:
    platform, _, _ = understand(
        CLUSTER + "teams: [{name: vision, owner: {user: a@acme.com}, namespaces: [{name: v, clusters: [dev]}]}]\n"
    )
    found = waves(platform)
    assert found["argo-cd"] == -1
    assert found["kubeflow-namespace"] == found["istio-install"] == 0
    assert found["profiles"] == 1
    assert found["jupyter-web-app"] == 2
    assert found["team-vision"] == 2


def test_the_operator_of_secrets_comes_before_those_who_have_them() -> None:
    text = CLUSTER.rstrip("}\n") + ", secrets: {backend: external-secrets, store: {kind: SecretStore, name: s}}}\n"
    platform, _, findings = understand(text)
    assert findings == []
    found = waves(platform)
    assert found["external-secrets"] == 0
    assert found["kubeflow-namespace"] == 1


def test_pools_come_before_the_teams_that_use_them() -> None:
    text = CLUSTER + "gpuPools: [{name: t4, cluster: dev, accelerator: nvidia-t4, nodes: {max: 1}}]\n"
    text += "teams:\n  - name: vision\n    owner: {user: a@acme.com}\n    namespaces: [{name: v, clusters: [dev]}]\n"
    text += "    gpus: [{pool: t4, nominal: 1}]\nnamespaces: [{name: data, clusters: [dev]}]\n"
    found = waves(understand(text)[0])
    assert found["kueue"] < found["gpu-pools"] < found["team-vision"] == found["shared-namespaces"]
    assert found["gpu-nodes"] == found["team-vision"], "nothing waits for an autoscaler that may not be there"


@pytest.mark.parametrize(
    ("patch", "code"),
    [
        ('{target: {kind: Deployment, name: "("}, patch: {spec: {replicas: 2}}}', "bad-patch-target"),
        ('{target: {kind: "(?!Deploy).*"}, patch: {spec: {replicas: 2}}}', "bad-patch-target"),
        ("{target: {kind: Deployment}, patch: []}", "empty-patch"),
        ("{target: {kind: Deployment}, patch: {}}", "empty-patch"),
    ],
)
def test_a_patch_that_kustomize_would_refuse_is_told(patch: str, code: str) -> None:
    _, _, findings = understand(CLUSTER + f"components: {{profiles: {{patches: [{patch}]}}}}\n")
    assert codes(findings) == [code]
