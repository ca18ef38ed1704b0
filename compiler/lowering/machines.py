"""What a pool's nodes are called by clouds and autoscalers: machine types, accelerator labels, disks.

Reads the catalog's accelerator table; knows no Kubernetes object and no Terraform.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from compiler.model.frozen import frozen

if TYPE_CHECKING:
    from compiler.catalog.load import Catalog
    from compiler.model.platform import GpuPool

_N1_VCPUS_PER_GPU = 8
"""What a pool without a machine type gets on Google Cloud where GPUs are attached to `n1-*`: within the limits of
every such GPU (docs.cloud.google.com/compute/docs/gpus, 2026-04-14)."""
_COMMON_DISK = "pd-balanced"


@frozen
class PoolMachine:
    """The machines of a pool.

    `types` are the machine types, the smallest first: the declared one alone, or those of the table with as many
    GPUs; empty where nothing is known. `accelerator_label` is GKE's name of the GPU, `is_tpu` tells that it is a TPU,
    `tpu_topology` that of one machine. `gpu_name` and `gpu_memories_mib` are Karpenter's on AWS. `boot_disk` is set
    where the machine does not boot from the usual disk. `mig_size` is the pool's MIG profile as Azure calls it, where
    it has a word for it. `is_declared` tells whether the platform file says the type.
    """

    types: tuple[str, ...]
    is_declared: bool
    accelerator_label: str | None
    is_tpu: bool
    tpu_topology: str | None
    gpu_name: str | None
    gpu_memories_mib: tuple[int, ...]
    boot_disk: str | None
    is_arm64: bool
    mig_size: str | None


def pool_machine(pool: GpuPool, cloud: str | None, catalog: Catalog) -> PoolMachine:
    """Return the machines of a pool on a cloud (`gcp`, `aws`, `azure`), or on none."""
    raw = catalog.accelerators()[pool.accelerator].raw
    entries = [each for each in raw["machines"].get(cloud, ()) if _has(each, pool.gpus_per_node)] if cloud else []
    if pool.machine_type is not None:
        declared = pool.machine_type.lower()
        entries = [each for each in entries if str(each["name"]).lower() == declared]
    gke: Mapping[str, Any] = raw.get("gke") or {}
    karpenter: Mapping[str, Any] = raw.get("karpenterAws") or {}
    disks = gke.get("bootDisks") or (_COMMON_DISK,)
    return PoolMachine(
        types=(pool.machine_type,) if pool.machine_type else _types(entries, pool.gpus_per_node),
        is_declared=pool.machine_type is not None,
        accelerator_label=gke.get("acceleratorLabel"),
        is_tpu="tpuLabel" in gke,
        tpu_topology=next((each["singleHostTopology"] for each in entries if "singleHostTopology" in each), None),
        gpu_name=karpenter.get("gpuName"),
        gpu_memories_mib=tuple(sorted({each["gpuMemoryMiB"] for each in entries if each.get("gpuMemoryMiB")})),
        boot_disk=None if _COMMON_DISK in disks else str(disks[0]),
        mig_size=_mig_size(pool, (raw.get("mig") or {}).get("profiles", ())),
        is_arm64=bool(entries) and all(each.get("arch") == "arm64" for each in entries),
    )


def _mig_size(pool: GpuPool, profiles: Sequence[Mapping[str, Any]]) -> str | None:
    """Return `MIG1g` for the first profile of one slice, and so on; nothing for the special ones of the same size.

    Source: MicrosoftDocs/azure-aks-docs@04921f5f articles/aks/gpu-multi-instance.md.
    """
    if pool.sharing.profile is None:
        return None
    size = pool.sharing.profile.partition(".")[0]
    first = next((each["profile"] for each in profiles if str(each["profile"]).startswith(f"{size}.")), None)
    return f"MIG{size}" if first == pool.sharing.profile else None


def _has(entry: Mapping[str, Any], gpu_count: int) -> bool:
    count = entry.get("gpus", entry.get("accelerators", entry.get("chips")))
    return count == gpu_count and "gpuFraction" not in entry and "retired" not in entry


def _types(entries: list[Mapping[str, Any]], gpu_count: int) -> tuple[str, ...]:
    """Return the names of table entries; one that stands for a family (`n1-*`) becomes a size of it."""
    plain = [each for each in entries if not each.get("autoProvisionOnlyIfNamed") and not each.get("confidential")]
    names = [str(each["name"]) for each in sorted(plain, key=lambda each: each.get("vcpu") or 0)]
    sized = (f"{name[:-1]}standard-{_N1_VCPUS_PER_GPU * gpu_count}" if name == "n1-*" else name for name in names)
    return tuple(dict.fromkeys(name for name in sized if not name.endswith("*")))
