"""Work as forms and defaults make it should fit into some namespace of a team that claims GPUs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.checks.examples import claims
from compiler.diagnostics.model import Diagnostic, Severity
from compiler.model.platform import Platform
from compiler.placement.screen import may_be_misplaced
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an info for each line that keeps some kinds of work, as they come, from a team's GPUs."""
    del as_of
    if may_be_misplaced(platform):
        from compiler.placement.findings import placement_findings

        yield from placement_findings(CHECK.id, platform, facts)


CHECK = Check(
    id="unschedulable-workload",
    severity=Severity.INFO,
    summary="A kind of work, as it comes, does not fit into any namespace of a team with GPUs",
    why="The form of notebooks and the defaults of KServe ask for cpu and memory that the quota does not hold, so "
    "whoever changes nothing is refused; other work of the team gets its GPUs.",
    sources=("https://kubernetes.io/docs/concepts/policy/resource-quotas/",),
    bad=claims("nominal: 2", quota="memory: 1Gi"),
    good=claims("nominal: 2", quota="memory: 4Gi"),
    run=run,
)
