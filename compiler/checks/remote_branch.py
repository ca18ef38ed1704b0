"""Argo CD asks the repository itself for a branch, and no clone of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check, followed_repositories
from compiler.checks.examples import following
from compiler.diagnostics.model import Diagnostic, Fix, Severity, warning
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning where the revision begins as a clone writes the branches of where it was cloned from."""
    del facts, as_of
    for _, revision, place in followed_repositories(platform):
        branch = next((revision[len(each) :] for each in _REMOTES if revision.startswith(each)), None)
        if branch:
            path = (*place, "revision")
            yield warning(
                CHECK.id,
                f"Argo CD follows {revision}, which is how a clone calls the branch {branch} of its repository",
                path,
                help=f"write `revision: {branch}`",
                fix=Fix(path, branch),
                sources=CHECK.sources,
            )


_REMOTES = ("refs/remotes/origin/", "remotes/origin/", "origin/", "refs/remotes/upstream/", "upstream/")


CHECK = Check(
    id="remote-branch",
    severity=Severity.WARNING,
    summary="The followed branch is named as a clone names it",
    why="The repository has no branch of that name, so nothing is ever synced: `unable to resolve 'origin/main'`.",
    sources=("https://argo-cd.readthedocs.io/en/stable/user-guide/tracking_strategies/",),
    bad=following("origin/main"),
    good=following("main"),
    run=run,
)
