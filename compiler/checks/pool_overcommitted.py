"""What teams own together cannot be more than there is, unless the pool says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.checks.examples import claims
from compiler.diagnostics.model import Diagnostic, Label, Severity, error
from compiler.model.platform import Claim, Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each pool whose shares add up to more than its capacity, in schedulable units."""
    del facts, as_of
    for cluster in platform.clusters:
        claims: dict[str, list[tuple[str, Claim]]] = {}
        for tenant in cluster.tenants:
            for claim in tenant.claims:
                claims.setdefault(claim.pool.name, []).append((tenant.team, claim))
        for pool in cluster.pools:
            entries = claims.get(pool.name, [])
            total = sum(claim.nominal for _, claim in entries)
            # A single share above the pool is a finding of its own.
            if pool.overcommit or total <= pool.capacity or any(claim.nominal > pool.capacity for _, claim in entries):
                continue
            yield error(
                CHECK.id,
                f"the shares of GPU pool {pool.name} add up to {total}, the pool has {pool.capacity}",
                pool.origin,
                related=tuple(
                    Label((*claim.origin, "nominal"), f"team {team} has {claim.nominal}") for team, claim in entries
                ),
                help="lower the shares and let teams borrow, raise `nodes.max`, or say `overcommit: true`",
                sources=CHECK.sources,
            )


CHECK = Check(
    id="pool-overcommitted",
    severity=Severity.ERROR,
    summary="The teams' nominal shares add up to more than the pool",
    why="Each share is a promise; promises above the pool are broken when all teams work at once.",
    sources=("https://kueue.sigs.k8s.io/docs/concepts/cluster_queue/",),
    bad=claims("nominal: 2", "nominal: 2", nodes=3),
    good=claims("nominal: 2", "nominal: 1", nodes=3),
    run=run,
    misses=("gpuPools",),
)
