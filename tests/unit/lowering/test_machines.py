"""The machines of pools, by the real table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from compiler.lowering.machines import pool_machine
from compiler.model.platform import GpuPool, Sharing
from tests.unit.lowering.declared import pool
from tests.unit.lowering.installed import catalog


def of(accelerator: str, **changes: Any) -> GpuPool:
    return replace(pool("p"), accelerator=accelerator, **changes)


def test_a_declared_type_stands_alone() -> None:
    found = pool_machine(of("nvidia-a100-80gb", machine_type="a2-ultragpu-1g"), "gcp", catalog())
    assert (found.types, found.is_declared) == (("a2-ultragpu-1g",), True)
    assert found.accelerator_label == "nvidia-a100-80gb"
    assert found.boot_disk is None


def test_without_a_type_those_with_as_many_gpus_are_meant_the_smallest_first() -> None:
    found = pool_machine(of("nvidia-t4", gpus_per_node=1), "aws", catalog())
    assert found.types[0] == "g4dn.xlarge"
    assert {"g4dn.12xlarge", "g4dn.metal"} & set(found.types) == set()
    assert (found.gpu_name, found.gpu_memories_mib) == ("t4", (16384,))


@pytest.mark.parametrize(("count", "machine"), [(1, "n1-standard-8"), (4, "n1-standard-32")])
def test_where_gpus_are_attached_the_machine_grows_with_them(count: int, machine: str) -> None:
    assert pool_machine(of("nvidia-t4", gpus_per_node=count), "gcp", catalog()).types == (machine,)


def test_parts_of_a_gpu_and_what_must_be_named_are_nobodys_choice() -> None:
    found = pool_machine(of("nvidia-rtx-pro-6000"), "gcp", catalog())
    assert not {"g4-standard-6", "g4-standard-12", "g4-standard-24"} & set(found.types)
    assert found.boot_disk == "hyperdisk-balanced"


def test_one_gpu_name_with_two_memories_is_told_apart() -> None:
    large = pool_machine(of("nvidia-a100-80gb", gpus_per_node=8), "aws", catalog())
    small = pool_machine(of("nvidia-a100-40gb", gpus_per_node=8), "aws", catalog())
    assert large.gpu_name == small.gpu_name
    assert (large.gpu_memories_mib, small.gpu_memories_mib) == ((81920,), (40960,))


def test_processors_and_tpus() -> None:
    assert pool_machine(of("nvidia-t4g"), "aws", catalog()).is_arm64
    tpu = pool_machine(of("google-tpu-v5e", gpus_per_node=4), "gcp", catalog())
    assert (tpu.is_tpu, tpu.tpu_topology, tpu.accelerator_label) == (True, "2x2", "tpu-v5-lite-podslice")


@pytest.mark.parametrize(
    ("profile", "size"), [("1g.10gb", "MIG1g"), ("3g.40gb", "MIG3g"), ("1g.20gb", None), ("1g.10gb+me", None)]
)
def test_azure_has_a_word_for_the_plain_profiles_only(profile: str, size: str | None) -> None:
    cut = of("nvidia-a100-80gb", sharing=Sharing("mig", 1, profile))
    assert pool_machine(cut, "azure", catalog()).mig_size == size


def test_off_the_clouds_nothing_is_known() -> None:
    found = pool_machine(of("nvidia-t4"), None, catalog())
    assert (found.types, found.is_declared) == ((), False)
