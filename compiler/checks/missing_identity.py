"""People must be able to log in to staging and production through an identity provider."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, error
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each cluster of `staging` or `prod` without an identity provider."""
    del facts, as_of
    for cluster in platform.clusters:
        if cluster.environment not in {"staging", "prod"} or cluster.identity.oidc is not None:
            continue
        has_static = bool(cluster.identity.static_users)
        yield error(
            CHECK.id,
            f"cluster {cluster.name} is {cluster.environment} and has "
            + ("static users only" if has_static else "no identity provider"),
            (*cluster.origin, "identity") if has_static else cluster.origin,
            help="add `identity: {oidc: {issuer: https://..., clientID: ..., clientSecretRef: ...}}`",
            sources=CHECK.sources,
        )


CHECK = Check(
    id="missing-identity",
    severity=Severity.ERROR,
    summary="A cluster of staging or production has no identity provider",
    why="Static passwords cannot be revoked centrally, have no second factor and no groups.",
    sources=("https://dexidp.io/docs/connectors/local/",),
    bad='clusters: [{name: prod, environment: prod, provider: k3s, kubernetes: "1.34"}]\n',
    good="""\
clusters:
  - name: prod
    environment: prod
    provider: k3s
    kubernetes: "1.34"
    identity: {oidc: {issuer: https://login.acme.com, clientID: kubeflow, clientSecretRef: oidc-client}}
""",
    run=run,
    misses=("clusters.identity",),
)
