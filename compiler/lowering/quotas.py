"""What a namespace may use: ResourceQuota entries, the LimitRange that goes with them, and sums over namespaces.

Quantities stay the user's own text wherever nothing must be added up. Knows nothing of queues or roles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache

from compiler.lowering.context import TenantContext
from compiler.model import names
from compiler.model.manifest import Object
from compiler.model.platform import Claim

_SUFFIXES: Mapping[str, Fraction] = {
    **{suffix: Fraction(1024) ** power for power, suffix in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"), start=1)},
    **{suffix: Fraction(1000) ** power for power, suffix in enumerate(("k", "M", "G", "T", "P", "E"), start=1)},
    "m": Fraction(1, 10**3),
    "u": Fraction(1, 10**6),
    "n": Fraction(1, 10**9),
}
"""What each suffix of a Kubernetes quantity multiplies by (k8s.io/apimachinery pkg/api/resource)."""
_BINARY_SUFFIXES = ("Ei", "Pi", "Ti", "Gi", "Mi", "Ki")

_DEFAULT_REQUEST = {"cpu": "100m", "memory": "256Mi", "ephemeral-storage": "256Mi"}
"""What a container without requests of its own asks for: enough for a sidecar, small enough to waste little."""
_DEFAULT_LIMIT = {"cpu": "1", "memory": "1Gi", "ephemeral-storage": "4Gi"}
"""What a container without limits gets where the quota counts limits."""


def gpu_limits(claims: Iterable[Claim], context: TenantContext) -> dict[str, str]:
    """Return the quota entry of every GPU resource of the cluster, in schedulable units.

    With Kueue a team may use what it was promised and what it may borrow, at most the pool: a lower quota would
    refuse what Kueue admits. Without Kueue nobody lends. A resource that the team has no claim on is 0, so that
    a pod that asks for it is refused and does not wait for ever.
    Extended resources have the prefix `requests.`; without it the API server counts nothing.
    """
    units = dict.fromkeys(context.gpu_resources, 0)
    for claim in claims:
        capacity = claim.pool.capacity
        if context.kueue is None:
            usable = claim.nominal
        elif claim.borrowing_limit is None:
            usable = capacity
        else:
            usable = min(claim.nominal + claim.borrowing_limit, capacity)
        units[claim.pool.resource] = units.get(claim.pool.resource, 0) + usable
    return {f"requests.{resource}": str(units[resource]) for resource in sorted(units)}


def hard_limits(quota: Mapping[str, str], gpus: Mapping[str, str]) -> dict[str, str]:
    """Return the `hard` entries of a namespace's ResourceQuota, sorted by key; empty where nothing is limited."""
    return {**{key: quota[key] for key in sorted(quota)}, **gpus}


def resource_quota(namespace: str, hard: Mapping[str, str]) -> Object:
    """Return the ResourceQuota of a namespace."""
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": names.QUOTA, "namespace": namespace},
        "spec": {"hard": hard},
    }


def limit_range(namespace: str, quota: Mapping[str, str]) -> Object | None:
    """Return the LimitRange that gives requests to containers without any, or `None` where none needs them.

    A quota on cpu, memory or local disk refuses every pod with a container that does not say how much of it it needs,
    injected sidecars too; other keys count what says for itself. Limits are set only where the quota counts limits:
    elsewhere they would throttle notebooks for nothing.
    Source: kubernetes.io/docs/concepts/policy/resource-quotas (requests vs limits).
    """
    limited = {resource: text for resource, text in _DEFAULT_LIMIT.items() if f"limits.{resource}" in quota}
    requested = {
        resource: text
        for resource, text in _DEFAULT_REQUEST.items()
        if resource in limited or resource in quota or f"requests.{resource}" in quota
    }
    if not requested:
        return None
    container: dict[str, object] = {"type": "Container", "defaultRequest": requested}
    if limited:
        container["default"] = limited
    return {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": {"name": names.LIMITS, "namespace": namespace},
        "spec": {"limits": [container]},
    }


def total_request(quotas: Iterable[Mapping[str, str]], resource: str) -> str | None:
    """Return how much of `cpu`, `memory` or `ephemeral-storage` namespaces may request together.

    `None` if one of them is not limited. Kubernetes takes the key `cpu` for `requests.cpu`; of both the lower holds.
    """
    parts: list[str] = []
    for quota in quotas:
        limits = [quota[key] for key in (f"requests.{resource}", resource) if key in quota]
        if not limits:
            return None
        parts.append(min(limits, key=_amount) if len(limits) > 1 else limits[0])
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else _quantity(sum(map(_amount, parts), Fraction(0)), resource)


@lru_cache(maxsize=4096)
def _amount(text: str) -> Fraction:
    """Return the value of a quantity: cores of cpu, bytes of the others.

    Exact: quantities are decimal, and Kubernetes compares them exactly.
    """
    for length in (2, 1):
        factor = _SUFFIXES.get(text[-length:])
        if factor is not None:
            return Fraction(text[:-length]) * factor
    return Fraction(text)


def _quantity(amount: Fraction, resource: str) -> str:
    """Return the shortest usual text of a quantity that is no less than `amount`."""
    if resource == "cpu":
        millis = -(-amount * 1000 // 1)
        return str(millis // 1000) if millis % 1000 == 0 else f"{millis}m"
    size = -(-amount // 1)
    for suffix in _BINARY_SUFFIXES:
        unit = int(_SUFFIXES[suffix])
        if size and size % unit == 0:
            return f"{size // unit}{suffix}"
    return str(size)
