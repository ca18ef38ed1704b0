"""A secrets backend is nothing without the operator that reads it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, error
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts
from compiler.resolve.installations import SECRET_OPERATORS


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each cluster whose secrets backend lacks its component."""
    del facts, as_of
    for cluster in platform.clusters:
        operator = SECRET_OPERATORS.get(cluster.secrets.backend)
        if operator is not None and cluster.installations and operator not in cluster.installed:
            yield error(
                CHECK.id,
                f"cluster {cluster.name} takes its secrets from {cluster.secrets.backend}, which is turned off there",
                (*cluster.origin, "secrets", "backend"),
                help=f"remove `{operator}: {{enabled: false}}`; if the cluster has it already, write "
                f"`{operator}: {{existing: VERSION}}`",
            )


_PLATFORM = """\
clusters:
  - name: test
    environment: test
    provider: k3s
    kubernetes: "1.34"
    secrets: {{backend: sealed-secrets}}
    components: {{sealed-secrets: {}}}
"""


CHECK = Check(
    id="backend-without-operator",
    severity=Severity.ERROR,
    summary="The component behind a cluster's secrets backend is turned off",
    why="No Secret would ever be made, and whatever reads one would wait for it.",
    sources=(),
    bad=_PLATFORM.format("{enabled: false}"),
    good=_PLATFORM.format("{}"),
    run=run,
    misses=("components", "clusters.components"),
)
