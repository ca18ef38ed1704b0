"""Who holds the hub holds every cluster that it manages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Label, Severity, warning
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning where a hub in `dev` or `test` manages a cluster of `staging` or `prod`."""
    del facts, as_of
    hub = next((cluster for cluster in platform.clusters if cluster.name == platform.gitops.hub), None)
    if hub is None or hub.environment not in {"dev", "test"}:
        return
    above = [cluster for cluster in platform.clusters if cluster.environment in {"staging", "prod"}]
    if above:
        yield warning(
            CHECK.id,
            f"hub {hub.name} is {hub.environment} and manages {', '.join(cluster.name for cluster in above[:3])}"
            + (f" and {len(above) - 3} more" if len(above) > 3 else ""),
            ("gitops", "argocd", "hub"),
            related=(
                Label((*hub.origin, "environment"), f"{hub.name} is {hub.environment}"),
                *(Label((*each.origin, "environment"), f"{each.name} is {each.environment}") for each in above[:3]),
            ),
            help=f"name a cluster that is guarded as {above[0].name} is, or leave `hub` out",
        )


_PLATFORM = """\
gitops:
  repoURL: https://github.com/acme/ml-platform.git
  argocd: {{hub: ops}}
distribution: none
clusters:
  - name: ops
    environment: {}
    provider: k3s
    kubernetes: "1.35"
    identity: {{oidc: {{issuer: https://login.acme.com, clientID: ops, clientSecretRef: oidc-client}}}}
  - name: prod
    environment: prod
    provider: k3s
    kubernetes: "1.35"
    server: https://203.0.113.7:6443
    identity: {{oidc: {{issuer: https://login.acme.com, clientID: kubeflow, clientSecretRef: oidc-client}}}}
"""


CHECK = Check(
    id="hub-below-its-clusters",
    severity=Severity.WARNING,
    summary="A hub is guarded less than a cluster that it manages",
    why="The Argo CD of a hub is administrator of all its clusters, so they are as safe as the hub.",
    sources=(),
    bad=_PLATFORM.format("test"),
    good=_PLATFORM.format("prod"),
    run=run,
)
