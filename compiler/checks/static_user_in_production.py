"""A password in the cluster stays when the person who knows it goes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Label, Severity, warning
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each cluster of `staging` or `prod` with static users beside its identity provider."""
    del facts, as_of
    for cluster in platform.clusters:
        users = cluster.identity.static_users
        if cluster.environment not in {"staging", "prod"} or cluster.identity.oidc is None or not users:
            continue
        more = f" and {len(users) - 1} more" if users[1:] else ""
        yield warning(
            CHECK.id,
            f"{users[0].user}{more} can log in to cluster {cluster.name}, which is {cluster.environment}, "
            "past its identity provider",
            (*cluster.origin, "identity", "static"),
            at_key=True,
            related=(Label((*cluster.origin, "identity", "oidc"), "the identity provider", at_key=True),),
            help="remove `static`; for an emergency account, say so: "
            f"`# compiler: allow {CHECK.id} because it is sealed in the safe`",
            sources=CHECK.sources,
        )


_PLATFORM = """\
clusters:
  - name: prod
    environment: prod
    provider: k3s
    kubernetes: "1.35"
    identity:
      oidc: {{issuer: https://login.acme.com, clientID: kubeflow, clientSecretRef: oidc-client}}{}
distribution: none
"""


CHECK = Check(
    id="static-user-in-production",
    severity=Severity.WARNING,
    summary="A cluster of staging or production has static users beside its identity provider",
    why="Whoever leaves loses the account of the identity provider, and keeps the static one.",
    sources=("https://dexidp.io/docs/connectors/local/",),
    bad=_PLATFORM.format("\n      static: {users: [{user: ops@acme.com, passwordHashRef: ops-hash}]}"),
    good=_PLATFORM.format(""),
    run=run,
)
