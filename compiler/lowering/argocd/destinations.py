"""Where Applications sync to: the API server and the namespaces of each, as Argo CD's own cluster names them.

Knows no Applications and no projects; both are held to what stands here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from compiler.lowering.argocd.children import TEAMS_PROJECT
from compiler.model import names

if TYPE_CHECKING:
    from compiler.lowering.argocd.children import Child
    from compiler.model.platform import Cluster, Platform

IN_CLUSTER = "https://kubernetes.default.svc"
"""How Argo CD names the cluster it runs in. Source: argo-cd docs/operator-manual/declarative-setup.md."""


def destination_server(cluster: Cluster, platform: Platform) -> str:
    """Return the API server that the cluster's Argo CD syncs to, as its Applications must name it."""
    hub = platform.gitops.hub
    if hub is None or hub == cluster.name or cluster.server is None:
        return IN_CLUSTER
    return cluster.server


def home(child: Child, cluster: Cluster, platform: Platform, homes: Mapping[str, str]) -> str:
    """Return the namespace that the Application names as its destination, one that its project allows.

    Our objects all say their namespaces themselves; but Argo CD holds the destination to the project too, and one
    without a namespace is in no list of namespaces, so nothing of the Application would ever be synced.
    Source: argo-cd v3.4.2 util/argo/argo.go (ValidatePermissions), app_project_types.go (isDestinationMatched).
    """
    if child.helm is not None:
        return child.helm.namespace
    if child.project == TEAMS_PROJECT:
        return homes.get(child.name) or people_namespaces(cluster)[0]
    return platform.gitops.argocd_namespace


def team_namespaces(cluster: Cluster) -> list[tuple[str, list[str]]]:
    """Return each team that has namespaces, with their names, both sorted."""
    found = [(tenant.team, sorted(namespace.name for namespace in tenant.namespaces)) for tenant in cluster.tenants]
    return sorted((team, namespaces) for team, namespaces in found if namespaces)


def team_homes(teams: Iterable[tuple[str, list[str]]]) -> dict[str, str]:
    """Return the first namespace of each team, by the team's application."""
    return {names.team_application(team): namespaces[0] for team, namespaces in teams}


def people_namespaces(cluster: Cluster) -> list[str]:
    """Return the namespaces that people work in, sorted."""
    found = {namespace.name for tenant in cluster.tenants for namespace in tenant.namespaces}
    return sorted(found | {shared.namespace.name for shared in cluster.shared_namespaces})
