"""What upstream's documents do not cover works often enough, but nobody has promised it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity
from compiler.matrix.findings import DOCUMENTED, matrix_findings
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each pair of products on a cluster that a support statement leaves out."""
    yield from matrix_findings(DOCUMENTED, platform, facts, as_of)


CHECK = Check(
    id="outside-documented-range",
    severity=Severity.WARNING,
    summary="Two products meet in versions that the documents of one do not cover",
    why="Upstream answers no questions about such a pair, and the next patch may break it. Official releases have "
    "broken such ranges themselves, so it is a warning.",
    sources=(
        "https://istio.io/latest/docs/releases/supported-releases/",
        "https://cert-manager.io/docs/releases/",
    ),
    bad="""\
clusters: [{name: dev, environment: dev, provider: k3s, kubernetes: "1.36"}]
versions: {kubeflow: "26.03"}
""",
    good="""\
clusters: [{name: dev, environment: dev, provider: k3s, kubernetes: "1.34"}]
versions: {kubeflow: "26.03"}
""",
    run=run,
)
