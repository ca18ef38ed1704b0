"""How much of a cloud's quotas the GPU pools need, in the cloud's own names and units.

Units: GPUs on Google Cloud, vCPUs on AWS and Azure. Source: cloud.google.com/compute/quotas, AWS Service Quotas (ec2),
Azure regional vCPU quotas, by way of the catalog's accelerator table.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from compiler.model.frozen import frozen
from compiler.model.platform import Cluster, GpuPool
from compiler.resolve.facts import Facts

GCP_ALL_REGIONS = "GPUS_ALL_REGIONS"
"""Google Cloud's quota over all regions and models; it holds beside the regional ones."""


@frozen
class Need:
    """What the pools under one quota need: for the teams' nominal shares, and with all nodes running."""

    quota: str
    nominal: int
    maximum: int
    pools: tuple[GpuPool, ...]


def cloud_needs(cluster: Cluster, cloud: str | None, facts: Facts) -> list[Need]:
    """Return what the cluster's pools need of each quota that it lists; one that is not listed is unknown."""
    if cloud is None or not cluster.cloud_quota:
        return []
    shares = nominal_shares(cluster)
    found: dict[str, list[tuple[GpuPool, int]]] = {}
    for pool in cluster.pools:
        per_node = pool.gpus_per_node if cloud == "gcp" else facts.vcpus(pool.accelerator, cloud, pool.machine_type)
        if per_node is None:
            continue
        names = facts.quota_names(pool.accelerator, cloud, pool.machine_type, spot=pool.spot)
        if cloud == "gcp":
            names = {*names, GCP_ALL_REGIONS}
        for name in names & cluster.cloud_quota.keys():
            found.setdefault(name, []).append((pool, per_node))
    return [
        Need(
            name,
            sum(nodes_for(pool, shares.get(pool.name, 0)) * per_node for pool, per_node in entries),
            sum(pool.max_nodes * per_node for pool, per_node in entries),
            tuple(pool for pool, _ in entries),
        )
        for name, entries in sorted(found.items())
    ]


def nominal_shares(cluster: Cluster) -> Mapping[str, int]:
    """Return the sum of the teams' nominal shares of each pool, in schedulable units."""
    shares: dict[str, int] = {}
    for tenant in cluster.tenants:
        for claim in tenant.claims:
            shares[claim.pool.name] = shares.get(claim.pool.name, 0) + claim.nominal
    return shares


def nodes_for(pool: GpuPool, units: int) -> int:
    """Return how many whole nodes carry so many schedulable units."""
    units_per_node = pool.capacity // pool.max_nodes
    return ceil(units / units_per_node)
