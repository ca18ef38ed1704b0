"""Nobody lends more than they have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.checks.examples import claims
from compiler.diagnostics.model import Diagnostic, Fix, Severity, error
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each `lendingLimit` above the `nominal` beside it."""
    del facts, as_of
    for cluster in platform.clusters:
        for tenant in cluster.tenants:
            for claim in tenant.claims:
                if claim.lending_limit is not None and claim.lending_limit > claim.nominal:
                    path = (*claim.origin, "lendingLimit")
                    yield error(
                        CHECK.id,
                        f"team {tenant.team} would lend {claim.lending_limit} of GPU pool {claim.pool.name}, "
                        f"but has {claim.nominal}",
                        path,
                        help=f"write `lendingLimit: {claim.nominal}` or less",
                        fix=Fix(path, str(claim.nominal)),
                        sources=CHECK.sources,
                    )


CHECK = Check(
    id="lending-exceeds-nominal",
    severity=Severity.ERROR,
    summary="A team would lend more than its nominal share",
    why="Kueue's webhook refuses a ClusterQueue whose lendingLimit is above its nominalQuota.",
    sources=("https://kueue.sigs.k8s.io/docs/reference/kueue.v1beta2/#kueue-x-k8s-io-v1beta2-ResourceQuota",),
    bad=claims("nominal: 2, lendingLimit: 3"),
    good=claims("nominal: 2, lendingLimit: 1"),
    run=run,
)
