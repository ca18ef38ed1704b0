"""Units of nodes and pods follow the arithmetic of sharing; labels and taints follow pool and provider."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiler.model.platform import GpuPool, Sharing
from compiler.placement.nodes import (
    device_taint,
    most_units,
    node,
    node_labels,
    node_taints,
    tolerations,
    units_per_node,
)
from tests.unit.lowering.declared import pool


def shared(strategy: str, *, gpus: int = 1, units: int = 1, nodes: int = 4) -> GpuPool:
    return replace(
        pool("p", capacity=nodes * gpus * units),
        gpus_per_node=gpus,
        max_nodes=nodes,
        sharing=Sharing(strategy, 1 if strategy == "mig" else units),
    )


@pytest.mark.parametrize(
    ("strategy", "provider", "gpus", "units", "node_has", "pod_may"),
    [
        ("none", "gke", 8, 1, 8, 8),
        ("none", "generic", 1, 1, 1, 1),
        ("timeSlicing", "gke", 1, 4, 4, 1),
        ("timeSlicing", "eks", 4, 2, 8, 1),
        ("mps", "gke", 1, 3, 3, 3),
        ("mps", "gke", 2, 3, 6, 1),
        ("mps", "eks", 1, 3, 3, 1),
        ("mig", "gke", 1, 7, 7, 7),
        ("mig", "eks", 8, 2, 16, 16),
    ],
)
def test_units(strategy: str, provider: str, gpus: int, units: int, node_has: int, pod_may: int) -> None:
    declared = shared(strategy, gpus=gpus, units=units)
    assert units_per_node(declared) == node_has
    assert most_units(declared, provider) == pod_may
    assert node(declared, provider)["status"]["allocatable"][declared.resource] == str(node_has)


def test_slices_stand_behind_the_taint_of_the_whole_gpu() -> None:
    assert device_taint("nvidia.com/mig-1g.10gb") == device_taint("nvidia.com/gpu.shared") == "nvidia.com/gpu"
    assert device_taint("amd.com/gpu") == "amd.com/gpu"


def test_clouds_add_taints_of_their_own() -> None:
    spot = pool("p", spot=True)
    keys = {
        provider: {each["key"] for each in node_taints(spot, provider)} - {"platform/gpu-pool", "nvidia.com/gpu"}
        for provider in ("gke", "aks", "eks", "generic")
    }
    assert keys == {
        "gke": {"cloud.google.com/compute-class"},
        "aks": {"kubernetes.azure.com/scalesetpriority"},
        "eks": set(),
        "generic": set(),
    }
    assert len(node_taints(pool("p"), "aks")) == 2
    for provider in keys:
        assert len(tolerations(spot, provider)) == len(node_taints(spot, provider))


def test_a_node_says_whose_it_is_and_how_large() -> None:
    made = node(pool("p"), "gke", name="x", vcpus=12)
    assert made["metadata"] == {"name": "x", "labels": node_labels(pool("p"), "gke")}
    assert made["status"]["allocatable"]["cpu"] == "12"
    assert made["status"]["capacity"] == made["status"]["allocatable"]
