"""What upstream never ran together may work; whoever installs it is the first to try."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity
from compiler.matrix.findings import TESTED, matrix_findings
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an info for each pair of products on a cluster that no test of upstream covers."""
    yield from matrix_findings(TESTED, platform, facts, as_of)


CHECK = Check(
    id="outside-tested-range",
    severity=Severity.INFO,
    summary="Two products meet in versions that upstream does not test together",
    why="Upstream's own tests ran with other versions, so a fault of this pair would be found here first.",
    sources=("https://argo-cd.readthedocs.io/en/stable/operator-manual/installation/",),
    bad="""\
clusters: [{name: dev, environment: dev, provider: k3s, kubernetes: "1.36"}]
distribution: none
versions: {kueue: "0.16"}
components: {kueue: {}}
""",
    good="""\
clusters: [{name: dev, environment: dev, provider: k3s, kubernetes: "1.35"}]
distribution: none
versions: {kueue: "0.16"}
components: {kueue: {}}
""",
    run=run,
)
