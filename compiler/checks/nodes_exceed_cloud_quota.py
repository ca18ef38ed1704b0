"""The largest size of the pools should be within what the cloud grants."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.checks.examples import GOOGLE_QUOTAS, google_pool
from compiler.diagnostics.model import Diagnostic, Label, Severity, warning
from compiler.model.platform import Platform
from compiler.resolve.cloud_quota import compared_needs
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each quota below what all nodes need, where the nominal shares fit."""
    del as_of
    for each in compared_needs(platform, facts):
        cluster, need, granted = each.cluster, each.need, each.granted
        if max(need.minimum, need.nominal) <= granted < need.maximum:
            yield warning(
                CHECK.id,
                f"all nodes on cluster {cluster.name} need {need.maximum} of quota {need.quota}, "
                f"the cloud grants {granted}",
                (*cluster.origin, "cloudQuota", need.quota),
                related=tuple(
                    Label((*pool.origin, "nodes"), f"GPU pool {pool.name}: at most {pool.max_nodes} nodes")
                    for pool in need.pools
                ),
                notes=each.notes,
                help=f"{each.request(need.maximum)}, or lower `nodes.max`",
                sources=(each.quotas.source,),
            )


CHECK = Check(
    id="nodes-exceed-cloud-quota",
    severity=Severity.WARNING,
    summary="The pools may grow beyond the cloud's quota",
    why="The last nodes will never come: the cloud refuses them, and whoever borrows waits.",
    sources=GOOGLE_QUOTAS,
    bad=google_pool("GPUS_ALL_REGIONS: 3", "max: 4"),
    good=google_pool("GPUS_ALL_REGIONS: 4", "max: 4"),
    run=run,
    misses=("gpuPools", "clusters.cloudQuota"),
)
