"""Kubeflow's pages know people, and no groups."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Label, Severity, info
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts

_SHOWN = 5


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield one info for all groups of teams on clusters with both the pages and a provider that knows groups."""
    del facts, as_of
    groups = {
        member.origin: (tenant.team, member)
        for cluster in platform.clusters
        if cluster.identity.oidc is not None and "central-dashboard" in cluster.installed
        for tenant in cluster.tenants
        for member in tenant.members
        if member.kind == "group"
    }
    if not groups:
        return
    (team, first), *others = groups.values()
    who = f"group {first.name} of team {team}" + (f" and {len(others)} more" if others else "")
    yield info(
        CHECK.id,
        f"{who} {'reach' if others else 'reaches'} the API server, but not Kubeflow's pages",
        (*first.origin, "group"),
        related=tuple(Label((*member.origin, "group"), f"a group of team {name}") for name, member in others[:_SHOWN]),
        help="nothing to do for those who work with kubectl; name as `user` whoever works in the pages",
        sources=CHECK.sources,
    )


_PLATFORM = """\
versions: {{kubeflow: "26.03"}}
distribution: kubeflow
clusters:
  - name: test
    environment: test
    provider: k3s
    kubernetes: "1.34"
    identity: {{oidc: {{issuer: https://login.acme.com, clientID: kubeflow, clientSecretRef: oidc-client}}}}
teams:
  - name: vision
    owner: {{user: alice@acme.com}}
    members: [{{{}, role: viewer}}]
    namespaces: [{{name: vision, clusters: [test]}}]
"""

CHECK = Check(
    id="group-outside-pages",
    severity=Severity.INFO,
    summary="A team has a group as a member, which Kubeflow's pages do not know",
    why="The pages ask what one person may do, by the header with the address; that with the groups is not read yet. "
    "The API server knows both, so a group has its rights there.",
    sources=("https://github.com/kubeflow/manifests/blob/26.03/common/oauth2-proxy/components/README.md",),
    bad=_PLATFORM.format("group: vision-readers"),
    good=_PLATFORM.format("user: bob@acme.com"),
    run=run,
)
