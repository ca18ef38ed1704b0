"""Platforms as text, through the real stages and the real catalog: what the tests of the matrix share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

from compiler.catalog.load import Catalog
from compiler.diagnostics.model import Diagnostic, Severity
from compiler.matrix.table import ClusterMatrix, cluster_matrices
from compiler.pipeline import Sources, Understanding, understand
from compiler.resolve.facts import Facts

DAY = date(2026, 8, 1)
HEAD = """\
apiVersion: platform/v1alpha1
kind: Platform
metadata: {name: acme}
gitops: {repoURL: https://github.com/acme/ml-platform.git}
"""
MATRIX_CODES = frozenset(
    {
        "outside-enforced-range",
        "outside-documented-range",
        "outside-tested-range",
        "end-of-support",
        "kubernetes-not-offered",
    }
)


@cache
def catalog() -> Catalog:
    return Catalog()


def understood(text: str, as_of: date = DAY) -> Understanding:
    """Return what a platform means; `text` follows the usual head."""
    sources = Sources("platform.yaml", (HEAD + text).encode(), None, "", lambda _: None)
    return understand(sources, catalog(), as_of=as_of)


def matrices(text: str, as_of: date = DAY) -> tuple[ClusterMatrix, ...]:
    """Return the matrix of each cluster of a platform."""
    platform = understood(text, as_of).platform
    assert platform is not None
    return cluster_matrices(platform, Facts(catalog()), as_of)


def matrix_findings(text: str, as_of: date = DAY) -> list[Diagnostic]:
    """Return the findings that come from the matrix."""
    return [finding for finding in understood(text, as_of).diagnostics if finding.code in MATRIX_CODES]


def errors(findings: Sequence[Diagnostic]) -> list[str]:
    """Return the errors among findings, as code and message."""
    return [f"{each.code}: {each.message}" for each in findings if each.severity is Severity.ERROR]


def one_cluster(kubernetes: str, rest: str = "", provider: str = "k3s", environment: str = "dev") -> str:
    """Return the text of a platform with one cluster."""
    where = {
        "eks": ", region: eu-west-1",
        "gke": ", project: acme-ml, region: europe-west4",
        "aks": ", region: westeurope, resourceGroup: ml, subscription: 00000000-0000-4000-8000-000000000000",
    }.get(provider, "")
    cluster = f"name: one, environment: {environment}, provider: {provider}, kubernetes: {kubernetes!r}{where}"
    return f"clusters:\n  - {{{cluster}}}\n{rest}"
