"""A gateway that serves a domain needs somebody who signs its certificate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, error
from compiler.model.platform import Cluster, Platform
from compiler.resolve.facts import Facts

_GATEWAY, _MESH, _CERTIFICATES, _ISSUER = "kubeflow-istio-resources", "istio-install", "cert-manager", "kubeflow-issuer"


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each cluster whose gateway would wait for a certificate that nobody makes."""
    del as_of
    for cluster in platform.clusters:
        lacking = _lacking(cluster, facts)
        if lacking:
            yield error(
                CHECK.id,
                f"the gateway of cluster {cluster.name} serves {cluster.domain} over HTTPS, but nothing makes its "
                f"certificate: {lacking} is not there",
                (*cluster.origin, "domain"),
                help=f"add `{lacking}: {{}}` to `components`, or name a certificate of your own: "
                f"`{_GATEWAY}: {{gateway: {{tlsSecret: NAME}}}}`",
            )


def _lacking(cluster: Cluster, facts: Facts) -> str | None:
    """Return the component that the gateway's certificate needs and that is not on the cluster."""
    gateway = cluster.installed.get(_GATEWAY)
    if gateway is None or gateway.existing is not None or _MESH not in cluster.installed or cluster.domain is None:
        return None
    options = gateway.options.get("gateway")
    chosen = options if isinstance(options, Mapping) else {}
    if chosen.get("tlsSecret"):
        return None
    if _CERTIFICATES not in cluster.installed:
        return _CERTIFICATES
    release = facts.release(gateway.product, gateway.product_version)
    has_own_issuer = _ISSUER in release.components
    return _ISSUER if has_own_issuer and not chosen.get("issuer") and _ISSUER not in cluster.installed else None


_PLATFORM = """\
clusters:
  - name: dev
    environment: dev
    provider: k3s
    kubernetes: "1.34"
    domain: ml.acme.com
    identity: {{static: {{users: [{{user: a@acme.com, passwordHashRef: a}}]}}}}
distribution: none
components:
  istio-install: {{}}
  kubeflow-istio-resources: {{}}
{}"""

CHECK = Check(
    id="gateway-without-issuer",
    severity=Severity.ERROR,
    summary="Nothing makes the certificate of a gateway that serves a domain",
    why="The gateway sends everybody to HTTPS, and without a certificate nobody gets in.",
    bad=_PLATFORM.format(""),
    good=_PLATFORM.format("  cert-manager: {}\n"),
    run=run,
    misses=("components", "clusters.components"),
    sources=("https://istio.io/latest/docs/ops/integrations/certmanager/",),
)
