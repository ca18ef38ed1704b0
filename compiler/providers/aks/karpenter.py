"""GPU nodes of AKS that Karpenter makes: a NodePool for each pool, and the classes of their machines.

Source of fields: Azure/karpenter-provider-azure@v1.14.2 pkg/apis/crds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from compiler.model import names
from compiler.model.manifest import Object
from compiler.providers.base.creation import ROOT_VOLUME_GIB, NodePool, Order

_WITHOUT_DRIVER = f"{names.GPU_NODE_CLASS}-no-driver"


def karpenter_objects(order: Order, pools: Sequence[NodePool], *, has_operator: bool) -> list[Object]:
    """Return the objects; Azure installs NVIDIA's driver alone, and none where the GPU Operator is there for it."""
    classes = {pool.name: _class_of(pool, has_operator=has_operator) for pool in pools}
    return [
        *(_node_class(name) for name in sorted(set(classes.values()))),
        *(_node_pool(pool, classes[pool.name], order.cluster.region) for pool in pools),
    ]


def _class_of(pool: NodePool, *, has_operator: bool) -> str:
    return names.GPU_NODE_CLASS if pool.has_nvidia and not has_operator else _WITHOUT_DRIVER


def _node_class(name: str) -> Object:
    return {
        "apiVersion": "karpenter.azure.com/v1beta1",
        "kind": "AKSNodeClass",
        "metadata": {"name": name},
        "spec": {
            "imageFamily": "Ubuntu",
            "osDiskSizeGB": ROOT_VOLUME_GIB,
            "gpu": {"mode": "None" if name == _WITHOUT_DRIVER else "Driver"},
        },
    }


def _node_pool(made: NodePool, node_class: str, region: str | None) -> Object:
    pool = made.pool
    requirements = [
        *_machines(made),
        _is_in("karpenter.sh/capacity-type", ["spot" if pool.spot else "on-demand"]),
    ]
    if pool.zones:
        # Nodes carry the region with the number of the zone (the same, pkg/utils/zones/zones.go).
        zones = dict.fromkeys(f"{region}-{zone.rpartition('-')[2]}" for zone in pool.zones)
        requirements.append(_is_in("topology.kubernetes.io/zone", list(zones)))
    return {
        "apiVersion": "karpenter.sh/v1",
        "kind": "NodePool",
        "metadata": {"name": pool.name},
        "spec": {
            "template": {
                "metadata": {"labels": _labels(made)},
                "spec": {
                    "nodeClassRef": {"group": "karpenter.azure.com", "kind": "AKSNodeClass", "name": node_class},
                    "requirements": requirements,
                    "taints": [dict(taint) for taint in made.taints],
                    "expireAfter": "Never",
                },
            },
            "limits": {made.device: pool.max_nodes * pool.gpus_per_node},
            "disruption": {"consolidationPolicy": "WhenEmpty", "consolidateAfter": "10m"},
        },
    }


def _labels(made: NodePool) -> dict[str, str]:
    """Return the labels that are ours; those of Azure's domain Karpenter writes itself, that of spot nodes among them.

    Source: the same, pkg/cloudprovider/cloudprovider.go (`AKSLabelScaleSetPriority`).
    """
    return {key: value for key, value in made.labels.items() if not key.startswith("kubernetes.azure.com/")}


def _machines(made: NodePool) -> list[dict[str, Any]]:
    """Return what tells the pool's machines from all others: their names, as few labels tell two GPUs apart.

    Where the table has no such machine, the name of the GPU and their count are all there is to go by.
    """
    if made.types:
        return [_is_in("node.kubernetes.io/instance-type", made.types)]
    found = [_is_in("karpenter.azure.com/sku-gpu-count", [str(made.pool.gpus_per_node)])]
    gpu_name = str((made.accelerator.get("karpenterAzure") or {}).get("gpuName", "unknown"))
    if not gpu_name.startswith("unknown"):
        found.append(_is_in("karpenter.azure.com/sku-gpu-name", [gpu_name]))
    return found


def _is_in(key: str, values: Sequence[str]) -> dict[str, Any]:
    return {"key": key, "operator": "In", "values": list(values)}
