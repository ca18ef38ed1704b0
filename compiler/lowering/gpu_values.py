"""What components are told of GPUs: the form of notebooks, the GPU Operator, Knative; values for their overlays.

Knows no component's files; the overlays say where the values go.
"""

from __future__ import annotations

from typing import Any

from compiler.lowering.device_sharing import operator_values
from compiler.model.platform import Cluster, GpuPool
from compiler.placement.nodes import most_units, node_selector, tolerations
from compiler.providers import Providers

_VENDORS = {
    "nvidia.com/gpu": "NVIDIA GPU",
    "amd.com/gpu": "AMD GPU",
    "habana.ai/gaudi": "Intel Gaudi",
    "aws.amazon.com/neuron": "AWS Neuron",
    "google.com/tpu": "Google TPU",
}
_MIG = "nvidia.com/mig-"
_SHARED = ".shared"
_STRATEGIES = {"timeSlicing": "shared in time", "mps": "shared by MPS"}
_FORM_COUNTS = (1, 2, 4, 8)
"""What the form lets people choose. Source: kubeflow/manifests@26.03
applications/jupyter/jupyter-web-app/upstream/base/configs/spawner_ui_config.yaml."""


def gpu_values(cluster: Cluster) -> dict[str, Any]:
    """Return the values by name, those of the form of notebooks also for a cluster without pools.

    The form's schema is the same from 1.8.1 on: it has no field that ties a device to a pool, so a person chooses the
    device, and the pool twice, for tolerations and for affinity; both stand under the same key and name.
    Source: kubeflow/notebooks@v1.11.0 components/crud-web-apps/jupyter (spawner_ui_config.yaml, post.py).
    """
    pools = sorted(cluster.pools, key=lambda pool: pool.name)
    values: dict[str, Any] = {
        "gpu.notebookImages": sorted({image for tenant in cluster.tenants for image in tenant.notebook_images}),
    }
    if not pools:
        return values
    return values | {
        "gpu.pools": "true",
        "gpu.vendors": [
            {"limitsKey": resource, "uiName": _device(resource)}
            for resource in sorted({pool.resource for pool in pools})
        ],
        "gpu.affinities": [_affinity(pool, cluster.provider) for pool in pools],
        "gpu.tolerationGroups": [
            {
                "groupKey": _key(pool),
                "displayName": _title(pool, cluster.provider),
                "tolerations": tolerations(pool, cluster.provider),
            }
            for pool in pools
        ],
        "gpu.operator": operator_values(pools, cluster.provider),
    }


def _affinity(pool: GpuPool, provider: str) -> dict[str, Any]:
    """Return the choice that keeps a notebook on the pool's nodes, and makes an autoscaler create one."""
    expressions = [
        {"key": key, "operator": "In", "values": [value]} for key, value in node_selector(pool, provider).items()
    ]
    return {
        "configKey": _key(pool),
        "displayName": _title(pool, provider),
        "affinity": {
            "nodeAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": {
                    "nodeSelectorTerms": [{"matchExpressions": expressions}]
                }
            }
        },
    }


def _key(pool: GpuPool) -> str:
    return f"pool-{pool.name}"


def _title(pool: GpuPool, provider: str) -> str:
    """Return how a person tells the pools apart: GPU, how many a notebook may have, what to expect."""
    most = max((count for count in _FORM_COUNTS if count <= most_units(pool, provider)), default=1)
    details = ["1 per notebook" if most == 1 else f"up to {most} per notebook"]
    if pool.sharing.strategy in _STRATEGIES:
        details.append(f"{_STRATEGIES[pool.sharing.strategy]} by {pool.sharing.replicas}")
    elif pool.sharing.strategy == "mig":
        details.append(f"MIG {pool.sharing.profile}")
    if pool.spot:
        details.append("may be taken away")
    if pool.min_nodes == 0 and Providers()[provider].provisioners:
        details.append("a new node takes minutes")
    return f"{pool.name}: {pool.accelerator} ({', '.join(details)})"


def _device(resource: str) -> str:
    """Return the name of a device in the form."""
    if resource.startswith(_MIG):
        return f"NVIDIA MIG {resource.removeprefix(_MIG)}"
    if resource.endswith(_SHARED):
        return f"{_device(resource.removesuffix(_SHARED))}, shared"
    return _VENDORS.get(resource, resource)
