"""A zone is in a list once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check, zone_lists
from compiler.checks.examples import google
from compiler.diagnostics.model import Diagnostic, Label, Severity, error
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each zone of a cluster or a pool that its list has already."""
    del facts, as_of
    for cluster in platform.clusters:
        for user, zones, origin in zone_lists(cluster):
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


CHECK = Check(
    id="repeated-zone",
    severity=Severity.ERROR,
    summary="A list of zones names one zone twice",
    why="Mostly another zone was meant, and what looks spread over two zones goes down with one.",
    bad=google("zones: [europe-west4-a, europe-west4-a]"),
    good=google("zones: [europe-west4-a, europe-west4-b]"),
    run=run,
)
