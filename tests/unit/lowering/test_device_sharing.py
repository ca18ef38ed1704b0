"""How NVIDIA's software is told to share GPUs."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from compiler.lowering.device_sharing import operator_values, sharing_labels
from compiler.model.platform import GpuPool, Sharing
from tests.unit.lowering.declared import pool

WHOLE = pool("whole")
TIMED = replace(pool("timed"), sharing=Sharing("timeSlicing", 4), capacity=32)
SERVED = replace(pool("served"), sharing=Sharing("mps", 2), capacity=16)
CUT = replace(pool("cut", "nvidia.com/mig-1g.10gb.me"), sharing=Sharing("mig", 1, "1g.10gb+me"))


@pytest.mark.parametrize(
    ("shared", "labels"),
    [
        (WHOLE, {}),
        (TIMED, {"nvidia.com/device-plugin.config": "time-slicing-4"}),
        (SERVED, {"nvidia.com/device-plugin.config": "mps-2"}),
        (CUT, {"nvidia.com/mig.config": "all-1g.10gb.me"}),
    ],
)
def test_nodes_choose_by_label(shared: GpuPool, labels: dict[str, str]) -> None:
    assert sharing_labels(shared) == labels


def test_each_label_names_a_configuration_and_nothing_is_shared_without_one() -> None:
    config = operator_values([TIMED, SERVED, WHOLE], "k3s")["devicePlugin"]["config"]
    assert config["create"]
    assert config["default"] == "exclusive"
    assert set(config["data"]) == {"exclusive", "time-slicing-4", "mps-2"}
    assert "sharing" not in config["data"]["exclusive"]
    timed = json.loads(config["data"]["time-slicing-4"])["sharing"]
    assert timed["timeSlicing"]["resources"] == [{"name": "nvidia.com/gpu", "replicas": 4}]
    assert not timed["timeSlicing"]["renameByDefault"]
    assert set(json.loads(config["data"]["mps-2"])["sharing"]) == {"mps"}


def test_the_plugin_renames_what_the_pool_calls_by_another_name() -> None:
    renamed = replace(TIMED, resource="nvidia.com/gpu.shared")
    data = operator_values([renamed], "eks")["devicePlugin"]["config"]["data"]
    assert json.loads(data["time-slicing-4"])["sharing"]["timeSlicing"]["renameByDefault"]


def test_another_configuration_has_another_name() -> None:
    names = {
        operator_values([replace(TIMED, sharing=Sharing("timeSlicing", count))], "k3s")["devicePlugin"]["config"][
            "name"
        ]
        for count in (2, 3)
    }
    assert len(names) == 2


def test_slices_are_resources_of_their_own() -> None:
    values = operator_values([CUT, TIMED], "k3s")
    assert values["mig"] == {"strategy": "mixed"}
    assert all(
        json.loads(each)["flags"] == {"migStrategy": "mixed"}
        for each in values["devicePlugin"]["config"]["data"].values()
    )
    assert "mig" not in operator_values([WHOLE], "k3s")


def test_google_shares_by_itself() -> None:
    assert set(operator_values([CUT, TIMED], "gke")) == {"daemonsets", "node-feature-discovery"}


def test_the_operator_runs_on_every_pool() -> None:
    spot = replace(WHOLE, spot=True)
    for provider, keys in (
        ("k3s", ["nvidia.com/gpu", "platform/gpu-pool"]),
        ("gke", ["nvidia.com/gpu", "platform/gpu-pool", "cloud.google.com/compute-class"]),
        ("aks", ["nvidia.com/gpu", "platform/gpu-pool", "kubernetes.azure.com/scalesetpriority"]),
    ):
        values = operator_values([spot], provider)
        tolerations = values["daemonsets"]["tolerations"]
        assert [each["key"] for each in tolerations] == keys
        assert all(each in values["node-feature-discovery"]["worker"]["tolerations"] for each in tolerations)
