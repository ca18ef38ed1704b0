"""What people run to get nodes."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compiler.lowering.node_files import GUIDE, SCRIPT, TERRAFORM, node_files
from compiler.lowering.nodes import lower_nodes
from compiler.model.platform import GpuPool, Sharing
from compiler.providers import Providers
from tests.unit.lowering.declared import cluster, order, pool
from tests.unit.lowering.installed import catalog

CUT = replace(pool("cut-a100", "nvidia.com/mig-1g.10gb", 14), max_nodes=2, sharing=Sharing("mig", 1, "1g.10gb"))
SPOT = replace(pool("spot"), accelerator="nvidia-t4", spot=True, zones=("1",))


def files(provider: str, *pools: GpuPool, operator: bool = False, **changes: Any) -> dict[str, Any]:
    here = cluster(pools=pools, provider=provider, others=[("gpu-operator", "26.7.0")] if operator else ())
    return dict(node_files(order(replace(here, **changes))))


def test_without_pools_there_is_nothing_to_run() -> None:
    assert files("gke") == {}


@pytest.mark.parametrize("provider", Providers())
def test_every_provider_has_a_page_and_a_way_to_nodes(provider: str) -> None:
    found = files(provider, replace(pool("a"), min_nodes=1))
    assert set(found) == {GUIDE, TERRAFORM if provider in ("gke", "eks", "aks") else SCRIPT}
    assert "platform/gpu-pool=a" in found[GUIDE]


def test_what_the_cluster_makes_itself_is_not_made_twice() -> None:
    for provider in ("gke", "eks"):
        assert set(files(provider, pool("a-pool"))) == {GUIDE}


def test_azure_drops_hyphens_cuts_gpus_and_brings_the_driver() -> None:
    found = files("aks", CUT, SPOT, region="westeurope", resource_group="acme")[TERRAFORM]
    cut = found["resource"]["azurerm_kubernetes_cluster_node_pool"]["gpu-cut-a100"]
    assert (cut["name"], cut["gpu_instance"], cut["gpu_driver"]) == ("cuta100", "MIG1g", "Install")
    assert cut["node_labels"] == {"platform/gpu-pool": "cut-a100"}
    spot = found["resource"]["azurerm_kubernetes_cluster_node_pool"]["gpu-spot"]
    assert (spot["priority"], spot["eviction_policy"], spot["zones"]) == ("Spot", "Delete", ["1"])
    assert "kubernetes.azure.com/scalesetpriority=spot:NoSchedule" in spot["node_taints"]


@pytest.mark.parametrize(
    ("profile", "size"), [("1g.10gb", "MIG1g"), ("3g.40gb", "MIG3g"), ("1g.20gb", None), ("1g.10gb+me", None)]
)
def test_azure_has_a_word_for_the_plain_profiles_only(profile: str, size: str | None) -> None:
    found = files("aks", replace(CUT, sharing=Sharing("mig", 1, profile)))[TERRAFORM]
    [entry] = found["resource"]["azurerm_kubernetes_cluster_node_pool"].values()
    assert entry.get("gpu_instance") == size
    assert ("nvidia.com/mig.config" in entry["node_labels"]) == (size is None)


def test_the_operator_takes_over_on_azure() -> None:
    [entry] = files("aks", CUT, operator=True)[TERRAFORM]["resource"]["azurerm_kubernetes_cluster_node_pool"].values()
    assert entry["gpu_driver"] == "None"
    assert "gpu_instance" not in entry
    assert entry["node_labels"]["nvidia.com/mig.config"] == "all-1g.10gb"


def test_what_nobody_knows_is_a_variable() -> None:
    unknown = replace(pool("big"), accelerator="nvidia-a100-80gb", gpus_per_node=3)
    found = files("aks", unknown)[TERRAFORM]
    assert (
        found["resource"]["azurerm_kubernetes_cluster_node_pool"]["gpu-big"]["vm_size"] == "${var.gpu-big_machine_type}"
    )
    assert set(found["variable"]) == {"gpu-big_machine_type", "cluster_id", "subnet_id"}


@pytest.mark.parametrize(
    ("accelerator", "resource", "ami"),
    [
        ("nvidia-t4", "nvidia.com/gpu", "AL2023_x86_64_NVIDIA"),
        ("nvidia-t4g", "nvidia.com/gpu", "AL2023_ARM_64_NVIDIA"),
        ("aws-trainium1", "aws.amazon.com/neuron", "AL2023_x86_64_NEURON"),
    ],
)
def test_a_node_group_has_the_image_with_the_driver(accelerator: str, resource: str, ami: str) -> None:
    declared = replace(pool("p", resource), accelerator=accelerator, min_nodes=1, zones=("eu-west-1a",))
    [entry] = files("eks", declared)[TERRAFORM]["resource"]["aws_eks_node_group"].values()
    assert entry["ami_type"] == ami
    assert entry["scaling_config"] == [{"min_size": 1, "desired_size": 1, "max_size": 8}]
    assert entry["subnet_ids"] == '${flatten([for zone in ["eu-west-1a"] : var.gpu_subnet_ids[zone]])}'


GROUPED = replace(pool("a100"), provisioner="nodeGroup", zones=("eu-west-1b", "eu-west-1a", "eu-west-1b"))


def groups(*pools: GpuPool) -> dict[str, Any]:
    """Return the node groups of pools by their names."""
    found = files("eks", *pools)[TERRAFORM]["resource"]["aws_eks_node_group"]
    return {each["node_group_name"]: each for each in found.values()}


@pytest.mark.parametrize(
    ("fewest", "most", "scaling"),
    [
        (0, 8, {"eu-west-1b": (0, 4), "eu-west-1a": (0, 4)}),
        (3, 3, {"eu-west-1b": (2, 2), "eu-west-1a": (1, 1)}),
        (1, 5, {"eu-west-1b": (1, 3), "eu-west-1a": (0, 2)}),
    ],
)
def test_zones_share_the_nodes_of_a_pool(fewest: int, most: int, scaling: dict[str, tuple[int, int]]) -> None:
    found = groups(replace(GROUPED, min_nodes=fewest, max_nodes=most))
    assert {
        name.partition("_")[2]: (each["scaling_config"][0]["min_size"], each["scaling_config"][0]["max_size"])
        for name, each in found.items()
    } == scaling
    for name, each in found.items():
        assert name.startswith("a100_")
        zone = name.partition("_")[2]
        assert each["subnet_ids"] == f'${{flatten([for zone in ["{zone}"] : var.gpu_subnet_ids[zone]])}}'


def test_one_node_stands_wherever_there_is_room() -> None:
    assert list(groups(replace(GROUPED, max_nodes=1))) == ["a100"]


def test_names_of_node_groups_fit_and_differ() -> None:
    long = groups(replace(GROUPED, name="a" * 60), replace(GROUPED, name="a" * 59))
    assert len(long) == 4
    assert all(len(name) <= 63 for name in long)


def test_the_autoscaler_is_told_what_the_first_node_will_carry() -> None:
    tag = "k8s.io/cluster-autoscaler/node-template"
    shared = replace(
        GROUPED, name="shared", accelerator="nvidia-t4", resource="nvidia.com/gpu.shared", capacity=32, zones=()
    )
    found = files("eks", replace(GROUPED, zones=()), shared)[TERRAFORM]["resource"]
    whole, parts = found["aws_autoscaling_group_tag"].values()
    assert whole["for_each"] == {
        f"{tag}/label/platform/gpu-pool": "a100",
        f"{tag}/label/k8s.amazonaws.com/accelerator": "nvidia-a100-80gb",
        f"{tag}/taint/platform/gpu-pool": "a100:NoSchedule",
        f"{tag}/taint/nvidia.com/gpu": "present:NoSchedule",
        f"{tag}/resources/nvidia.com/gpu": "1",
    }
    assert whole["autoscaling_group_name"] == ("${aws_eks_node_group.gpu-a100.resources[0].autoscaling_groups[0].name}")
    assert parts["for_each"][f"{tag}/resources/nvidia.com/gpu.shared"] == "4"
    assert "k8s.amazonaws.com/accelerator" not in found["aws_eks_node_group"]["gpu-shared"]["labels"], (
        "the autoscaler would wait for whole GPUs for ever"
    )


def test_beside_karpenter_no_node_pool_of_azure_scales() -> None:
    karpenter = replace(pool("a100"), provisioner="karpenter")
    steady = replace(pool("steady"), accelerator="nvidia-t4", min_nodes=2, max_nodes=2)
    [entry] = files("aks", karpenter, steady)[TERRAFORM]["resource"]["azurerm_kubernetes_cluster_node_pool"].values()
    assert (entry["auto_scaling_enabled"], entry["node_count"]) == (False, 2)
    assert "max_count" not in entry
    assert set(files("aks", karpenter)) == {GUIDE}


def test_google_shares_as_the_node_pool_is_made() -> None:
    def accelerator(sharing: Sharing) -> Any:
        declared = replace(pool("p"), min_nodes=1, sharing=sharing)
        [entry] = files("gke", declared)[TERRAFORM]["resource"]["google_container_node_pool"].values()
        [config] = entry["node_config"]
        assert "nvidia.com/gpu" not in [each["key"] for each in config["taint"]]
        return config["guest_accelerator"][0]

    assert accelerator(Sharing("mig", 1, "1g.10gb"))["gpu_partition_size"] == "1g.10gb"
    assert accelerator(Sharing("mps", 3))["gpu_sharing_config"] == [
        {"gpu_sharing_strategy": "MPS", "max_shared_clients_per_gpu": 3}
    ]


@pytest.mark.real(reason="the script is a shell's to judge")
def test_the_script_labels_and_taints_each_node(tmp_path: Path) -> None:
    (tmp_path / "kubectl").write_text('#!/bin/sh\necho "$@"\n')
    (tmp_path / "kubectl").chmod(0o755)
    script = tmp_path / SCRIPT
    script.write_text(files("k3s", pool("a100"))[SCRIPT])

    def run(*words: str) -> tuple[int, str]:
        environment = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
        done = subprocess.run(["sh", str(script), *words], capture_output=True, text=True, env=environment, check=False)
        return done.returncode, done.stdout

    assert run("a100", "one", "two") == (
        0,
        "".join(
            f"label --overwrite node {node} platform/gpu-pool=a100\n"
            f"taint --overwrite node {node} platform/gpu-pool=a100:NoSchedule nvidia.com/gpu=present:NoSchedule\n"
            for node in ("one", "two")
        ),
    )
    assert run("b200", "one") == (2, "")
    assert run()[0] != 0


@pytest.mark.parametrize("provider", Providers())
def test_every_accelerator_of_the_table_can_stand_in_a_pool(provider: str) -> None:
    """Whatever the table does not say becomes a variable or is left out, and never a crash or a placeholder."""
    for accelerator, entry in catalog().accelerators().items():
        resource = str(entry.raw.get("resource") or "nvidia.com/gpu")
        profile = next((str(each["profile"]) for each in (entry.raw.get("mig") or {}).get("profiles", ())), None)
        for count in (1, 3, 8):
            for sharing in (Sharing(), Sharing("timeSlicing", 2), Sharing("mig", 1, profile)):
                if sharing != Sharing() and (profile is None or entry.vendor != "nvidia"):
                    continue
                for fewest in (0, 1):
                    declared = replace(
                        pool("p-x", resource, capacity=8 * count),
                        accelerator=accelerator,
                        gpus_per_node=count,
                        max_nodes=8,
                        min_nodes=fewest,
                        sharing=sharing,
                    )
                    inside = lower_nodes(order(cluster(pools=[declared], provider=provider), 36))
                    found = files(provider, declared, project="acme", region="here")
                    made = repr((inside.charts if inside else (), found))
                    assert "unknown" not in made
                    assert "None," not in made.replace("'None'", "").replace("'default': None,", "")
                    assert "'values': []" not in made
                    assert GUIDE in found
