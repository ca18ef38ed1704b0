"""The pod that asks for GPUs, as it reaches the scheduler: after the form, the queue and the API server had their say.

Knows no quota and no team.
"""

from __future__ import annotations

from typing import Any

from compiler.model.platform import GpuPool
from compiler.placement.nodes import node_selector, tolerations
from compiler.placement.work import Kind, Proxy

Manifest = dict[str, Any]

DEFAULT_CPU_MILLIS, DEFAULT_MEMORY_MIB, DEFAULT_DISK_MIB = 100, 256, 256
"""What our LimitRange lets a container request that says nothing, where the quota counts it."""
DEFAULT_CPU_LIMIT_MILLIS, DEFAULT_MEMORY_LIMIT_MIB, DEFAULT_DISK_LIMIT_MIB = 1000, 1024, 4096
_IMAGE = "registry.k8s.io/pause:3.10"


def gpu_pod(
    kind: Kind,
    pool: GpuPool,
    provider: str,
    units: int,
    *,
    proxy: Proxy | None = None,
    name: str = "work",
    namespace: str = "default",
) -> Manifest:
    """Return the pod of a kind of work that asks for units of a pool, with the label and tolerations of the pool.

    Queued work has them from the pool's ResourceFlavor, which Kueue puts into the pod when it admits it; other work
    from the form of notebooks, or from its own manifest.
    """
    containers = [_container("main", kind.cpu_millis, kind.memory_mib, {pool.resource: str(units)})]
    containers += [_container(f"beside-{index}", 0, 0) for index in range(kind.bare_count)]
    if proxy is not None and kind.is_meshed:
        containers.append(_container("istio-proxy", proxy.cpu_millis, proxy.memory_mib))
    spec: Manifest = {
        "containers": containers,
        "nodeSelector": node_selector(pool, provider),
        "tolerations": tolerations(pool, provider),
    }
    if proxy is not None and kind.is_meshed and proxy.has_init:
        first = _container("istio-init", proxy.cpu_millis, proxy.memory_mib)
        first["securityContext"] = {"capabilities": {"add": ["NET_ADMIN", "NET_RAW"]}}
        spec["initContainers"] = [first]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": namespace}, "spec": spec}


def _container(name: str, cpu_millis: int, memory_mib: int, limits: dict[str, str] | None = None) -> Manifest:
    requests = {
        "cpu": f"{cpu_millis or DEFAULT_CPU_MILLIS}m",
        "memory": f"{memory_mib or DEFAULT_MEMORY_MIB}Mi",
        **(limits or {}),
    }
    return {
        "name": name,
        "image": _IMAGE,
        "resources": {"requests": requests, **({"limits": limits} if limits else {})},
    }
