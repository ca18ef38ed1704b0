"""The page about nodes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiler.lowering.node_guide import guide
from compiler.model.platform import Sharing
from tests.unit.lowering.declared import cluster, order, pool

POOLS = [
    pool("whole"),
    replace(pool("timed", "nvidia.com/gpu.shared"), sharing=Sharing("timeSlicing", 4)),
    replace(pool("cut", "nvidia.com/mig-1g.10gb"), sharing=Sharing("mig", 1, "1g.10gb")),
]


@pytest.mark.parametrize(
    ("provider", "outside", "said"),
    [
        (
            "gke",
            ["cut", "timed"],
            ["nodes of whole", "Terraform makes the nodes of cut and timed", "GKE installs both"],
        ),
        ("eks", [], ["cut, timed and whole", "KarpenterNodeRole-prod", "`NodeOverlay`"]),
        ("aks", ["whole"], ["Terraform makes the nodes of whole", "MIG strategy `mixed`"]),
        ("microk8s", [], ["addon `nvidia`", "sh gpu-pools.sh POOL NODE"]),
        ("kind", [], ["nvkind"]),
        ("generic", [], ["The nodes need the driver", "nvidia.com/device-plugin.config"]),
    ],
)
def test_the_page_says_what_must_be_done(provider: str, outside: list[str], said: list[str]) -> None:
    wanted = order(cluster(provider=provider, pools=POOLS))
    text = guide(wanted, [each for each in wanted.pools if each.name in outside])
    assert all(each in text for each in said)
    assert all(f"| {each.name} |" in text for each in POOLS)


def test_the_operator_is_enough() -> None:
    text = guide(order(cluster(pools=POOLS, others=[("gpu-operator", "26.7.0")]), 34), [])
    assert "Component `gpu-operator` installs what the nodes lack" in text


def test_other_vendors_bring_their_own_plugin() -> None:
    found = [pool("mi300x", "amd.com/gpu")]
    assert "its vendor's device plugin" in guide(order(cluster(pools=found), 34), [])


def test_what_holds_teams_apart_is_told() -> None:
    queued = guide(order(cluster(pools=POOLS, kueue="0.16.0"), 34), [])
    assert "The API server refuses" in queued
    assert "`kueue.x-k8s.io/queue-name: gpu`" in queued
    old = guide(order(cluster(pools=POOLS), 29), [])
    assert "Kubernetes 1.29 has no admission policies" in old
    assert "Kueue" not in old


def test_the_page_tells_how_a_job_stays_close_together() -> None:
    racks = replace(pool("racks"), topology=("example.com/rack",))
    text = guide(order(cluster(kueue="0.16.0", pools=[*POOLS, racks])), [])
    assert "(racks: `example.com/rack`)" in text
    assert "kueue.x-k8s.io/podset-required-topology: LABEL" in text
    assert "topology" not in guide(order(cluster(kueue="0.16.0", pools=POOLS)), [])
