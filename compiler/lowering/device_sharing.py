"""How NVIDIA's own software is told to share GPUs: labels of nodes, and values of the GPU Operator's chart.

Not where the provider's own device plugin shares by what its nodes are made with. Knows neither clouds nor queues.
Source: NVIDIA/k8s-device-plugin@v0.20.0 README.md (sharing, configuration per node); NVIDIA/gpu-operator@v26.7.0
deployments/gpu-operator/values.yaml and assets/state-mig-manager/0400_configmap.yaml (names of MIG layouts).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from compiler.model import names
from compiler.model.platform import GpuPool
from compiler.placement.nodes import device_taint, node_taints
from compiler.providers import creation

PLUGIN_CONFIG_LABEL = "nvidia.com/device-plugin.config"
"""On a node: which configuration of the device plugin it runs."""
MIG_CONFIG_LABEL = "nvidia.com/mig.config"
"""On a node: how the MIG manager is to cut its GPUs."""
_EXCLUSIVE = "exclusive"
_NVIDIA = "nvidia.com/gpu"
_MIXED = "mixed"
"""The MIG strategy under which each profile is a resource of its own."""


def sharing_labels(pool: GpuPool) -> dict[str, str]:
    """Return the labels by which the pool's nodes share their GPUs; none for whole ones."""
    sharing = pool.sharing
    if sharing.strategy == "mig" and sharing.profile:
        return {MIG_CONFIG_LABEL: f"all-{sharing.profile.replace('+', '.')}"}
    key = _key(pool)
    return {PLUGIN_CONFIG_LABEL: key} if key else {}


def operator_values(pools: Iterable[GpuPool], provider: str) -> dict[str, Any]:
    """Return the values of the GPU Operator's chart that follow from the pools of a cluster.

    Its DaemonSets must run on every pool, or there would be no device plugin on it. The name of the configuration
    holds its hash, since the plugin does not notice when its ConfigMap changes.
    """
    mine = sorted((pool for pool in pools if device_taint(pool.resource) == _NVIDIA), key=lambda pool: pool.name)
    tolerations = _tolerations(mine, provider)
    values: dict[str, Any] = {
        "daemonsets": {"tolerations": tolerations},
        "node-feature-discovery": {
            "worker": {
                "tolerations": [
                    {"key": "node-role.kubernetes.io/control-plane", "operator": "Exists", "effect": "NoSchedule"},
                    *tolerations,
                ]
            }
        },
    }
    if creation(provider).shares_gpus:
        return values
    base: dict[str, Any] = {"version": "v1"}
    if any(pool.sharing.strategy == "mig" for pool in mine):
        values["mig"] = {"strategy": _MIXED}
        base["flags"] = {"migStrategy": _MIXED}
    configs = {key: _sharing(pool) for pool in mine if (key := _key(pool))}
    if configs:
        data = {_EXCLUSIVE: _text(base)} | {key: _text({**base, "sharing": configs[key]}) for key in sorted(configs)}
        digest = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:8]
        values["devicePlugin"] = {
            "config": {"create": True, "name": f"gpu-sharing-{digest}", "default": _EXCLUSIVE, "data": data}
        }
    return values


def _tolerations(pools: Iterable[GpuPool], provider: str) -> list[dict[str, str]]:
    """Return tolerations of every taint that a node of the pools may carry, whatever its value."""
    carried = {taint["key"]: None for pool in pools for taint in node_taints(pool, provider)}
    keys = dict.fromkeys([_NVIDIA, names.POOL_KEY]) | carried
    return [{"key": key, "operator": "Exists", "effect": "NoSchedule"} for key in keys]


def _key(pool: GpuPool) -> str | None:
    """Return the name of the device plugin's configuration for a pool that is shared in time or by MPS."""
    words = {"timeSlicing": "time-slicing", "mps": "mps"}
    word = words.get(pool.sharing.strategy)
    return f"{word}-{pool.sharing.replicas}" if word else None


def _sharing(pool: GpuPool) -> dict[str, Any]:
    """Return the part of the device plugin's configuration that is about sharing.

    A pod may have one replica: two of the same GPU would give it no more. The resource keeps its name unless the
    provider needs another, which the pool's own resource tells.
    """
    shared: dict[str, Any] = {
        "renameByDefault": pool.resource.endswith(".shared"),
        "failRequestsGreaterThanOne": True,
        "resources": [{"name": _NVIDIA, "replicas": pool.sharing.replicas}],
    }
    return {pool.sharing.strategy: shared}


def _text(config: dict[str, Any]) -> str:
    return json.dumps(config, indent=2) + "\n"
