"""The AppProject of each team: what Argo CD may do for a team that syncs a repository of its own.

The team's application, which the platform writes, is in another project. Knows no objects of teams.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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


def team_projects(
    teams: Iterable[tuple[str, Sequence[str]]], *, cluster: str, hub: str | None, argocd: str, server: str
) -> list[Object]:
    """Return the AppProject of each team, given with its namespaces on the cluster, in the order of the teams.

    `argocd` is the namespace of Argo CD, `server` the cluster's API server as that Argo CD names it. The platform file
    names no repositories of teams: any may be synced, by Applications that only the platform's people can make.
    Source: argo-cd v3.4.2 docs/operator-manual/project-specification.yaml (an empty list of cluster kinds allows none).
    """
    return [
        {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "AppProject",
            "metadata": {
                "name": names.argocd_application(names.team_application(team), cluster, hub),
                "namespace": argocd,
                "annotations": _WAVE,
            },
            "spec": {
                "description": f"What team {team} syncs itself on {cluster}",
                "sourceRepos": ["*"],
                "destinations": [{"server": server, "namespace": namespace} for namespace in namespaces],
                "clusterResourceWhitelist": [],
                "namespaceResourceWhitelist": _KINDS,
            },
        }
        for team, namespaces in teams
    ]
