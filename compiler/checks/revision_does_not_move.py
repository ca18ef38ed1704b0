"""Argo CD follows a branch; what never moves is never synced again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check, followed_repositories
from compiler.checks.examples import following
from compiler.diagnostics.model import Diagnostic, Severity, warning
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning where the followed revision is a commit or `HEAD`."""
    del facts, as_of
    for _, revision, place in followed_repositories(platform):
        is_commit = len(revision) == _COMMIT and set(revision) <= set("0123456789abcdef")
        if is_commit or revision == "HEAD":
            yield warning(
                CHECK.id,
                f"Argo CD follows commit {revision}, which never moves"
                if is_commit
                else "Argo CD follows HEAD, which is whatever the host calls its default branch",
                (*place, "revision"),
                help="write the branch that pull requests are merged into, such as `revision: main`",
                sources=CHECK.sources,
            )


_COMMIT = 40


CHECK = Check(
    id="revision-does-not-move",
    severity=Severity.WARNING,
    summary="Argo CD follows a commit or HEAD",
    why="What is merged afterwards is not deployed, or a changed setting of the host deploys another branch.",
    sources=("https://argo-cd.readthedocs.io/en/stable/user-guide/tracking_strategies/",),
    bad=following("HEAD"),
    good=following("main"),
    run=run,
)
