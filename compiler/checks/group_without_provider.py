"""A group means nothing where no identity provider says who is in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Label, Severity, error, info
from compiler.model.platform import Cluster, Member, Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each group of a team on a cluster without identity provider; in `dev`, one info for all."""
    del facts, as_of
    told: set[Member] = set()
    for cluster in platform.clusters:
        # A cluster that needs a provider and has none is a finding of its own.
        if cluster.identity.oidc is not None or cluster.environment in {"staging", "prod"}:
            continue
        groups = [
            (tenant.team, member) for tenant in cluster.tenants for member in tenant.members if member.kind == "group"
        ]
        if cluster.environment == "dev":
            if groups:
                yield _info(cluster, groups)
            continue
        for team, member in groups:
            if member in told:
                continue
            told.add(member)
            yield error(
                CHECK.id,
                f"group {member.name} of team {team} reaches nobody on cluster {cluster.name}, "
                "which has no identity provider",
                (*member.origin, "group"),
                related=(Label((*cluster.origin, "name"), "this cluster has no `identity: {oidc: ...}`"),),
                help=f"give cluster {cluster.name} an identity provider, or name the people as `user`",
            )


def _info(cluster: Cluster, groups: list[tuple[str, Member]]) -> Diagnostic:
    team, first = groups[0]
    others = len(groups) - 1
    who = f"group {first.name} of team {team}" + (f" and {others} more" if others else "")
    return info(
        CHECK.id,
        f"on cluster {cluster.name}, which has no identity provider, {who} {'reach' if others else 'reaches'} nobody",
        (*cluster.origin, "name"),
        related=tuple(Label((*member.origin, "group"), f"a group of team {team}") for team, member in groups[:5]),
        help=f"nothing to do if {cluster.name} is for trying things out; otherwise give it an identity provider",
    )


_TEAM = """\
teams:
  - name: vision
    owner: {user: alice@acme.com}
    members: [{group: vision-readers, role: viewer}]
    namespaces: [{name: vision, clusters: [test]}]
"""

CHECK = Check(
    id="group-without-provider",
    severity=Severity.ERROR,
    summary="A team has a group as a member on a cluster that no identity provider serves",
    why="Groups come with the tokens of an identity provider; static users have none.",
    sources=("https://dexidp.io/docs/connectors/local/",),
    bad='clusters: [{name: test, environment: test, provider: k3s, kubernetes: "1.34"}]\n' + _TEAM,
    good="""\
clusters:
  - name: test
    environment: test
    provider: k3s
    kubernetes: "1.34"
    identity: {oidc: {issuer: https://login.acme.com, clientID: kubeflow, clientSecretRef: oidc-client}}
"""
    + _TEAM,
    run=run,
    misses=("clusters.identity",),
)
