"""A team cannot own more of a pool than there is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.checks.examples import claims
from compiler.diagnostics.model import Diagnostic, Fix, Label, Severity, error
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each share above the capacity of its pool, in schedulable units."""
    del facts, as_of
    for cluster in platform.clusters:
        for tenant in cluster.tenants:
            for claim in tenant.claims:
                if claim.nominal > claim.pool.capacity:
                    path = (*claim.origin, "nominal")
                    yield error(
                        CHECK.id,
                        f"team {tenant.team} wants {claim.nominal} of GPU pool {claim.pool.name}, "
                        f"which has {claim.pool.capacity}",
                        path,
                        related=(Label((*claim.pool.origin, "nodes"), f"at most {claim.pool.max_nodes} nodes"),),
                        notes=("units are GPUs times replicas, or MIG instances",),
                        help=f"write `nominal: {claim.pool.capacity}` or less, or raise `nodes.max` of the pool",
                        fix=Fix(path, str(claim.pool.capacity)),
                        sources=CHECK.sources,
                    )


CHECK = Check(
    id="nominal-exceeds-pool",
    severity=Severity.ERROR,
    summary="A team's nominal share is larger than the pool",
    why="Kueue does not compare quotas with nodes: the work would be admitted and wait for nodes for ever.",
    sources=("https://kueue.sigs.k8s.io/docs/concepts/cluster_queue/",),
    bad=claims("nominal: 3", nodes=2),
    good=claims("nominal: 2", nodes=2),
    run=run,
    misses=("gpuPools",),
)
