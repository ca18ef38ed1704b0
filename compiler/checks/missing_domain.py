"""A cluster that people share is reached under a host name, or by nobody but those who forward a port."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, error, warning
from compiler.model.platform import Cluster, Platform
from compiler.resolve.facts import Facts

_GATEWAY, _MESH = "kubeflow-istio-resources", "istio-install"
_SHARED = frozenset({"staging", "prod"})


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error where the gateway is open to the outside without a domain, else a warning in staging and prod."""
    del facts, as_of
    told: set[object] = set()
    for cluster in platform.clusters:
        if cluster.domain is not None or _GATEWAY not in cluster.installed:
            continue
        place = _opened(cluster)
        if place is not None and place not in told:
            told.add(place)
            yield error(
                CHECK.id,
                f"the gateway of cluster {cluster.name} is open to the outside, but the cluster has no `domain`",
                place,
                help=f"add `domain: ml.example.com`, a host name of yours, to cluster {cluster.name}: with it the "
                "gateway speaks HTTPS and logins find their way back",
                sources=CHECK.sources,
            )
        elif place is None and cluster.environment in _SHARED:
            yield warning(
                CHECK.id,
                f"cluster {cluster.name} is {cluster.environment} and has no `domain`: logins end at localhost",
                cluster.origin,
                help="add `domain: ml.example.com`, a host name of yours that leads to the cluster's gateway",
                sources=CHECK.sources,
            )


def _opened(cluster: Cluster) -> tuple[str | int, ...] | None:
    """Return where the platform file opens the cluster's gateway to the outside; nothing if it does not."""
    mesh = cluster.installed.get(_MESH)
    gateway = mesh.options.get("gateway") if mesh is not None else None
    if mesh is None or not isinstance(gateway, Mapping) or gateway.get("serviceType") != "LoadBalancer":
        return None
    return (*mesh.origin, "gateway", "serviceType")


_PLATFORM = """\
clusters:
  - name: test
    environment: test
    provider: k3s
    kubernetes: "1.34"
{}    identity: {{oidc: {{issuer: https://login.acme.com, clientID: kubeflow, clientSecretRef: oidc-client}}}}
components: {{istio-install: {{gateway: {{serviceType: LoadBalancer}}}}}}
"""

CHECK = Check(
    id="missing-domain",
    severity=Severity.ERROR,
    summary="A cluster that people reach from outside has no domain",
    why="Without one the gateway speaks plain HTTP, so that passwords and cookies can be read on the way, and after a "
    "login people are sent to their own machine.",
    sources=("https://github.com/kubeflow/manifests/blob/26.03/README.md#nodeport--loadbalancer--ingress",),
    bad=_PLATFORM.format(""),
    good=_PLATFORM.format("    domain: ml.acme.com\n"),
    run=run,
    misses=("clusters.domain", "components", "clusters.components"),
)
