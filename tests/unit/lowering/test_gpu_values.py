"""What components are told of GPUs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from compiler.catalog.overlay import load_overlays
from compiler.lowering.gpu_values import gpu_values
from compiler.lowering.parameters import GPU_READERS, values_of
from compiler.model.platform import Sharing
from tests.unit.lowering import installed
from tests.unit.lowering.declared import cluster, pool, tenant

TIMED = replace(pool("timed", "nvidia.com/gpu.shared"), sharing=Sharing("timeSlicing", 4), capacity=32)
CUT = replace(
    pool("cut", "nvidia.com/mig-1g.10gb", 56), gpus_per_node=8, max_nodes=1, sharing=Sharing("mig", 1, "1g.10gb")
)


def test_exactly_the_readers_are_told() -> None:
    assert {name for name, overlay in load_overlays().items() if "'gpu." in repr(overlay)} == GPU_READERS
    here = replace(installed.cluster([]), pools=(pool("a"),))
    for component, is_told in (("jupyter-web-app", True), ("katib", False)):
        values = values_of(installed.installation(component, "26.03"), here, installed.platform(here))
        assert ("gpu.pools" in values) == is_told


def test_without_pools_the_form_offers_no_device() -> None:
    assert gpu_values(cluster()) == {"gpu.notebookImages": []}


def test_devices_are_offered_once_and_named() -> None:
    found = gpu_values(cluster(pools=[pool("a"), pool("b"), TIMED, CUT]))["gpu.vendors"]
    assert found == [
        {"limitsKey": "nvidia.com/gpu", "uiName": "NVIDIA GPU"},
        {"limitsKey": "nvidia.com/gpu.shared", "uiName": "NVIDIA GPU, shared"},
        {"limitsKey": "nvidia.com/mig-1g.10gb", "uiName": "NVIDIA MIG 1g.10gb"},
    ]


def test_a_pool_has_one_key_and_one_name_for_tolerations_and_affinity() -> None:
    values = gpu_values(cluster(pools=[replace(TIMED, spot=True), CUT], provider="eks"))
    groups: list[Any] = values["gpu.tolerationGroups"]
    affinities: list[Any] = values["gpu.affinities"]
    assert [(each["groupKey"], each["displayName"]) for each in groups] == [
        (each["configKey"], each["displayName"]) for each in affinities
    ]
    assert [each["displayName"] for each in groups] == [
        "cut: nvidia-a100-80gb (up to 8 per notebook, MIG 1g.10gb, a new node takes minutes)",
        "timed: nvidia-a100-80gb (1 per notebook, shared in time by 4, may be taken away, a new node takes minutes)",
    ]


def test_images_of_all_teams_are_offered() -> None:
    teams = tuple(replace(tenant(name), notebook_images=("b:1", f"{name}:1")) for name in ("x", "a"))
    assert gpu_values(replace(cluster(), tenants=teams))["gpu.notebookImages"] == ["a:1", "b:1", "x:1"]
