"""People can only log in to Argo CD where somebody vouches for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, error
from compiler.model.platform import ARGO_CD, Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error where Argo CD has a URL on a cluster without identity provider, once for each place."""
    del facts, as_of
    told: set[object] = set()
    for cluster in platform.clusters:
        installation = cluster.installed.get(ARGO_CD)
        if installation is None or cluster.identity.oidc is not None or not installation.options.get("url"):
            continue
        if installation.origin in told:
            continue
        told.add(installation.origin)
        yield error(
            CHECK.id,
            f"people reach Argo CD of cluster {cluster.name} at {installation.options['url']}, but no identity "
            "provider says who they are",
            (*installation.origin, "url"),
            help=f"add `identity: {{oidc: {{...}}}}` to cluster {cluster.name}, or say `url` for the clusters that "
            "have one",
        )


_PLATFORM = """\
clusters:
  - name: dev
    environment: dev
    provider: k3d
    kubernetes: "1.34"
    domain: ml.acme.com
    identity: {}
    components: {{argo-cd: {{url: https://argocd.acme.com}}}}
"""

CHECK = Check(
    id="argo-cd-login-without-provider",
    severity=Severity.ERROR,
    summary="Argo CD has a URL for people, and nobody who says who they are",
    why="Nobody but its local administrator could log in, with a password that everybody then shares.",
    sources=("https://argo-cd.readthedocs.io/en/stable/operator-manual/user-management/",),
    bad=_PLATFORM.format("{static: {users: [{user: a@acme.com, passwordHashRef: a}]}}"),
    good=_PLATFORM.format("{oidc: {issuer: https://login.acme.com, clientID: kubeflow, clientSecretRef: oidc}}"),
    run=run,
)
