"""Two clusters cannot answer under one host name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Label, Severity, error
from compiler.model.platform import Cluster, Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each cluster whose domain another one has already, in the order of the file."""
    del facts, as_of
    first: dict[str, Cluster] = {}
    for cluster in sorted(platform.clusters, key=lambda each: each.origin[-1]):
        if cluster.domain is None:
            continue
        other = first.setdefault(cluster.domain, cluster)
        if other is not cluster:
            yield error(
                CHECK.id,
                f"clusters {other.name} and {cluster.name} have the same domain {cluster.domain}",
                (*cluster.origin, "domain"),
                related=(Label((*other.origin, "domain"), f"the domain of {other.name}"),),
                help=f"give each its own, such as {cluster.name}.{cluster.domain}",
            )


_CLUSTERS = """\
clusters:
  - {{name: one, environment: dev, provider: k3s, kubernetes: "1.34", domain: ml.acme.com}}
  - {{name: two, environment: dev, provider: k3s, kubernetes: "1.34", domain: {}}}
"""

CHECK = Check(
    id="shared-domain",
    severity=Severity.ERROR,
    summary="Two clusters have one domain",
    why="A host name leads to one gateway; logins and cookies of the other cluster would go astray.",
    bad=_CLUSTERS.format("ml.acme.com"),
    good=_CLUSTERS.format("two.ml.acme.com"),
    run=run,
    misses=("clusters.domain",),
)
