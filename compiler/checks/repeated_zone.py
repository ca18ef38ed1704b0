"""A zone is in a list once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Label, Severity, error
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each zone of a cluster or a pool that its list has already."""
    del facts, as_of
    for cluster in platform.clusters:
        lists = [(f"cluster {cluster.name}", cluster.zones, cluster.origin)]
        # A pool without zones of its own has the cluster's.
        lists += [
            (f"GPU pool {pool.name}", pool.zones, pool.origin) for pool in cluster.pools if pool.zones != cluster.zones
        ]
        for user, zones, origin in lists:
            if len(set(zones)) == len(zones):
                continue
            for index, zone in enumerate(zones):
                before = zones.index(zone)
                if before != index:
                    yield error(
                        CHECK.id,
                        f"{user} names zone {zone} twice",
                        (*origin, "zones", index),
                        related=(Label((*origin, "zones", before), "first named here"),),
                        help="remove this one, or write the zone that is meant",
                    )


_CLUSTER = """\
clusters:
  - name: gpu
    environment: dev
    provider: gke
    kubernetes: "1.34"
    project: acme-ml-dev
    region: europe-west4
    zones: [europe-west4-a, europe-west4-{}]
"""

CHECK = Check(
    id="repeated-zone",
    severity=Severity.ERROR,
    summary="A list of zones names one zone twice",
    why="Mostly another zone was meant, and what looks spread over two zones goes down with one.",
    bad=_CLUSTER.format("a"),
    good=_CLUSTER.format("b"),
    run=run,
)
