"""What autoscalers make nodes from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from compiler.lowering.nodes import lower_nodes
from compiler.model.platform import GpuPool, Sharing
from compiler.placement.nodes import node_taints
from compiler.providers import Providers, creation
from tests.unit.lowering.declared import cluster, objects, of_kind, order, pool

A100 = replace(pool("a100"), machine_type="a2-ultragpu-1g", zones=("europe-west4-a",))
TIMED = replace(pool("timed"), accelerator="nvidia-t4", sharing=Sharing("timeSlicing", 4), capacity=32)
FLOOR = replace(pool("floor"), min_nodes=1)


def made(provider: str, *pools: GpuPool, minor: int = 34) -> list[Any]:
    application = lower_nodes(order(cluster(pools=pools, provider=provider), minor))
    return [] if application is None else list(objects(application))


@pytest.mark.parametrize(
    ("provider", "declared", "minor", "is_outside"),
    [
        ("gke", A100, 34, False),
        ("gke", A100, 30, True),
        ("gke", FLOOR, 36, True),
        ("gke", TIMED, 35, True),
        ("gke", TIMED, 36, False),
        ("gke", replace(A100, name="t4"), 36, True),
        ("eks", TIMED, 34, False),
        ("eks", FLOOR, 34, True),
        ("aks", A100, 34, True),
        ("aks", replace(A100, provisioner="karpenter"), 34, False),
        ("gke", replace(A100, provisioner="nodePool"), 34, True),
        ("eks", replace(A100, provisioner="nodeGroup"), 34, True),
        ("eks", replace(A100, provisioner="karpenter"), 34, False),
        ("k3s", A100, 34, False),
    ],
)
def test_who_makes_the_nodes(provider: str, declared: GpuPool, minor: int, is_outside: bool) -> None:
    assert creation(provider).is_outside(declared, minor) == is_outside


def test_a_compute_class_has_the_machine_the_label_and_the_taint() -> None:
    [found] = made("gke", A100)
    spec = found["spec"]
    assert spec["priorities"] == [
        {
            "machineType": "a2-ultragpu-1g",
            "spot": False,
            "gpu": {"type": "nvidia-a100-80gb", "count": 1, "driverVersion": "default"},
            "location": {"zones": ["europe-west4-a"]},
        }
    ]
    assert spec["nodePoolConfig"]["nodeLabels"] == {"platform/gpu-pool": "a100"}
    assert spec["nodePoolConfig"]["taints"] == [node_taints(A100, "gke")[0]]
    assert spec["whenUnsatisfiable"] == "DoNotScaleUp"


def test_a_compute_class_of_what_terraform_makes_names_only_the_node_pool() -> None:
    [found] = made("gke", FLOOR)
    assert found["spec"]["priorities"] == [{"nodepools": ["floor"]}]
    assert "nodePoolConfig" not in found["spec"]
    assert made("gke", FLOOR, minor=30) == []


@pytest.mark.parametrize(
    ("sharing", "said"),
    [
        (Sharing("timeSlicing", 4), {"sharingStrategy": "TIME_SHARING", "maxSharedClientsPerGPU": 4}),
        (Sharing("mps", 2), {"sharingStrategy": "MPS", "maxSharedClientsPerGPU": 2}),
        (Sharing("mig", 1, "1g.10gb"), {"gpuPartitionSize": "1g.10gb"}),
    ],
)
def test_gke_shares_as_the_node_is_made(sharing: Sharing, said: dict[str, Any]) -> None:
    [found] = made("gke", replace(A100, sharing=sharing), minor=36)
    assert found["spec"]["priorities"][0]["gpu"]["gpuSharing"] == said


def test_disks_and_tpus_are_what_the_machine_takes() -> None:
    [b200] = made("gke", replace(pool("b200"), accelerator="nvidia-b200", gpus_per_node=8))
    assert b200["spec"]["priorities"][0]["storage"] == {"bootDiskType": "hyperdisk-balanced"}
    [tpu] = made("gke", replace(pool("tpu", "google.com/tpu"), accelerator="google-tpu-v5e", gpus_per_node=4))
    assert tpu["spec"]["priorities"][0]["tpu"] == {"type": "tpu-v5-lite-podslice", "count": 4, "topology": "2x2"}


def test_karpenter_knows_machines_limits_and_shared_units() -> None:
    found = made("eks", TIMED, replace(pool("whole"), accelerator="nvidia-a10g", spot=True, zones=("eu-west-1a",)))
    assert [each["kind"] for each in found] == ["EC2NodeClass", "NodePool", "NodePool"]
    timed, whole = of_kind(found, "NodePool")
    assert {each["key"]: each["values"] for each in whole["spec"]["template"]["spec"]["requirements"]} == {
        "karpenter.k8s.aws/instance-gpu-name": ["a10g"],
        "karpenter.k8s.aws/instance-gpu-count": ["1"],
        "karpenter.k8s.aws/instance-gpu-memory": ["22888"],
        "karpenter.sh/capacity-type": ["spot"],
        "topology.kubernetes.io/zone": ["eu-west-1a"],
    }
    assert timed["spec"]["limits"] == {"nvidia.com/gpu": 8}
    assert timed["spec"]["template"]["metadata"]["labels"]["nvidia.com/device-plugin.config"] == "time-slicing-4"
    assert timed["spec"]["template"]["spec"]["taints"] == node_taints(TIMED, "eks")


def test_one_gpu_name_with_two_memories_is_told_apart() -> None:
    def requirements(accelerator: str) -> dict[str, Any]:
        [found] = of_kind(made("eks", replace(pool("p"), accelerator=accelerator, gpus_per_node=8)), "NodePool")
        return {each["key"]: each["values"] for each in found["spec"]["template"]["spec"]["requirements"]}

    large, small = requirements("nvidia-a100-80gb"), requirements("nvidia-a100-40gb")
    assert large["karpenter.k8s.aws/instance-gpu-name"] == small["karpenter.k8s.aws/instance-gpu-name"]
    assert large["karpenter.k8s.aws/instance-gpu-memory"] == ["81920"]
    assert small["karpenter.k8s.aws/instance-gpu-memory"] == ["40960"]


def test_what_karpenter_cannot_count_it_is_told() -> None:
    [overlay] = of_kind(made("eks", replace(TIMED, resource="nvidia.com/gpu.shared")), "NodeOverlay")
    assert overlay["spec"]["capacity"] == {"nvidia.com/gpu.shared": 4}
    assert overlay["spec"]["requirements"][0]["values"] == ["timed"]


KARPENTER = replace(pool("a100"), provisioner="karpenter", zones=("1", "westeurope-2", "1"))


def test_azure_runs_karpenter_by_machines_zones_and_taints() -> None:
    spot = replace(KARPENTER, name="spot", spot=True, zones=())
    here = replace(cluster(pools=[KARPENTER, spot], provider="aks"), region="westeurope")
    application = lower_nodes(order(here))
    assert application is not None
    [node_class, whole, cheap] = objects(application)
    assert (node_class["kind"], node_class["metadata"]["name"]) == ("AKSNodeClass", "platform-gpu")
    assert node_class["spec"] == {"imageFamily": "Ubuntu", "osDiskSizeGB": 200, "gpu": {"mode": "Driver"}}
    template = whole["spec"]["template"]
    assert {each["key"]: each["values"] for each in template["spec"]["requirements"]} == {
        "node.kubernetes.io/instance-type": ["Standard_NC24ads_A100_v4"],
        "karpenter.sh/capacity-type": ["on-demand"],
        "topology.kubernetes.io/zone": ["westeurope-1", "westeurope-2"],
    }
    assert template["spec"]["nodeClassRef"]["name"] == "platform-gpu"
    assert whole["spec"]["limits"] == {"nvidia.com/gpu": 8}
    spot_template = cheap["spec"]["template"]
    assert spot_template["metadata"]["labels"] == {"platform/gpu-pool": "spot"}, "Karpenter writes Azure's own label"
    assert spot_template["spec"]["taints"] == node_taints(spot, "aks")


def test_azure_installs_a_driver_only_where_nobody_else_does() -> None:
    amd = replace(KARPENTER, name="amd", accelerator="amd-mi300x", resource="amd.com/gpu", gpus_per_node=8)
    pools = [KARPENTER, amd]

    def modes(**changes: Any) -> dict[str, str]:
        application = lower_nodes(order(cluster(pools=pools, provider="aks", **changes)))
        assert application is not None
        found = list(objects(application))
        classes = {each["metadata"]["name"]: each["spec"]["gpu"]["mode"] for each in of_kind(found, "AKSNodeClass")}
        return {
            each["metadata"]["name"]: classes[each["spec"]["template"]["spec"]["nodeClassRef"]["name"]]
            for each in of_kind(found, "NodePool")
        }

    assert modes() == {"a100": "Driver", "amd": "None"}
    assert modes(others=[("gpu-operator", "26.7.0")]) == {"a100": "None", "amd": "None"}


def test_karpenter_knows_a_machine_that_nobody_named_by_its_gpus() -> None:
    [_, found] = made("aks", replace(KARPENTER, gpus_per_node=3, zones=()))
    assert {each["key"]: each["values"] for each in found["spec"]["template"]["spec"]["requirements"]} == {
        "karpenter.azure.com/sku-gpu-count": ["3"],
        "karpenter.azure.com/sku-gpu-name": ["A100"],
        "karpenter.sh/capacity-type": ["on-demand"],
    }


def test_elsewhere_nothing_in_the_cluster_makes_nodes() -> None:
    for provider in set(Providers()) - {"gke", "eks"}:
        assert made(provider, A100) == []
    assert made("eks", FLOOR) == []
