"""A glance that is enough for nearly every team: with a share of its own and an ample quota, all of its work is placed.

Kept apart from the proof because `check` looks at every team, and has no time to load the proof for nothing.
"""

from __future__ import annotations

from compiler.model.platform import Platform, Tenant
from compiler.resolve.quantities import amount

_AMPLE = {
    "requests.cpu": 4.0,
    "cpu": 4.0,
    "limits.cpu": 16.0,
    "requests.memory": 8.0 * 2**30,
    "memory": 8.0 * 2**30,
    "limits.memory": 16.0 * 2**30,
    "requests.storage": 16.0 * 2**30,
    "requests.ephemeral-storage": 4.0 * 2**30,
    "ephemeral-storage": 4.0 * 2**30,
    "limits.ephemeral-storage": 64.0 * 2**30,
}
"""More than any kind of work takes unless told; what a test holds to the kinds."""
_AMPLE_COUNT = 8.0
_MOST_CLAIMS = 15
"""Pools that the queue of a team may offer in every Kueue."""


QUEUES_EVERYTHING = (0, 14)
"""The Kueue from which on each kind of work that it ever queues is queued; what a test holds to the kinds."""


def may_be_misplaced(platform: Platform) -> bool:
    """Return whether it takes the proof to say that all work of teams with GPUs is placed."""
    tenants = (tenant for cluster in platform.clusters if cluster.pools for tenant in cluster.tenants)
    return not all(is_plainly_placed(tenant) for tenant in tenants if tenant.claims)


def is_plainly_placed(tenant: Tenant) -> bool:
    """Return whether it takes no proof that everything the team may ask for is placed; false says nothing."""
    return (
        len(tenant.claims) <= _MOST_CLAIMS
        and all(claim.nominal for claim in tenant.claims)
        and any(
            all((amount(text) or 0.0) >= _AMPLE.get(key, _AMPLE_COUNT) for key, text in namespace.quota.items())
            for namespace in tenant.namespaces
        )
    )
