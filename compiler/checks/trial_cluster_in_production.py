"""Some clusters are made to be thrown away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Label, Severity, warning
from compiler.model.platform import Platform
from compiler.providers import Providers
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each cluster of `staging` or `prod` whose provider makes clusters of containers or one VM."""
    del facts, as_of
    for cluster in platform.clusters:
        if cluster.environment in {"staging", "prod"} and Providers()[cluster.provider].is_for_trial:
            yield warning(
                CHECK.id,
                f"cluster {cluster.name} is {cluster.environment} and on {cluster.provider}, "
                "which makes clusters to try things",
                (*cluster.origin, "provider"),
                related=(Label((*cluster.origin, "environment"), f"it is {cluster.environment}"),),
                help="write `environment: dev` or `test`, or a provider that lasts, such as k3s",
                sources=CHECK.sources,
            )


_CLUSTER = """\
clusters:
  - name: main
    environment: prod
    provider: {}
    kubernetes: "1.35"
    identity: {{oidc: {{issuer: https://login.acme.com, clientID: kubeflow, clientSecretRef: oidc-client}}}}
distribution: none
"""

CHECK = Check(
    id="trial-cluster-in-production",
    severity=Severity.WARNING,
    summary="A cluster of staging or production is of a kind that is made to be thrown away",
    why="Its nodes are containers or one machine: a restart of the host takes everything along.",
    sources=("https://kind.sigs.k8s.io/", "https://k3d.io/stable/", "https://minikube.sigs.k8s.io/docs/"),
    bad=_CLUSTER.format("kind"),
    good=_CLUSTER.format("k3s"),
    run=run,
)
