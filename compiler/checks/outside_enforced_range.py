"""What refuses a version by code or by its types, and is not the resolver's business, is judged by the matrix."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity
from compiler.matrix.findings import ENFORCED, matrix_findings
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each pair of products on a cluster of which one refuses the other."""
    yield from matrix_findings(ENFORCED, platform, facts, as_of)


CHECK = Check(
    id="outside-enforced-range",
    severity=Severity.ERROR,
    summary="A version is refused by the code, the types or the API of what it meets",
    why="Outside such a range the object is rejected or the program exits, whatever any document says.",
    sources=("https://argo-cd.readthedocs.io/en/stable/user-guide/multiple_sources/",),
    bad="""\
clusters: [{name: old, environment: dev, provider: k3s, kubernetes: "1.35"}]
distribution: none
components:
  argo-cd: {existing: "2.5.22"}
  mlflow: {}
""",
    good="""\
clusters: [{name: new, environment: dev, provider: k3s, kubernetes: "1.35"}]
distribution: none
components:
  argo-cd: {existing: "3.4.7"}
  mlflow: {}
""",
    run=run,
)
