"""Owns the made-up Kubernetes objects that the stages are measured with alone; knows nothing of the compiler."""

from __future__ import annotations

from typing import Any

OBJECTS_PER_TEAM = 26
"""How many objects a team of two namespaces and three members in each came to in the first measurements."""


def _metadata(name: str, namespace: str | None, team: str) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "name": name,
        "labels": {"app.kubernetes.io/managed-by": "compiler", "platform.example.org/team": team},
        "annotations": {"argocd.argoproj.io/sync-wave": "3"},
    }
    if namespace is not None:
        metadata["namespace"] = namespace
    return metadata


def _policy(team: str, namespace: str, member: int) -> dict[str, Any]:
    return {
        "apiVersion": "security.istio.io/v1",
        "kind": "AuthorizationPolicy",
        "metadata": _metadata(f"user-bob{member}-{team}-clusterrole-edit", namespace, team),
        "spec": {
            "action": "ALLOW",
            "rules": [
                {
                    "from": [{"source": {"principals": ["cluster.local/ns/istio-system/sa/istio-ingressgateway"]}}],
                    "when": [
                        {"key": "request.headers[kubeflow-userid]", "values": [f"bob{member}.{team}@example.com"]},
                    ],
                },
            ],
        },
    }


def _binding(team: str, namespace: str, member: int) -> dict[str, Any]:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": _metadata(f"user-bob{member}-{team}-clusterrole-edit", namespace, team),
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "kubeflow-edit"},
        "subjects": [
            {"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": f"bob{member}.{team}@example.com"},
        ],
    }


def _namespace_objects(team: str, namespace: str) -> list[dict[str, Any]]:
    return [
        {
            "apiVersion": "kubeflow.org/v1",
            "kind": "Profile",
            "metadata": _metadata(namespace, None, team),
            "spec": {
                "owner": {"kind": "User", "name": f"lead.{team}@example.com"},
                "resourceQuotaSpec": {"hard": {"cpu": "64", "memory": "256Gi", "requests.nvidia.com/gpu": "6"}},
            },
        },
        {
            "apiVersion": "v1",
            "kind": "ResourceQuota",
            "metadata": _metadata("quota", namespace, team),
            "spec": {
                "hard": {
                    "requests.cpu": "64",
                    "requests.memory": "256Gi",
                    "requests.storage": "2Ti",
                    "pods": "200",
                    "services.loadbalancers": "0",
                },
            },
        },
        {
            "apiVersion": "v1",
            "kind": "LimitRange",
            "metadata": _metadata("defaults", namespace, team),
            "spec": {
                "limits": [
                    {
                        "type": "Container",
                        "default": {"cpu": "1", "memory": "2Gi"},
                        "defaultRequest": {"cpu": "250m", "memory": "512Mi"},
                    },
                ],
            },
        },
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": _metadata("same-namespace", namespace, team),
            "spec": {
                "podSelector": {},
                "policyTypes": ["Ingress"],
                "ingress": [
                    {"from": [{"podSelector": {}}]},
                    {
                        "from": [
                            {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "istio-system"}}},
                            {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kubeflow"}}},
                        ],
                        "ports": [{"port": 8888, "protocol": "TCP"}, {"port": 80, "protocol": "TCP"}],
                    },
                ],
            },
        },
        {
            "apiVersion": "kueue.x-k8s.io/v1beta1",
            "kind": "LocalQueue",
            "metadata": _metadata("default", namespace, team),
            "spec": {"clusterQueue": team},
        },
        {
            "apiVersion": "kubeflow.org/v1alpha1",
            "kind": "PodDefault",
            "metadata": _metadata("pipelines-token", namespace, team),
            "spec": {
                "desc": "Allow access to Kubeflow Pipelines",
                "selector": {"matchLabels": {"access-ml-pipeline": "true"}},
                "env": [{"name": "KF_PIPELINES_SA_TOKEN_PATH", "value": "/var/run/secrets/kubeflow/pipelines/token"}],
                "volumeMounts": [
                    {"mountPath": "/var/run/secrets/kubeflow/pipelines", "name": "token", "readOnly": True},
                ],
            },
        },
        *(_binding(team, namespace, member) for member in range(3)),
        *(_policy(team, namespace, member) for member in range(3)),
    ]


def team_objects(index: int) -> list[dict[str, Any]]:
    """Return the `OBJECTS_PER_TEAM` objects of one team: two namespaces, a queue and a project."""
    team = f"team-{index:04d}"
    return [
        {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "AppProject",
            "metadata": _metadata(team, "argocd", team),
            "spec": {
                "description": f"What {team} may own",
                "destinations": [
                    {"namespace": f"{team}-research", "server": "https://kubernetes.default.svc"},
                    {"namespace": f"{team}-serving", "server": "https://kubernetes.default.svc"},
                ],
                "sourceRepos": ["https://github.com/example/ml-platform.git"],
            },
        },
        {
            "apiVersion": "kueue.x-k8s.io/v1beta1",
            "kind": "ClusterQueue",
            "metadata": _metadata(team, None, team),
            "spec": {
                "cohort": "a100",
                "namespaceSelector": {"matchLabels": {"platform.example.org/team": team}},
                "resourceGroups": [
                    {
                        "coveredResources": ["cpu", "memory", "nvidia.com/gpu"],
                        "flavors": [
                            {
                                "name": "a100",
                                "resources": [
                                    {"name": "cpu", "nominalQuota": 64},
                                    {"name": "memory", "nominalQuota": "256Gi"},
                                    {"name": "nvidia.com/gpu", "nominalQuota": 4, "borrowingLimit": 2},
                                ],
                            },
                        ],
                    },
                ],
            },
        },
        *_namespace_objects(team, f"{team}-research"),
        *_namespace_objects(team, f"{team}-serving"),
    ]


def platform_files(object_count: int) -> dict[str, list[dict[str, Any]]]:
    """Return at least `object_count` objects by file path: one file a team, the last team whole."""
    teams = -(-object_count // OBJECTS_PER_TEAM)
    return {f"generated/prod-eu/team-{i:04d}/team.yaml": team_objects(i) for i in range(teams)}
