"""How much of a cloud's quotas the GPU pools need, in the cloud's own names and units; knows no cloud's words.

The names come from the catalog's table of accelerators, which says where each was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from math import ceil
from typing import TYPE_CHECKING

from compiler.frozen import frozen
from compiler.model.platform import Cluster, GpuPool, Platform
from compiler.providers import Providers
from compiler.providers.base import Provider
from compiler.resolve.facts import Facts

if TYPE_CHECKING:
    from compiler.providers.base.quotas import Quotas


@frozen
class Need:
    """What the pools under one quota need: for the fewest nodes, for the teams' nominal shares, and for all nodes."""

    quota: str
    minimum: int
    nominal: int
    maximum: int
    pools: tuple[GpuPool, ...]


@frozen
class Compared:
    """A need beside what the cloud has `granted` of that quota, which the cluster says in the cloud's unit."""

    cluster: Cluster
    quotas: Quotas
    need: Need
    granted: int

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what the cloud says above the quota, and what to know before a first request for it.

        Source: https://docs.cloud.google.com/docs/quotas/view-manage (requests are reviewed), the same elsewhere.
        """
        spot = any(pool.spot for pool in self.need.pools)
        said = self.quotas.refusal(self.need.quota, self.granted, self.cluster, spot=spot)
        told = f"the cloud would say: {said}"
        if self.granted:
            return (told,)
        wait = "a new account has 0 of it: the cloud reviews the request first, and no node comes until it has answered"
        return (told, wait)

    def request(self, amount: int) -> str:
        """Return what to type or to open in order to ask the cloud for so much."""
        return self.quotas.request(self.need.quota, amount, self.cluster)


def quotas_of(pool: GpuPool, provider: Provider, facts: Facts) -> AbstractSet[str]:
    """Return the names of all quotas under which the nodes of a pool fall; none for machines of no cloud."""
    if provider.cloud is None or provider.quotas is None:
        return frozenset()
    named = facts.quota_names(pool.accelerator, provider.cloud, pool.machine_type, spot=pool.spot)
    return provider.quotas.over(named, spot=pool.spot) | provider.quotas.beside


def all_quotas(provider: Provider, facts: Facts) -> AbstractSet[str]:
    """Return the names of all quotas over machines with accelerators that a provider's cloud has."""
    quotas, cloud = provider.quotas, provider.cloud
    if quotas is None or cloud is None:
        return frozenset()
    on_demand, spot = (quotas.over(facts.all_quota_names(cloud, spot=spot), spot=spot) for spot in (False, True))
    return on_demand | spot | quotas.beside


def cloud_needs(cluster: Cluster, provider: Provider, facts: Facts) -> list[Need]:
    """Return what the cluster's pools need of each quota that it lists; one that is not listed is unknown."""
    quotas, cloud = provider.quotas, provider.cloud
    if quotas is None or cloud is None or not cluster.cloud_quota:
        return []
    shares = nominal_shares(cluster)
    found: dict[str, list[tuple[GpuPool, int]]] = {}
    for pool in cluster.pools:
        vcpus = None if quotas.counts_gpus else facts.vcpus(pool.accelerator, cloud, pool.machine_type)
        per_node = pool.gpus_per_node if quotas.counts_gpus else vcpus
        if per_node is None:
            continue
        for name in quotas_of(pool, provider, facts) & cluster.cloud_quota.keys():
            found.setdefault(name, []).append((pool, per_node))
    return [
        Need(
            name,
            sum(pool.min_nodes * per_node for pool, per_node in entries),
            sum(nodes_for(pool, shares.get(pool.name, 0)) * per_node for pool, per_node in entries),
            sum(pool.max_nodes * per_node for pool, per_node in entries),
            tuple(pool for pool, _ in entries),
        )
        for name, entries in sorted(found.items())
    ]


def compared_needs(platform: Platform, facts: Facts) -> Iterator[Compared]:
    """Yield each quota that a cluster lists and pools fall under."""
    providers = Providers()
    for cluster in platform.clusters:
        provider = providers[cluster.provider]
        if provider.quotas is not None:
            for need in cloud_needs(cluster, provider, facts):
                yield Compared(cluster, provider.quotas, need, cluster.cloud_quota[need.quota])


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
