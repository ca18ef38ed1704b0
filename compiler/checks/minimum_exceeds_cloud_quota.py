"""Nodes that always run need a quota that is always there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.checks.examples import GOOGLE_QUOTAS, google_pool
from compiler.diagnostics.model import Diagnostic, Label, Severity, error
from compiler.model.platform import Platform
from compiler.resolve.cloud_quota import compared_needs
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each quota below what the pools' fewest nodes need, in the cloud's units."""
    del as_of
    for each in compared_needs(platform, facts):
        cluster, need, granted = each.cluster, each.need, each.granted
        if need.minimum > granted:
            yield error(
                CHECK.id,
                f"the fewest nodes on cluster {cluster.name} need {need.minimum} of quota {need.quota}, "
                f"the cloud grants {granted}",
                (*cluster.origin, "cloudQuota", need.quota),
                related=tuple(
                    Label((*pool.origin, "nodes"), f"GPU pool {pool.name}: at least {pool.min_nodes} nodes")
                    for pool in need.pools
                    if pool.min_nodes
                ),
                notes=each.notes,
                help=f"{each.request(max(need.minimum, need.nominal))} "
                "and write what is granted here, or lower `nodes.min`",
                sources=(each.quotas.source,),
            )


CHECK = Check(
    id="minimum-exceeds-cloud-quota",
    severity=Severity.ERROR,
    summary="The pools' fewest nodes are above the cloud's quota",
    why="`nodes.min` is made at once and kept; the cloud refuses the first node above the quota, and the pool fails.",
    sources=GOOGLE_QUOTAS,
    bad=google_pool("GPUS_ALL_REGIONS: 0", "min: 2, max: 2"),
    good=google_pool("GPUS_ALL_REGIONS: 2", "min: 2, max: 2"),
    run=run,
    misses=("gpuPools", "clusters.cloudQuota"),
)
