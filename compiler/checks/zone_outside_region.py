"""Nodes can only stand in zones of the cluster's own region."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check, zone_lists
from compiler.checks.examples import google
from compiler.diagnostics.model import Diagnostic, Fix, Label, Severity, error
from compiler.model.platform import Platform
from compiler.providers import Providers
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each zone of a cluster or pool that is not in the cluster's region."""
    del facts, as_of
    providers = Providers()
    for cluster in platform.clusters:
        provider = providers[cluster.provider]
        if cluster.region is None or not provider.is_region(cluster.region):
            continue
        for user, zones, origin in zone_lists(cluster):
            for index, zone in enumerate(zones):
                if provider.is_zone_of(zone, cluster.region):
                    continue
                from compiler.resolve.regions import meant_zone

                example = (provider.zone_example or "{region}").format(region=cluster.region)
                meant = meant_zone(zone, cluster.region, provider)
                path = (*origin, "zones", index)
                yield error(
                    CHECK.id,
                    f"zone {zone} of {user} is not in region {cluster.region}",
                    path,
                    related=(Label((*cluster.origin, "region"), f"cluster {cluster.name} is here"),),
                    help=f"write {meant}" if meant else f"name zones of {cluster.region}, such as {example}",
                    fix=Fix(path, meant) if meant else None,
                    sources=provider.region_sources,
                )


CHECK = Check(
    id="zone-outside-region",
    severity=Severity.ERROR,
    summary="A zone is not in the cluster's region",
    why="A cluster's nodes and volumes are in one region; the cloud refuses node pools elsewhere.",
    sources=("https://cloud.google.com/compute/docs/regions-zones",),
    bad=google("zones: [us-central1-a]"),
    good=google("zones: [europe-west4-a]"),
    run=run,
)
