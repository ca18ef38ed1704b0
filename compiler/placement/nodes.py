"""The nodes of a GPU pool as the scheduler sees them: labels, taints, how many units, and how many one pod may have.

Knows no team and no kind of work. Arithmetic of sharing, source: GKE multiplies GPUs, partitions and clients
(GoogleCloudPlatform/cluster-autoscaler@7d25050 machinetypes/gpu.go); NVIDIA's device plugin counts replicas of each
GPU, or MIG instances (NVIDIA/k8s-device-plugin@v0.20.0 README.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compiler.model import names
from compiler.model.platform import GpuPool
from compiler.providers import Providers

Manifest = dict[str, Any]

_NO_SCHEDULE = "NoSchedule"
_PODS_PER_NODE = 110
"""What a kubelet takes unless told (kubernetes/kubernetes pkg/kubelet/apis/config/v1beta1/defaults.go)."""
PLENTY_CPU, PLENTY_MEMORY = "1024", "16Ti"
"""What stands for a size of nodes that nobody has said."""


def units_per_node(pool: GpuPool) -> int:
    """Return how many schedulable units a node has: GPUs, times replicas or instances."""
    return pool.capacity // pool.max_nodes


def most_units(pool: GpuPool, provider: str) -> int:
    """Return how many units one pod may ask for and get.

    A pod has one unit of a GPU that is shared in time or by MPS: more would be more of the same GPU, and is refused.
    Some providers' own plugin lets a pod have more by MPS on nodes with one GPU.
    Source: NVIDIA/k8s-device-plugin@v0.20.0 README.md (failRequestsGreaterThanOne).
    """
    strategy = pool.sharing.strategy
    gives_several = Providers()[provider].mps_gives_several and pool.gpus_per_node == 1
    if strategy == "timeSlicing" or (strategy == "mps" and not gives_several):
        return 1
    return units_per_node(pool)


def device_taint(resource: str) -> str:
    """Return the key that keeps other pods off nodes with a device: NVIDIA's slices stand behind the whole GPU's."""
    return "nvidia.com/gpu" if resource.startswith("nvidia.com/") else resource


def node_labels(pool: GpuPool, provider: str) -> dict[str, str]:
    """Return the labels that a node of the pool has before anything runs on it."""
    return {names.POOL_KEY: pool.name, **_marks(pool, provider)}


def node_selector(pool: GpuPool, provider: str) -> dict[str, str]:
    """Return the labels by which work selects the pool; on some clouds one of them makes the autoscaler act."""
    selecting = (names.POOL_KEY, *Providers()[provider].selecting_marks)
    return {key: value for key, value in node_labels(pool, provider).items() if key in selecting}


def node_taints(pool: GpuPool, provider: str) -> list[Manifest]:
    """Return every taint that a node of the pool may carry: ours, the device's, the cloud's."""
    keys = {names.POOL_KEY: pool.name, device_taint(pool.resource): "present", **_marks(pool, provider)}
    return [{"key": key, "value": value, "effect": _NO_SCHEDULE} for key, value in keys.items()]


def tolerations(pool: GpuPool, provider: str) -> list[Manifest]:
    """Return the tolerations that our objects give to work on the pool: flavor, form of notebooks, runtimes."""
    return [
        {"key": names.POOL_KEY, "operator": "Equal", "value": pool.name, "effect": _NO_SCHEDULE},
        {"key": device_taint(pool.resource), "operator": "Exists", "effect": _NO_SCHEDULE},
        *(
            {"key": key, "operator": "Equal", "value": value, "effect": _NO_SCHEDULE}
            for key, value in _marks(pool, provider).items()
        ),
    ]


def _marks(pool: GpuPool, provider: str) -> Mapping[str, str]:
    return Providers()[provider].pool_marks(pool.name, spot=pool.spot)


def node(pool: GpuPool, provider: str, *, name: str = "", vcpus: int | None = None) -> Manifest:
    """Return a node of the pool as Kubernetes has it, empty; `vcpus` where the size of the machine is known."""
    capacity = {
        "cpu": str(vcpus) if vcpus else PLENTY_CPU,
        "memory": PLENTY_MEMORY,
        "ephemeral-storage": PLENTY_MEMORY,
        "pods": str(_PODS_PER_NODE),
        pool.resource: str(units_per_node(pool)),
    }
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name or f"{pool.name}-0", "labels": node_labels(pool, provider)},
        "spec": {"taints": node_taints(pool, provider)},
        "status": {"capacity": capacity, "allocatable": dict(capacity)},
    }
