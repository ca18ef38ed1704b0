"""Secrets that only the cluster knows are lost with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, error
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each cluster of `staging` or `prod` with generated secrets."""
    del facts, as_of
    for cluster in platform.clusters:
        if cluster.secrets.backend == "generated" and cluster.environment not in {"dev", "test"}:
            yield error(
                CHECK.id,
                f"cluster {cluster.name} is {cluster.environment} and makes its secrets itself",
                (*cluster.origin, "secrets", "backend"),
                help="write `backend: external-secrets`, `sealed-secrets`, `sops` or `manual`",
            )


_CLUSTER = """\
clusters:
  - name: prod
    environment: prod
    provider: k3s
    kubernetes: "1.34"
    identity: {{oidc: {{issuer: https://login.acme.com, clientID: kubeflow, clientSecretRef: oidc-client}}}}
    secrets: {{backend: {}}}
"""

CHECK = Check(
    id="generated-secrets-in-production",
    severity=Severity.ERROR,
    summary="A cluster of staging or production makes its own secrets",
    why="Nobody else has them: a new cluster cannot read the old one's databases, and nobody can rotate them.",
    bad=_CLUSTER.format("generated"),
    good=_CLUSTER.format("manual"),
    run=run,
)
