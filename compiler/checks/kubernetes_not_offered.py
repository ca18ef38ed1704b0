"""A provider has never yet or no longer a Kubernetes minor that a cluster is said to run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity
from compiler.matrix.findings import NOT_OFFERED, matrix_findings
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each managed cluster with a minor that its provider does not offer on the day."""
    yield from matrix_findings(NOT_OFFERED, platform, facts, as_of)


_CLUSTER = """\
clusters:
  - name: eu
    environment: dev
    provider: aks
    kubernetes: "{}"
    region: westeurope
    subscription: 00000000-0000-4000-8000-000000000000
    resourceGroup: ml
distribution: none
"""

CHECK = Check(
    id="kubernetes-not-offered",
    severity=Severity.ERROR,
    summary="The provider of a cluster does not offer its Kubernetes minor",
    why="Such a cluster cannot be made, and one that there was has been upgraded by its provider: what is compiled for "
    "it fits something else.",
    sources=(
        "https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html",
        "https://cloud.google.com/kubernetes-engine/docs/release-schedule",
        "https://learn.microsoft.com/azure/aks/supported-kubernetes-versions",
    ),
    bad=_CLUSTER.format("1.22"),
    good=_CLUSTER.format("1.35"),
    run=run,
)
