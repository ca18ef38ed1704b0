"""The AppProject of each team: what Argo CD may do for a team that syncs a repository of its own.

The team's application, which the platform writes, is in another project. Knows no objects of teams.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from compiler.frozen import frozen
from compiler.model import names
from compiler.model.manifest import Object

PROJECTS_FILE = "team-projects.yaml"
_WAVE = {names.SYNC_WAVE: "-10"}
"""A project must be there before the Applications in it."""

_KINDS = [
    {"group": group, "kind": kind}
    for group, kind in (
        ("", "ConfigMap"),
        ("", "PersistentVolumeClaim"),
        ("", "Secret"),
        ("", "Service"),
        ("", "ServiceAccount"),
        ("apps", "Deployment"),
        ("apps", "StatefulSet"),
        ("argoproj.io", "CronWorkflow"),
        ("argoproj.io", "Workflow"),
        ("argoproj.io", "WorkflowTemplate"),
        ("autoscaling", "HorizontalPodAutoscaler"),
        ("batch", "CronJob"),
        ("batch", "Job"),
        ("kubeflow.org", "*"),
        ("pipelines.kubeflow.org", "*"),
        ("policy", "PodDisruptionBudget"),
        ("ray.io", "*"),
        ("serving.kserve.io", "*"),
        ("serving.knative.dev", "Service"),
        ("sparkoperator.k8s.io", "*"),
        ("tensorboard.kubeflow.org", "*"),
        ("trainer.kubeflow.org", "*"),
    )
]
"""What a team works with. Argo CD may write anything, more than the team's own people: so what bounds a namespace is
not among them (roles, quotas, limits, network and mesh policies, queues), nor what reaches out of it (routes on the
platform's gateway, secrets of the platform's store), nor bare pods, nor anything cluster-scoped."""


@frozen
class ProjectPlace:
    """Where the projects of teams stand and lead to.

    `argocd` is the namespace of Argo CD, `server` the cluster's API server as that Argo CD names it, `windows` are the
    times in which it may sync there.
    """

    cluster: str
    hub: str | None
    argocd: str
    server: str
    windows: Sequence[Mapping[str, Any]] = ()


def team_projects(
    teams: Iterable[tuple[str, Sequence[str]]], repositories: Mapping[str, Sequence[str]], place: ProjectPlace
) -> list[Object]:
    """Return the AppProject of each team, given with its namespaces on the cluster, in the order of the teams.

    Args: `repositories` are the URLs that each team syncs itself. A team without may be given any, by Applications
    that only the platform's people can make.
    Source: argo-cd v3.4.2 docs/operator-manual/project-specification.yaml (an empty list of cluster kinds allows none).
    """
    return [
        {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "AppProject",
            "metadata": {
                "name": names.argocd_application(names.team_application(team), place.cluster, place.hub),
                "namespace": place.argocd,
                "annotations": _WAVE,
            },
            "spec": {
                "description": f"What team {team} syncs itself on {place.cluster}",
                "sourceRepos": sorted(set(repositories.get(team, ()))) or ["*"],
                "destinations": [{"server": place.server, "namespace": namespace} for namespace in namespaces],
                "clusterResourceWhitelist": [],
                "namespaceResourceWhitelist": _KINDS,
                **({"syncWindows": list(place.windows)} if place.windows else {}),
            },
        }
        for team, namespaces in teams
    ]
