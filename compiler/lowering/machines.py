"""What a pool's nodes are made of and carry: machine types by the catalog's table, labels, taints.

Reads the catalog's accelerator table; knows no Kubernetes object, no Terraform and no cloud's words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from compiler.lowering.device_sharing import sharing_labels
from compiler.placement.nodes import device_taint, node_labels, node_taints, units_per_node
from compiler.providers import Providers, creation
from compiler.providers.base.creation import NodePool

if TYPE_CHECKING:
    from compiler.catalog.load import Catalog
    from compiler.model.platform import Cluster, GpuPool

_N1_VCPUS_PER_GPU = 8
"""What a pool without a machine type gets on Google Cloud where GPUs are attached to `n1-*`: within the limits of
every such GPU (docs.cloud.google.com/compute/docs/gpus, 2026-04-14)."""


def node_pools(cluster: Cluster, catalog: Catalog) -> tuple[NodePool, ...]:
    """Return the pools of a cluster with their machines, in the order of their names."""
    return tuple(node_pool(pool, cluster.provider, catalog) for pool in sorted(cluster.pools, key=lambda p: p.name))


def node_pool(pool: GpuPool, provider: str, catalog: Catalog) -> NodePool:
    """Return a pool with the machines that a provider has for it."""
    raw = catalog.accelerators()[pool.accelerator].raw
    cloud = Providers()[provider].cloud
    entries = [each for each in raw["machines"].get(cloud, ()) if _has(each, pool.gpus_per_node)] if cloud else []
    if pool.machine_type is not None:
        declared = pool.machine_type.lower()
        entries = [each for each in entries if str(each["name"]).lower() == declared]
    shared = {} if creation(provider).shares_gpus else sharing_labels(pool)
    return NodePool(
        pool=pool,
        accelerator=raw,
        types=(pool.machine_type,) if pool.machine_type else _types(entries, pool.gpus_per_node),
        machines=tuple(entries),
        labels={**node_labels(pool, provider), **shared},
        taints=tuple(node_taints(pool, provider)),
        device=device_taint(pool.resource),
        units=units_per_node(pool),
    )


def _has(entry: Mapping[str, Any], gpu_count: int) -> bool:
    count = entry.get("gpus", entry.get("accelerators", entry.get("chips")))
    return count == gpu_count and "gpuFraction" not in entry and "retired" not in entry


def _types(entries: Sequence[Mapping[str, Any]], gpu_count: int) -> tuple[str, ...]:
    """Return the names of table entries; one that stands for a family (`n1-*`) becomes a size of it."""
    plain = [each for each in entries if not each.get("autoProvisionOnlyIfNamed") and not each.get("confidential")]
    names = [str(each["name"]) for each in sorted(plain, key=lambda each: each.get("vcpu") or 0)]
    sized = (f"{name[:-1]}standard-{_N1_VCPUS_PER_GPU * gpu_count}" if name == "n1-*" else name for name in names)
    return tuple(dict.fromkeys(name for name in sized if not name.endswith("*")))
