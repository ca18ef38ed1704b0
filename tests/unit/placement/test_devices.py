"""Devices are served by the kind of cluster, by a component, or by nobody in the file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiler.placement.devices import server_of, unserved
from tests.unit.lowering.declared import cluster, pool

POOLS = (
    pool("whole"),
    replace(pool("cut"), resource="nvidia.com/mig-1g.10gb"),
    replace(pool("amd"), resource="amd.com/gpu"),
)


@pytest.mark.parametrize("provider", ["eks", "aks", "k3s", "k3d", "kind", "microk8s", "generic"])
def test_nobody_serves_what_nothing_installs(provider: str) -> None:
    here = cluster(pools=POOLS, provider=provider)
    assert unserved(here) == {"nvidia.com/gpu": list(POOLS[:2]), "amd.com/gpu": [POOLS[2]]}


@pytest.mark.parametrize("provider", ["gke", "minikube"])
def test_some_kinds_of_clusters_serve_them_themselves(provider: str) -> None:
    here = cluster(pools=POOLS, provider=provider)
    assert unserved(here) == {}
    assert server_of(POOLS[0], here).by_provider


def test_the_operator_serves_what_is_nvidias() -> None:
    here = cluster(pools=POOLS, provider="eks", others=[("gpu-operator", "26.7.0")])
    assert unserved(here) == {"amd.com/gpu": [POOLS[2]]}
    assert server_of(POOLS[1], here).component == "gpu-operator"
    assert server_of(POOLS[2], here).component is None
