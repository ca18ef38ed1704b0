"""The hub reaches a cluster by its address, from where the hub is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Label, Severity, error
from compiler.model.platform import Cluster, Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each `server` that is the hub's own machine, and each that two clusters have."""
    del facts, as_of
    first: dict[str, Cluster] = {}
    for cluster in sorted(platform.clusters, key=lambda each: each.origin[-1]):
        if cluster.server is None:
            continue
        path = (*cluster.origin, "server")
        host = cluster.server.partition("://")[2].partition("/")[0]
        name = host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]
        if name in _LOCAL or name.endswith(".localhost"):
            yield error(
                CHECK.id,
                f"the `server` of cluster {cluster.name} is {name}, where Argo CD itself runs",
                path,
                help=f"write the address of {cluster.name}'s API server as "
                + (f"cluster {platform.gitops.hub} reaches it" if platform.gitops.hub else "Argo CD reaches it"),
                sources=CHECK.sources,
            )
            continue
        other = first.setdefault(cluster.server.rstrip("/").lower(), cluster)
        if other is not cluster:
            yield error(
                CHECK.id,
                f"clusters {other.name} and {cluster.name} have the same `server`",
                path,
                related=(Label((*other.origin, "server"), f"the server of {other.name}"),),
                help="write the address of each one's own API server",
                sources=CHECK.sources,
            )


_LOCAL = frozenset({"localhost", "127.0.0.1", "0.0.0.0", "[::1]", "kubernetes.default.svc"})  # noqa: S104 - not bound

_PLATFORM = """\
gitops:
  repoURL: https://github.com/acme/ml-platform.git
  argocd: {{hub: ops}}
distribution: none
clusters:
  - {{name: ops, environment: dev, provider: k3s, kubernetes: "1.35"}}
  - {{name: edge, environment: dev, provider: k3s, kubernetes: "1.35", server: "https://{}:6443"}}
"""


CHECK = Check(
    id="unreachable-server",
    severity=Severity.ERROR,
    summary="A cluster's `server` is the hub itself, or another cluster's",
    why="Argo CD would sync the cluster's applications to where it runs itself, or two clusters' onto one.",
    sources=("https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#clusters",),
    bad=_PLATFORM.format("127.0.0.1"),
    good=_PLATFORM.format("203.0.113.8"),
    run=run,
)
