"""A claim is of use only where some work of the team can get onto a node of the pool."""

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
    """Yield a warning for each line that keeps all work of a team from the GPUs that it claims."""
    del as_of
    if may_be_misplaced(platform):
        from compiler.placement.findings import placement_findings

        yield from placement_findings(CHECK.id, platform, facts)


CHECK = Check(
    id="unschedulable-gpu",
    severity=Severity.WARNING,
    summary="No work of a team can get onto a GPU pool that it claims",
    why="The platform is asked what Kubernetes and Kueue will be asked: each kind of work, in each namespace of the "
    "team, for one GPU and for as many as one pod may have. Where nothing gets through, people wait for ever.",
    sources=(
        "https://kubernetes.io/docs/concepts/policy/resource-quotas/",
        "https://kueue.sigs.k8s.io/docs/concepts/cluster_queue/",
    ),
    bad=claims("nominal: 2", quota="pods: 0"),
    good=claims("nominal: 2", quota="pods: 20"),
    run=run,
    sums_over=("teams.gpus",),
)
