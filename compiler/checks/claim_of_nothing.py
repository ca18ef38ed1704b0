"""A share of nothing that may not borrow either gives a team no GPU."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.checks.examples import claims
from compiler.diagnostics.model import Diagnostic, Severity, warning
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each claim without units of its own where nothing may or can be borrowed."""
    del facts, as_of
    for cluster in platform.clusters:
        for tenant in cluster.tenants:
            for claim in tenant.claims:
                if claim.nominal:
                    continue
                if claim.borrowing_limit == 0:
                    reason = "and may borrow none"
                elif cluster.installations and "kueue" not in cluster.installed:
                    reason = "and without Kueue nothing is lent"
                else:
                    continue
                yield warning(
                    CHECK.id,
                    f"team {tenant.team} has 0 of GPU pool {claim.pool.name} {reason}",
                    (*claim.origin, "nominal"),
                    help="raise `nominal`, or remove the claim",
                    sources=CHECK.sources,
                )


CHECK = Check(
    id="claim-of-nothing",
    severity=Severity.WARNING,
    summary="A team claims a pool and can never get a unit of it",
    why="The team's queue takes its jobs and never admits them; they wait for ever.",
    sources=("https://kueue.sigs.k8s.io/docs/concepts/cluster_queue/",),
    bad=claims("nominal: 0, borrowingLimit: 0"),
    good=claims("nominal: 1, borrowingLimit: 0"),
    run=run,
    misses=("components", "clusters.components"),
)
