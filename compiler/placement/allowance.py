"""What the API server lets into a namespace: its ResourceQuota, with what its LimitRange gives to containers.

Knows no GPU, no queue and no node.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compiler.placement.pods import (
    DEFAULT_CPU_LIMIT_MILLIS,
    DEFAULT_CPU_MILLIS,
    DEFAULT_DISK_LIMIT_MIB,
    DEFAULT_DISK_MIB,
    DEFAULT_MEMORY_LIMIT_MIB,
    DEFAULT_MEMORY_MIB,
)
from compiler.placement.refusal import NAMESPACE, Refusal
from compiler.placement.work import Kind, Proxy
from compiler.resolve.quantities import amount
from compiler.resolve.quota_keys import key_path

_MIB = 2**20
_SOURCE = "https://kubernetes.io/docs/concepts/policy/resource-quotas/"
_SPELLINGS = {
    "cpu": "requests.cpu",
    "memory": "requests.memory",
    "ephemeral-storage": "requests.ephemeral-storage",
    "count/pods": "pods",
    "count/services": "services",
    "count/persistentvolumeclaims": "persistentvolumeclaims",
}
"""Second names of what a quota counts."""
_COUNTED_IN_MILLIS = ("requests.cpu", "limits.cpu")


def needs(kind: Kind, proxy: Proxy | None) -> dict[str, int]:
    """Return what one piece of work adds to the quota of its namespace, by the first names of the keys.

    Units: cpu in thousandths of a core, memory and disk in bytes, the rest in objects. GPUs are not among them.
    """
    beside = proxy if kind.is_meshed else None
    pods = 1 + kind.helper_count
    # Containers that say nothing get what the LimitRange says; the proxy says all but its disk.
    bare = kind.bare_count + kind.helper_count
    proxies = pods if beside else 0
    cpu = (kind.cpu_millis or DEFAULT_CPU_MILLIS) + bare * DEFAULT_CPU_MILLIS
    memory = (kind.memory_mib or DEFAULT_MEMORY_MIB) + bare * DEFAULT_MEMORY_MIB
    cpu_limit = (kind.cpu_limit_millis or DEFAULT_CPU_LIMIT_MILLIS) + bare * DEFAULT_CPU_LIMIT_MILLIS
    memory_limit = (kind.memory_limit_mib or DEFAULT_MEMORY_LIMIT_MIB) + bare * DEFAULT_MEMORY_LIMIT_MIB
    if beside:
        cpu += proxies * beside.cpu_millis
        memory += proxies * beside.memory_mib
        cpu_limit += proxies * beside.cpu_limit_millis
        memory_limit += proxies * beside.memory_limit_mib
    containers = 1 + bare + proxies
    return {
        "requests.cpu": cpu,
        "requests.memory": memory * _MIB,
        "requests.ephemeral-storage": containers * DEFAULT_DISK_MIB * _MIB,
        "limits.cpu": cpu_limit,
        "limits.memory": memory_limit * _MIB,
        "limits.ephemeral-storage": containers * DEFAULT_DISK_LIMIT_MIB * _MIB,
        "pods": pods,
        **kind.objects,
        **kind.spared,
    }


def refusals(quota: Mapping[str, str], kind: Kind, proxy: Proxy | None) -> Iterator[Refusal]:
    """Yield what a namespace's quota has against the first piece of work of a kind, what is final first."""
    if not quota:
        return
    wanted = needs(kind, proxy)
    found = []
    for key in sorted(quota):
        name = _SPELLINGS.get(key, key)
        need = wanted.get(name)
        there = amount(quota[key]) if need else None
        if need and there is not None and _units(name, there) < need:
            found.append(_refusal(key, name, quota[key], there, need, kind))
    yield from sorted(found, key=lambda each: not each.is_final)


def _refusal(key: str, name: str, text: str, there: float, need: int, kind: Kind) -> Refusal:
    counted = name == "pods" or name in kind.objects
    shown = quantity(name, need)
    path = key_path(key)
    return Refusal(
        "quota",
        f"the quota allows {text} of {path[-1]} and it takes {shown}"
        + ("" if counted else " unless told otherwise" if there else ""),
        NAMESPACE,
        path,
        f"write `{path[-1]}: {shown}` or more" if len(path) == 2 else f"write `extra: {{{path[-1]}: {shown}}}` or more",
        is_final=name not in kind.spared and (counted or there == 0),
        # Bytes without a unit are another check's.
        code="unusable-quota" if 0 < there < _MIB and need >= _MIB else None,
        source=_SOURCE,
    )


def quantity(name: str, units: int) -> str:
    """Return an amount that a quota counts, in the units of `needs`, as people write it."""
    if name in _COUNTED_IN_MILLIS:
        return f"{units / 1000:g}" if units % 1000 == 0 else f"{units}m"
    if units >= _MIB:
        mebibytes = -(-units // _MIB)
        return f"{mebibytes // 1024}Gi" if mebibytes % 1024 == 0 else f"{mebibytes}Mi"
    return str(units)


def _units(name: str, there: float) -> int:
    return round(there * 1000) if name in _COUNTED_IN_MILLIS else round(there)
