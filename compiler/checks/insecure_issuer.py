"""Tokens of an issuer that is reached without TLS can be forged on the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, error
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each http issuer outside `dev`."""
    del facts, as_of
    for cluster in platform.clusters:
        oidc = cluster.identity.oidc
        trusted = (
            (oidc.issuer if oidc else None, ("identity", "oidc", "issuer")),
            (cluster.parameters.get("serviceAccountIssuer"), ("serviceAccountIssuer",)),
        )
        for issuer, path in trusted:
            if issuer is None or cluster.environment == "dev" or not issuer.startswith("http://"):
                continue
            secure = "https://" + issuer.removeprefix("http://")
            yield error(
                CHECK.id,
                f"cluster {cluster.name} is {cluster.environment} and trusts tokens of {issuer} without TLS",
                (*cluster.origin, *path),
                help=f"write {secure}, and let the issuer answer there",
                sources=CHECK.sources,
            )


CHECK = Check(
    id="insecure-issuer",
    severity=Severity.ERROR,
    summary="An identity provider is reached without TLS outside dev",
    why="Who can change what passes between the cluster and the provider can log in as anybody.",
    sources=("https://openid.net/specs/openid-connect-discovery-1_0.html#IssuerDiscovery",),
    bad="""\
clusters:
  - name: test
    environment: test
    provider: k3s
    kubernetes: "1.34"
    identity: {oidc: {issuer: http://login.acme.com, clientID: kubeflow, clientSecretRef: oidc-client}}
""",
    good="""\
clusters:
  - name: test
    environment: test
    provider: k3s
    kubernetes: "1.34"
    identity: {oidc: {issuer: https://login.acme.com, clientID: kubeflow, clientSecretRef: oidc-client}}
""",
    run=run,
)
