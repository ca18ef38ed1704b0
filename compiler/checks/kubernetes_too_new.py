"""A Kubernetes minor newer than everything the catalog knows may have removed what releases need."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, warning
from compiler.model.platform import Platform
from compiler.resolve.clusters import minor_of
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each cluster whose minor is newer than the catalog's newest."""
    del as_of
    minors = facts.kubernetes_minors
    for cluster in platform.clusters:
        if minors and minor_of(cluster.kubernetes) > minor_of(minors[-1]):
            yield warning(
                CHECK.id,
                f"cluster {cluster.name} runs Kubernetes {cluster.kubernetes}; the newest known is {minors[-1]}",
                (*cluster.origin, "kubernetes"),
                help="update the compiler, or expect APIs that are gone",
                sources=CHECK.sources,
            )


_CLUSTER = 'clusters: [{{name: dev, environment: dev, provider: k3s, kubernetes: "{}"}}]\ndistribution: none\n'

CHECK = Check(
    id="kubernetes-too-new",
    severity=Severity.WARNING,
    summary="A cluster's Kubernetes is newer than any that the catalog knows",
    why="Which APIs it removed is not known, so what is compiled for it is a guess.",
    sources=("https://kubernetes.io/docs/reference/using-api/deprecation-guide/",),
    bad=_CLUSTER.format("1.99"),
    good=_CLUSTER.format("1.34"),
    run=run,
)
