"""A Kubernetes minor older than everything the catalog knows cannot be judged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, error
from compiler.model.platform import Platform
from compiler.resolve.clusters import minor_of
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each cluster whose minor is older than the catalog's oldest."""
    del as_of
    minors = facts.kubernetes_minors
    for cluster in platform.clusters:
        if minors and minor_of(cluster.kubernetes) < minor_of(minors[0]):
            yield error(
                CHECK.id,
                f"cluster {cluster.name} runs Kubernetes {cluster.kubernetes}; the oldest that is known is {minors[0]}",
                (*cluster.origin, "kubernetes"),
                help=f"upgrade the cluster, at best to {minors[-1]} or a minor before it",
                sources=CHECK.sources,
            )


_CLUSTER = 'clusters: [{{name: dev, environment: dev, provider: k3s, kubernetes: "{}"}}]\ndistribution: none\n'

CHECK = Check(
    id="kubernetes-too-old",
    severity=Severity.ERROR,
    summary="A cluster's Kubernetes is older than any that the catalog knows",
    why="Nothing is known of what still runs there, and nobody patches it.",
    sources=("https://kubernetes.io/releases/",),
    bad=_CLUSTER.format("1.10"),
    good=_CLUSTER.format("1.34"),
    run=run,
)
