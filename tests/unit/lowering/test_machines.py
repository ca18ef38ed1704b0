"""The machines of pools, by the real table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from compiler.lowering.machines import node_pool
from compiler.model.platform import GpuPool, Sharing
from compiler.providers import Providers, creation
from tests.unit.lowering.declared import pool
from tests.unit.lowering.installed import catalog


def of(accelerator: str, **changes: Any) -> GpuPool:
    return replace(pool("p"), accelerator=accelerator, **changes)


def test_a_declared_type_stands_alone() -> None:
    found = node_pool(of("nvidia-a100-80gb", machine_type="a2-ultragpu-1g"), "gke", catalog())
    assert (found.types, found.is_declared) == (("a2-ultragpu-1g",), True)
    assert [each["name"] for each in found.machines] == ["a2-ultragpu-1g"]


def test_without_a_type_those_with_as_many_gpus_are_meant_the_smallest_first() -> None:
    found = node_pool(of("nvidia-t4", gpus_per_node=1), "eks", catalog())
    assert found.types[0] == "g4dn.xlarge"
    assert {"g4dn.12xlarge", "g4dn.metal"} & set(found.types) == set()
    assert set(found.types) <= {each["name"] for each in found.machines}


@pytest.mark.parametrize(("count", "machine"), [(1, "n1-standard-8"), (4, "n1-standard-32")])
def test_where_gpus_are_attached_the_machine_grows_with_them(count: int, machine: str) -> None:
    assert node_pool(of("nvidia-t4", gpus_per_node=count), "gke", catalog()).types == (machine,)


def test_parts_of_a_gpu_and_what_must_be_named_are_nobodys_choice() -> None:
    found = node_pool(of("nvidia-rtx-pro-6000"), "gke", catalog())
    assert not {"g4-standard-6", "g4-standard-12", "g4-standard-24"} & set(found.types)


@pytest.mark.parametrize(("accelerator", "is_arm64"), [("nvidia-t4g", True), ("nvidia-t4", False)])
def test_processors_are_told_apart(accelerator: str, is_arm64: bool) -> None:
    assert node_pool(of(accelerator), "eks", catalog()).is_arm64 == is_arm64


@pytest.mark.parametrize("provider", Providers())
def test_nodes_carry_the_pools_label_and_taint_everywhere(provider: str) -> None:
    found = node_pool(of("nvidia-t4", sharing=Sharing("timeSlicing", 4)), provider, catalog())
    assert found.labels["platform/gpu-pool"] == "p"
    assert found.taints[0] == {"key": "platform/gpu-pool", "value": "p", "effect": "NoSchedule"}
    assert (found.device, found.has_nvidia) == ("nvidia.com/gpu", True)
    assert ("nvidia.com/device-plugin.config" in found.labels) == (not creation(provider).shares_gpus)


def test_off_the_clouds_nothing_is_known() -> None:
    found = node_pool(of("nvidia-t4"), "k3s", catalog())
    assert (found.types, found.is_declared) == ((), False)
