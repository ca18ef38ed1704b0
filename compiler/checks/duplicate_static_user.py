"""Dex keeps one password for each address."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Label, Severity, error
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each static user that a cluster has already."""
    del facts, as_of
    for cluster in platform.clusters:
        first: dict[str, int] = {}
        for index, user in enumerate(cluster.identity.static_users):
            before = first.setdefault(user.user, index)
            users = (*cluster.origin, "identity", "static", "users")
            if before != index:
                yield error(
                    CHECK.id,
                    f"{user.user} is a static user of cluster {cluster.name} twice",
                    (*users, index, "user"),
                    related=(Label((*users, before, "user"), "first declared here"),),
                    help="keep the entry whose `passwordHashRef` is meant, and remove the other",
                )


_PLATFORM = """\
clusters:
  - name: test
    environment: test
    provider: k3s
    kubernetes: "1.34"
    identity: {{static: {{users: [{{user: alice@acme.com, passwordHashRef: one}}{}]}}}}
"""


CHECK = Check(
    id="duplicate-static-user",
    severity=Severity.ERROR,
    summary="A cluster has one static user twice",
    why="It is not said which of the two passwords counts.",
    sources=(),
    bad=_PLATFORM.format(", {user: alice@acme.com, passwordHashRef: other}"),
    good=_PLATFORM.format(", {user: bob@acme.com, passwordHashRef: other}"),
    run=run,
)
