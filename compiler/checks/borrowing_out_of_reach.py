"""A limit above what others lend promises what cannot be borrowed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.checks.examples import claims
from compiler.diagnostics.model import Diagnostic, Severity, warning
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each `borrowingLimit` above the sum of what the other teams lend of the pool."""
    del facts, as_of
    for cluster in platform.clusters:
        lent: dict[str, int] = {}
        for tenant in cluster.tenants:
            for claim in tenant.claims:
                lent[claim.pool.name] = lent.get(claim.pool.name, 0) + _lends(claim.nominal, claim.lending_limit)
        for tenant in cluster.tenants:
            for claim in tenant.claims:
                others = lent[claim.pool.name] - _lends(claim.nominal, claim.lending_limit)
                if claim.borrowing_limit is not None and claim.borrowing_limit > others:
                    yield warning(
                        CHECK.id,
                        f"team {tenant.team} may borrow {claim.borrowing_limit} of GPU pool {claim.pool.name}, "
                        f"but others lend {others}",
                        (*claim.origin, "borrowingLimit"),
                        help=f"write `borrowingLimit: {others}`, or let other teams have and lend more",
                        sources=CHECK.sources,
                    )


def _lends(nominal: int, limit: int | None) -> int:
    return nominal if limit is None else min(limit, nominal)


CHECK = Check(
    id="borrowing-out-of-reach",
    severity=Severity.WARNING,
    summary="A team may borrow more than the others lend",
    why="Kueue lends only what other queues of the cohort have and give; the rest of the limit is never reached.",
    sources=("https://kueue.sigs.k8s.io/docs/concepts/cohort/",),
    bad=claims("nominal: 2, borrowingLimit: 2", "nominal: 2, lendingLimit: 1"),
    good=claims("nominal: 2, borrowingLimit: 1", "nominal: 2, lendingLimit: 1"),
    run=run,
    sums_over=("teams.name", "teams.owner", "teams.namespaces", "teams.gpus"),
)
