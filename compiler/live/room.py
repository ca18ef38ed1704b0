"""Whether this machine has room for the clusters of the file that run on it; starts no cluster.

Asks the machine where the nodes will be: Docker's, which may be a virtual one, else this one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from compiler.live.machine import OK, Finding, Machine
from compiler.model.footprint import Footprint, gibibytes, processors
from compiler.model.platform import Cluster
from compiler.providers import Providers
from compiler.providers.base import DOCKER
from compiler.providers.base.local import least

TOO_SMALL = "too small"
_SAID = re.compile(r"(\d+) (\d+)")
_MEBI = 2**20


def rooms(machine: Machine, clusters: Iterable[tuple[Cluster, Footprint]]) -> Iterator[Finding]:
    """Yield for each cluster that this machine is to run whether what is installed on it finds room.

    Nothing is said of a cluster with nothing on it, and of a machine that does not tell its size.
    """
    known = Providers()
    for cluster, footprint in clusters:
        provider = known[cluster.provider]
        size = _of_docker(machine) if DOCKER in provider.tools else machine.size
        if not provider.is_for_trial or not footprint.pods or size is None:
            continue
        cpu, memory = least(footprint)
        fits = size[0] * 1000 >= cpu and size[1] // _MEBI >= memory
        where = "the machine (Docker's own, where it has a virtual one)" if DOCKER in provider.tools else "the machine"
        smaller = "" if cluster.parameters.get("size") == "small" else ", or say `size: small` in the platform file"
        yield Finding(
            f"room for {cluster.name}",
            OK if fits else TOO_SMALL,
            f"{size[0]} CPUs, {gibibytes(size[1] // _MEBI)}",
            (),
            f"its components and Kubernetes ask for {processors(cpu)} and {gibibytes(memory)}",
            f"give {where} more{smaller}, or leave components out",
        )


def _of_docker(machine: Machine) -> tuple[int, int] | None:
    """Return CPUs and bytes of memory of the machine on which Docker runs containers.

    Source: `docker info --format`, fields NCPU and MemTotal of moby/moby api/types/system/info.go.
    """
    ran = machine.run(("docker", "info", "--format", "{{.NCPU}} {{.MemTotal}}"))
    said = _SAID.search(ran[1]) if ran is not None and ran[0] == 0 else None
    return (int(said[1]), int(said[2])) if said else machine.size
