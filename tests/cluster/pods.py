"""Pods as people write them, to be shown to the API server; knows no policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

POOL = "platform/gpu-pool"
GPU = "nvidia.com/gpu"

Manifest = dict[str, Any]


def pod(
    namespace: str,
    name: str = "shown",
    *,
    cpu: str = "100m",
    memory: str = "128Mi",
    gpus: int = 0,
    limits: bool = True,
    resources: bool = True,
    container: Mapping[str, Any] | None = None,
    **spec: Any,
) -> Manifest:
    """Return a pod with one container; what is left of the arguments goes into its spec as it is."""
    wanted = {"cpu": cpu, "memory": memory} | ({GPU: str(gpus)} if gpus else {})
    bounded = wanted if limits else {GPU: str(gpus)} if gpus else {}
    asked: Manifest = {"requests": wanted, "limits": bounded} if resources else {}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "containers": [{"name": "main", "image": "busybox:1.37", "resources": asked, **(container or {})}],
            **spec,
        },
    }


def notebook(namespace: str, spec: Mapping[str, Any]) -> Manifest:
    """Return a notebook of Kubeflow with a pod's spec."""
    return {
        "apiVersion": "kubeflow.org/v1",
        "kind": "Notebook",
        "metadata": {"name": "shown", "namespace": namespace},
        "spec": {"template": {"spec": spec}},
    }


def tolerates(pool: str) -> list[dict[str, str]]:
    """Return the toleration of a pool's taint."""
    return [{"key": POOL, "operator": "Equal", "value": pool, "effect": "NoSchedule"}]


def wants(operator: str, values: Sequence[str]) -> Manifest:
    """Return a required node affinity to pools."""
    expression = {"key": POOL, "operator": operator, "values": list(values)}
    terms = {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}
