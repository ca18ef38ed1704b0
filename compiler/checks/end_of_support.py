"""Support ends on a day that is known; after it nobody mends what is found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity
from compiler.matrix.findings import END_OF_SUPPORT, matrix_findings
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for what is out of support or will be soon; an info where nothing is at stake."""
    yield from matrix_findings(END_OF_SUPPORT, platform, facts, as_of)


_CLUSTER = """\
clusters:
  - name: stage
    environment: staging
    provider: k3s
    kubernetes: "{}"
    identity: {{oidc: {{issuer: "https://login.acme.com", clientID: k, clientSecretRef: o}}}}
distribution: none
"""

CHECK = Check(
    id="end-of-support",
    severity=Severity.WARNING,
    summary="A version is out of support, or will be within 90 days",
    why="Faults found after that day stay, and a provider upgrades the cluster or charges more. A day that comes makes "
    "no file wrong, so this refuses nothing; of a cluster for development it is only told.",
    sources=(
        "https://kubernetes.io/releases/",
        "https://endoflife.date/kubernetes",
    ),
    bad=_CLUSTER.format("1.33"),
    good=_CLUSTER.format("1.35"),
    run=run,
)
