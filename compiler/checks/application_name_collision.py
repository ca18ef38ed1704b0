"""On a hub all clusters' Applications stand in one namespace, so their names must differ."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Label, Severity, error
from compiler.model import names
from compiler.model.platform import Cluster, Platform
from compiler.resolve.facts import Facts
from compiler.resolve.waves import application_waves


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each cluster that forms the name of another one's Application."""
    del facts, as_of
    hub = platform.gitops.hub
    if hub is None:
        return
    first: dict[str, tuple[Cluster, str]] = {}
    told: set[tuple[str, str]] = set()
    for cluster in platform.clusters:
        for application in application_waves(cluster):
            name = names.argocd_application(application, cluster.name, None if cluster.name == hub else hub)
            other, theirs = first.setdefault(name, (cluster, application))
            if (other.name, theirs) == (cluster.name, application) or (other.name, cluster.name) in told:
                continue
            told.add((other.name, cluster.name))
            yield error(
                CHECK.id,
                f"{application} of cluster {cluster.name} and {theirs} of cluster {other.name} "
                f"would both be Application {name}",
                (*cluster.origin, "name"),
                related=(Label((*other.origin, "name"), "the other cluster"),),
                help="rename one of the clusters",
            )


_CLUSTERS = """\
gitops: {{repoURL: https://github.com/acme/ml-platform.git, argocd: {{hub: ops}}}}
clusters:
  - {{name: ops, environment: dev, provider: k3s, kubernetes: "1.34"}}
  - {{name: edge, environment: dev, provider: k3s, kubernetes: "1.34", server: "https://203.0.113.7"}}
  - {{name: {0}, environment: dev, provider: k3s, kubernetes: "1.34", server: "https://203.0.113.8"}}
distribution: none
teams:
  - {{name: team-one, owner: {{user: alice@acme.com}}, namespaces: [{{name: first, clusters: [edge]}}]}}
  - {{name: one, owner: {{user: alice@acme.com}}, namespaces: [{{name: second, clusters: [{0}]}}]}}
"""

CHECK = Check(
    id="application-name-collision",
    severity=Severity.ERROR,
    summary="Two clusters of one hub form the same Application name",
    why="Argo CD would see one Application with two sources, and one cluster would take the other's place.",
    bad=_CLUSTERS.format("edge-team"),
    good=_CLUSTERS.format("far"),
    run=run,
)
