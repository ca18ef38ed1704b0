"""What is said to be used is what the compiler writes; the repository's own tree is looked at."""

from __future__ import annotations

from compiler.lowering.queues import _V1BETA2, _api
from compiler.matrix.used import used_features
from tests.meta.sources import ROOT
from tests.unit.matrix.platforms import catalog, one_cluster, understood

TRACES = {
    "feature:argo-cd/syncOptions ServerSideApply=true": "ServerSideApply=true",
    "feature:kubernetes/Server-Side Apply": "ServerSideApply=true",
    "feature:kustomize/patches (list; inline or path + target)": "\npatches:",
    "feature:kustomize/remote ?ref= (branch, tag or commit sha)": "?ref=",
    "feature:kustomize/remote ?timeout= and ?submodules=": "&timeout=",
    "api:admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy": "kind: ValidatingAdmissionPolicy\n",
    "feature:kubernetes/ValidatingAdmissionPolicy": "kind: ValidatingAdmissionPolicy\n",
    "api:kueue.x-k8s.io/v1beta2": "apiVersion: kueue.x-k8s.io/v1beta2",
}


def test_each_feature_is_known_to_facts_and_leaves_a_trace_in_the_tree() -> None:
    written = "".join(
        path.read_text("utf-8") for folder in ("generated", "overlays") for path in (ROOT / folder).rglob("*.yaml")
    )
    for feature, trace in TRACES.items():
        assert feature in catalog().subjects()
        assert trace in written, feature


def test_a_team_brings_policies_only_where_the_api_server_has_them() -> None:
    teams = "distribution: none\nteams: [{name: a, owner: {user: a@b.c}, namespaces: [{name: a, clusters: [one]}]}]\n"
    used = {}
    for minor in ("1.29", "1.30"):
        platform = understood(one_cluster(minor, teams)).platform
        assert platform is not None
        used[minor] = set(used_features(platform.clusters[0], {"kubernetes": minor}))
    policy = "api:admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy"
    assert policy in used["1.30"]
    assert policy not in used["1.29"]


def test_queues_are_written_in_the_api_that_is_said() -> None:
    assert _V1BETA2 == (0, 15)
    for version in catalog().versions("kueue"):
        numbers = tuple(int(part) for part in version.split(".")[:2])
        said = f"api:{_api((numbers[0], numbers[1]))}"
        pools = (
            "distribution: none\ngpuPools:\n"
            "  - {name: p, cluster: one, accelerator: nvidia-t4, gpusPerNode: 1, nodes: {min: 0, max: 1}}\n"
        )
        platform = understood(one_cluster("1.34", pools)).platform
        assert platform is not None
        used = set(used_features(platform.clusters[0], {"kubernetes": "1.34", "kueue": version}))
        assert {each for each in used if each.startswith("api:kueue")} == {said}
