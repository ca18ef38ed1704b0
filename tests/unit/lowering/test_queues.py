"""Kueue's objects, in the API of the Kueue that is there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.lowering.queues import cluster_queue, has_queues, local_queue, pool_objects
from compiler.model import names
from tests.unit.lowering.declared import claim, context, namespace, of_kind, pool

A100, SLICES = pool("a100"), pool("slices", "nvidia.com/mig-1g.10gb", 14)


def queue(*claims: Any, kueue: str = "0.16.0", namespaces: Any = ()) -> Any:
    return cluster_queue("vision", namespaces, claims, context(kueue=kueue, pools=[A100, SLICES]))


def test_a_team_gets_one_queue_over_its_pools() -> None:
    found = queue(
        claim(SLICES, 2, 0, 1),
        claim(A100, 4, 2),
        namespaces=[namespace("a", requests_cpu="64", requests_memory="1Ti"), namespace("b", requests_cpu="32")],
    )
    own = [
        {"name": "cpu", "nominalQuota": "96", "borrowingLimit": 0},
        {"name": "memory", "nominalQuota": "500Ti", "borrowingLimit": 0},
        {"name": "ephemeral-storage", "nominalQuota": "500Ti", "borrowingLimit": 0},
    ]
    no_gpu = {"name": "nvidia.com/gpu", "nominalQuota": 0}
    no_slice = {"name": "nvidia.com/mig-1g.10gb", "nominalQuota": 0}
    gpu = {"name": "nvidia.com/gpu", "nominalQuota": 4, "borrowingLimit": 2}
    a_slice = {"name": "nvidia.com/mig-1g.10gb", "nominalQuota": 2, "borrowingLimit": 0, "lendingLimit": 1}
    assert found == {
        "apiVersion": "kueue.x-k8s.io/v1beta2",
        "kind": "ClusterQueue",
        "metadata": {"name": "team-vision"},
        "spec": {
            "cohortName": "platform",
            "namespaceSelector": {"matchLabels": {"platform/team": "vision"}},
            "queueingStrategy": "BestEffortFIFO",
            "preemption": {"reclaimWithinCohort": "Any", "withinClusterQueue": "LowerPriority"},
            "resourceGroups": [
                {
                    "coveredResources": [
                        "cpu",
                        "memory",
                        "ephemeral-storage",
                        "nvidia.com/gpu",
                        "nvidia.com/mig-1g.10gb",
                    ],
                    "flavors": [
                        {"name": "cpu", "resources": [*own, no_gpu, no_slice]},
                        {"name": "pool-a100", "resources": [*own, gpu, no_slice]},
                        {"name": "pool-slices", "resources": [*own, no_gpu, a_slice]},
                    ],
                }
            ],
        },
    }


def test_a_pool_without_a_claim_is_left_out() -> None:
    group = queue(claim(A100, 4))["spec"]["resourceGroups"][0]
    assert [flavor["name"] for flavor in group["flavors"]] == ["cpu", "pool-a100"]
    assert "nvidia.com/mig-1g.10gb" not in group["coveredResources"]


def test_an_unlimited_share_has_no_limits() -> None:
    share = queue(claim(A100, 4, None, None))["spec"]["resourceGroups"][0]["flavors"][1]["resources"][-1]
    assert share == {"name": "nvidia.com/gpu", "nominalQuota": 4}


@pytest.mark.parametrize(
    ("kueue", "api", "field", "cohort"),
    [
        ("0.8.4", "v1beta1", "cohort", None),
        ("0.12.3", "v1beta1", "cohort", "v1alpha1"),
        ("0.13.0", "v1beta1", "cohort", "v1beta1"),
        ("0.14.9", "v1beta1", "cohort", "v1beta1"),
        ("0.15.0", "v1beta2", "cohortName", "v1beta2"),
        ("0.19.2", "v1beta2", "cohortName", "v1beta2"),
        ("1.0.0", "v1beta2", "cohortName", "v1beta2"),
    ],
)
def test_each_kueue_gets_the_api_that_it_serves(kueue: str, api: str, field: str, cohort: str | None) -> None:
    found = queue(claim(A100, 4), kueue=kueue)
    assert found["apiVersion"] == f"kueue.x-k8s.io/{api}"
    assert set(found["spec"]) & {"cohort", "cohortName"} == {field}
    shared = pool_objects([A100], context(kueue=kueue))
    assert {each["apiVersion"] for each in shared if each["kind"] != "Cohort"} == {f"kueue.x-k8s.io/{api}"}
    cohorts = [each["apiVersion"] for each in of_kind(shared, "Cohort")]
    assert cohorts == ([] if cohort is None else [f"kueue.x-k8s.io/{cohort}"])


RACKS = replace(A100, topology=("example.com/rack", "kubernetes.io/hostname"))


@pytest.mark.parametrize(("kueue", "api"), [("0.14.9", "v1beta1"), ("0.15.0", "v1beta2"), ("0.19.2", "v1beta2")])
def test_a_topology_ends_with_the_single_node_and_belongs_to_the_flavor(kueue: str, api: str) -> None:
    found = pool_objects([SLICES, RACKS], context(kueue=kueue))
    [topology] = of_kind(found, "Topology")
    assert topology == {
        "apiVersion": f"kueue.x-k8s.io/{api}",
        "kind": "Topology",
        "metadata": {"name": "pool-a100"},
        "spec": {"levels": [{"nodeLabel": "example.com/rack"}, {"nodeLabel": "kubernetes.io/hostname"}]},
    }
    flavors = {each["metadata"]["name"]: each["spec"].get("topologyName") for each in of_kind(found, "ResourceFlavor")}
    assert flavors == {"cpu": None, "pool-a100": "pool-a100", "pool-slices": None}


def test_a_queue_of_topologies_offers_nothing_else_so_that_plain_work_gets_in() -> None:
    group = queue(claim(RACKS, 4))["spec"]["resourceGroups"][0]
    assert [flavor["name"] for flavor in group["flavors"]] == ["pool-a100"]


def test_without_kueue_or_claims_nothing_is_queued() -> None:
    without, with_kueue = context(), context(kueue="0.16.0")
    assert pool_objects([A100], without) == []
    assert cluster_queue("vision", [], [claim(A100, 4)], without) is None
    assert cluster_queue("vision", [], [], with_kueue) is None
    assert not has_queues([claim(A100, 4)], without)
    assert not has_queues([], with_kueue)
    assert has_queues([claim(A100, 4)], with_kueue)
    with pytest.raises(ValueError, match="without Kueue"):
        local_queue("research", "vision", without)


def test_a_local_queue_is_never_the_default_of_its_namespace() -> None:
    found = local_queue("research", "vision", context(kueue="0.16.0"))
    assert found["metadata"] == {"name": "gpu", "namespace": "research"}
    assert found["spec"] == {"clusterQueue": "team-vision"}
    assert names.LOCAL_QUEUE != "default"


def test_a_flavor_tolerates_every_taint_of_its_nodes() -> None:
    aks = of_kind(pool_objects([pool("t4", spot=True)], context(kueue="0.16.0", provider="aks")), "ResourceFlavor")
    assert aks[0] == {
        "apiVersion": "kueue.x-k8s.io/v1beta2",
        "kind": "ResourceFlavor",
        "metadata": {"name": "pool-t4"},
        "spec": {
            "nodeLabels": {"platform/gpu-pool": "t4"},
            "tolerations": [
                {"key": "platform/gpu-pool", "operator": "Equal", "value": "t4", "effect": "NoSchedule"},
                {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"},
                {
                    "key": "kubernetes.azure.com/scalesetpriority",
                    "operator": "Equal",
                    "value": "spot",
                    "effect": "NoSchedule",
                },
            ],
        },
    }


@pytest.mark.parametrize(
    ("provider", "resource", "keys"),
    [
        ("eks", "nvidia.com/mig-1g.10gb", ["platform/gpu-pool", "nvidia.com/gpu"]),
        ("eks", "aws.amazon.com/neuron", ["platform/gpu-pool", "aws.amazon.com/neuron"]),
        ("gke", "google.com/tpu", ["platform/gpu-pool", "google.com/tpu", "cloud.google.com/compute-class"]),
        ("aks", "amd.com/gpu", ["platform/gpu-pool", "amd.com/gpu"]),
    ],
)
def test_taints_follow_device_and_cloud(provider: str, resource: str, keys: list[str]) -> None:
    found = pool_objects([pool("p", resource)], context(kueue="0.16.0", provider=provider))
    assert [each["key"] for each in found[0]["spec"]["tolerations"]] == keys


def test_shared_objects_are_there_once_and_in_order() -> None:
    found = pool_objects([pool("b"), pool("a")], context(kueue="0.16.0"))
    assert [(each["kind"], each["metadata"]["name"]) for each in found] == [
        ("ResourceFlavor", "pool-a"),
        ("ResourceFlavor", "pool-b"),
        ("ResourceFlavor", "cpu"),
        ("Cohort", "platform"),
        ("WorkloadPriorityClass", "high"),
        ("WorkloadPriorityClass", "normal"),
        ("WorkloadPriorityClass", "low"),
    ]


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["a.com/x", "b.com/y", "nvidia.com/gpu"])), min_size=1))
def test_every_flavor_names_the_covered_resources_in_their_order(shares: list[tuple[int, str]]) -> None:
    claims = [claim(pool(f"p{index}", resource), nominal) for index, (nominal, resource) in enumerate(shares)]
    found: Any = cluster_queue("vision", [], claims, context(kueue="0.16.0"))
    [group] = found["spec"]["resourceGroups"]
    assert len({flavor["name"] for flavor in group["flavors"]}) == len(claims) + 1
    for flavor in group["flavors"]:
        assert [each["name"] for each in flavor["resources"]] == group["coveredResources"]
    promised = sum(each["nominalQuota"] for flavor in group["flavors"] for each in flavor["resources"][3:])
    assert promised == sum(nominal for nominal, _ in shares)
