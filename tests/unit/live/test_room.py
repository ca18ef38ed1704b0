"""Whether a machine has room, from what it says of itself."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from compiler.live.machine import Machine
from compiler.live.room import rooms
from compiler.model.footprint import Footprint
from tests.unit.lowering.installed import cluster

ASKED = Footprint(3000, 8000, 100, 0, pods=40)
GIB = 2**30


def machine(docker: tuple[int, str] | None, size: tuple[int, int] | None) -> Machine:
    def run(command: Sequence[str]) -> tuple[int, str] | None:
        return docker if command[0] == "docker" else None

    return Machine(run, lambda _: True, size=size)


@pytest.mark.parametrize(
    ("provider", "docker", "size", "state", "version"),
    [
        ("k3d", (0, f"4 {8 * GIB}\n"), (16, 64 * GIB), "too small", "4 CPUs, 8 GiB"),
        ("k3d", (0, f"8 {16 * GIB}\n"), (2, GIB), "ok", "8 CPUs, 16 GiB"),
        ("k3d", (1, "Cannot connect to the Docker daemon"), (8, 16 * GIB), "ok", "8 CPUs, 16 GiB"),
        ("kind", None, (8, 8 * GIB), "too small", "8 CPUs, 8 GiB"),
        ("minikube", (0, f"8 {16 * GIB}"), (4, 16 * GIB), "too small", "4 CPUs, 16 GiB"),
    ],
)
def test_the_machine_that_runs_the_nodes_is_asked(
    provider: str, docker: tuple[int, str] | None, size: tuple[int, int], state: str, version: str
) -> None:
    (found,) = rooms(machine(docker, size), [(cluster([], name="laptop", provider=provider), ASKED)])
    assert (found.name, found.state, found.version) == ("room for laptop", state, version)
    assert found.purpose == "its components and Kubernetes ask for 4.1 CPUs and 8.2 GiB"
    assert not found.is_lacking
    assert "`size: small`" in found.get


def test_a_small_cluster_is_not_told_to_become_one() -> None:
    small = cluster([], provider="kind", parameters={"size": "small"})
    (found,) = rooms(machine(None, (1, GIB)), [(small, ASKED)])
    assert "size: small" not in found.get


@pytest.mark.parametrize(
    ("provider", "asked", "size"), [("gke", ASKED, (1, GIB)), ("kind", Footprint(), (1, GIB)), ("kind", ASKED, None)]
)
def test_nothing_is_said_where_nothing_is_known(provider: str, asked: Footprint, size: tuple[int, int] | None) -> None:
    assert list(rooms(machine(None, size), [(cluster([], provider=provider), asked)])) == []
