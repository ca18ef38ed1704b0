"""Without Kueue there is nobody to borrow from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.checks.examples import claims
from compiler.diagnostics.model import Diagnostic, Label, Severity, error
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each cluster where Kueue is turned off and a claim has a limit on borrowing or lending."""
    del facts, as_of
    for cluster in platform.clusters:
        # Nothing at all is installed where no versions could be picked: that is another finding.
        if "kueue" in cluster.installed or not cluster.installations:
            continue
        places = [
            (tenant.team, (*claim.origin, key))
            for tenant in cluster.tenants
            for claim in tenant.claims
            for key, limit in (("borrowingLimit", claim.borrowing_limit), ("lendingLimit", claim.lending_limit))
            if limit is not None
        ]
        if places:
            (team, path), *others = places
            more = f", and {len(others)} more limits" if others[1:] else ", and one more limit" if others else ""
            yield error(
                CHECK.id,
                f"team {team} has a `{path[-1]}` on cluster {cluster.name}, where Kueue is turned off{more}",
                path,
                at_key=True,
                related=tuple(
                    Label(place, f"a limit of team {other}", at_key=True) for other, place in others[:_MOST_TOLD]
                ),
                help="let Kueue be installed there (remove `kueue: {enabled: false}`), or remove the limits",
                sources=CHECK.sources,
            )


_MOST_TOLD = 5

CHECK = Check(
    id="borrowing-without-kueue",
    severity=Severity.ERROR,
    summary="A team has a limit on borrowing or lending where Kueue is turned off",
    why="Without Kueue each namespace is capped by its quota alone, and quotas lend nothing.",
    sources=("https://kueue.sigs.k8s.io/docs/concepts/cohort/",),
    bad=claims("nominal: 2, borrowingLimit: 0", components="kueue: {enabled: false}"),
    good=claims("nominal: 2, borrowingLimit: 0", components="kueue: {enabled: true}"),
    run=run,
    misses=("components", "clusters.components"),
)
