"""Which pods reach the pods of a namespace: the NetworkPolicy that keeps other tenants out.

Speaks of namespaces by their labels only, so it knows neither components nor their namespaces.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from compiler.model import names
from compiler.model.manifest import Object

_SAME_NAMESPACE: dict[str, Any] = {"podSelector": {}}
_PLATFORM = {
    "namespaceSelector": {
        "matchExpressions": [
            {"key": names.TENANT_LABEL, "operator": "DoesNotExist"},
            {"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["default"]},
        ]
    }
}
"""Every namespace that is no tenant's: the gateways, Knative's activator, controllers that call their workloads
(culling of notebooks, suggestions of Katib, dashboards of Ray), Prometheus under any name. Tenants cannot make
namespaces and cannot change the labels of theirs. `default` is left out, as people use it as a scratchpad."""
_LABELS = {names.GUARD_LABEL: "true"}


def isolation(namespace: str, teams: Iterable[str]) -> Object:
    """Return the NetworkPolicy of a namespace: nobody in, except itself, all namespaces of `teams` and the platform.

    One policy that selects every pod is the default deny and the exceptions in one: what it does not list is refused.
    Probes come from the node, which policies do not concern. Egress stays open: notebooks install packages and read
    object stores anywhere, and the other side's ingress is what keeps tenants apart.

    The label puts it under the guard of `admission.network_policy_guard`: the roles of editors, upstream's and
    Kubernetes' own, may delete NetworkPolicies.
    Source: kubeflow/manifests@26.03 common/kubeflow-roles/base/cluster-roles.yaml.
    """
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": names.ISOLATION, "namespace": namespace, "labels": _LABELS},
        "spec": {
            "podSelector": {},
            "policyTypes": ["Ingress"],
            "ingress": [
                {
                    "from": [
                        _SAME_NAMESPACE,
                        *(
                            {"namespaceSelector": {"matchLabels": {names.TEAM_LABEL: team}}}
                            for team in sorted(set(teams))
                        ),
                        _PLATFORM,
                    ]
                }
            ],
        },
    }
