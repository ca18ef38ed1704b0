"""GPU pools: accelerator and machine from the catalog's tables, and how many units the pool can schedule.

Knows nothing of teams. Source of the arithmetic: GKE multiplies GPUs, partitions and clients; NVIDIA's device
plugin counts replicas of each GPU, or MIG instances (NVIDIA/k8s-device-plugin@v0.20.0 README.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from compiler.diagnostics.model import Diagnostic, Fix, error, warning
from compiler.model.platform import GpuPool, Sharing
from compiler.providers.base import MIN_SHARED_CLIENTS, Provider
from compiler.resolve.clusters import check_name
from compiler.resolve.facts import Facts, Machine, MigProfile
from compiler.resolve.names import Declared, unknown

if TYPE_CHECKING:
    from compiler.spec.cluster import ClusterSpec
    from compiler.spec.gpu_pool import GpuPoolSpec


def resolve_pools(
    pools: Declared[GpuPoolSpec],
    clusters: Declared[ClusterSpec],
    providers: Mapping[str, Provider],
    facts: Facts,
    findings: list[Diagnostic],
) -> dict[str, GpuPool]:
    """Return the sound pools by name; `providers` maps clusters to their providers.

    Reports what `resolve_pool` does, `unknown-cluster`, and pools whose names one provider cannot tell apart.
    """
    found: dict[str, GpuPool] = {}
    formed: dict[tuple[str, str], GpuPoolSpec] = {}
    for spec in pools.items.values():
        cluster = clusters.find(spec.cluster, (*spec.origin, "cluster"), findings, user=f"GPU pool {spec.name}")
        if cluster is None or cluster.name not in providers:
            continue
        provider = providers[cluster.name]
        other = formed.setdefault((cluster.name, provider.pool_name.form(spec.name)), spec)
        if other is not spec:
            findings.append(
                error(
                    "bad-gpu-pool-name",
                    f"{provider.title} drops hyphens, so GPU pool {spec.name} has the name of {other.name} there",
                    (*spec.origin, "name"),
                    help="rename one of them",
                    sources=(provider.pool_name.source,),
                )
            )
        pool = resolve_pool(spec, cluster, provider, facts, findings)
        if pool is not None:
            found[spec.name] = pool
    return found


def resolve_pool(
    spec: GpuPoolSpec, cluster: ClusterSpec, provider: Provider, facts: Facts, findings: list[Diagnostic]
) -> GpuPool | None:
    """Return one pool, or nothing where its accelerator or sharing is wrong.

    Reports `unknown-accelerator`, `wrong-machine-type`, `unknown-machine-type`, `wrong-gpu-count`,
    `missing-gpus-per-node`, `sharing-without-support`, `too-many-replicas`, `mig-without-support`,
    `unknown-mig-profile` and `bad-gpu-pool-name`.
    """
    if spec.accelerator not in facts.accelerators:
        findings.append(_unknown_accelerator(spec, facts))
        return None
    check_name("gpu-pool", spec.name, (*spec.origin, "name"), provider.pool_name, provider, findings)
    gpu_count = _gpus_per_node(spec, provider, facts, findings)
    sharing = _sharing(spec, provider, facts, findings)
    if gpu_count is None or sharing is None:
        return None
    divided, mig = sharing
    units = mig.instance_count if mig is not None else divided.replicas
    resource = provider.gpu_resource(facts.resource(spec.accelerator), divided.strategy, mig.resource if mig else None)
    return GpuPool(
        name=spec.name,
        cluster=cluster.name,
        accelerator=spec.accelerator,
        machine_type=spec.machine_type,
        gpus_per_node=gpu_count,
        min_nodes=spec.nodes.min,
        max_nodes=spec.nodes.max,
        zones=spec.zones or cluster.zones,
        spot=spec.spot,
        sharing=divided,
        overcommit=spec.overcommit,
        hourly_cost=spec.hourly_cost,
        resource=resource,
        capacity=spec.nodes.max * gpu_count * units,
        origin=spec.origin,
    )


def machines_of(name: str, machines: list[Machine]) -> list[Machine]:
    """Return the table's entries for a machine type; an entry `n1-*` stands for all that begin so."""
    lowered = name.lower()
    return [
        machine
        for machine in machines
        if machine.name.lower() == lowered
        or (machine.name.endswith("*") and lowered.startswith(machine.name[:-1].lower()))
    ]


def _unknown_accelerator(spec: GpuPoolSpec, facts: Facts) -> Diagnostic:
    path = (*spec.origin, "accelerator")
    meant = facts.accelerator_aliases.get(spec.accelerator)
    if meant is None:
        return unknown(
            "accelerator", spec.accelerator, path, dict.fromkeys(facts.accelerators), user=f"GPU pool {spec.name}"
        )
    return error(
        "unknown-accelerator",
        f"GPU pool {spec.name} names {spec.accelerator}, which is a cloud's own word for {meant}",
        path,
        help=f"write {meant}",
        fix=Fix(path, meant),
    )


def _gpus_per_node(spec: GpuPoolSpec, provider: Provider, facts: Facts, findings: list[Diagnostic]) -> int | None:
    """Return the GPUs of one node, or nothing where they cannot be known."""
    stated = spec.gpus_per_node
    if provider.cloud is None or spec.machine_type is None:
        return stated or 1
    machines = facts.machines(spec.accelerator, provider.cloud)
    fitting = machines_of(spec.machine_type, machines)
    path = (*spec.origin, "machineType")
    if not fitting:
        others = _carried_by(spec.machine_type, provider.cloud, facts)
        if others:
            findings.append(
                error(
                    "wrong-machine-type",
                    f"machine type {spec.machine_type} has {' or '.join(others)}, not {spec.accelerator}",
                    path,
                    help=_choose(machines, spec.accelerator) or f"write `accelerator: {others[0]}`",
                )
            )
            return None
        findings.append(
            warning(
                "unknown-machine-type",
                f"no machine type {spec.machine_type} with {spec.accelerator} is known on {provider.title}",
                path,
                help=_choose(machines, spec.accelerator)
                or f"{provider.title} is not known to offer {spec.accelerator}",
            )
        )
        return stated or 1
    counts = sorted({machine.gpu_count for machine in fitting if machine.gpu_count is not None})
    if stated is not None:
        if counts and stated not in counts:
            findings.append(
                error(
                    "wrong-gpu-count",
                    f"machine type {spec.machine_type} has {_numbers(counts)} GPUs, not {stated}",
                    (*spec.origin, "gpusPerNode"),
                    help=f"write `gpusPerNode: {counts[0]}`"
                    if len(counts) == 1
                    else f"write one of {_numbers(counts)}",
                    fix=Fix((*spec.origin, "gpusPerNode"), str(counts[0])) if len(counts) == 1 else None,
                )
            )
            return None
        return stated
    if len(counts) == 1:
        return counts[0]
    findings.append(
        error(
            "missing-gpus-per-node",
            f"machine type {spec.machine_type} of GPU pool {spec.name} leaves open how many GPUs a node has",
            spec.origin,
            help=f"add `gpusPerNode: {counts[0]}`" + (f", or another of {_numbers(counts)}" if counts[1:] else "")
            if counts
            else "add `gpusPerNode`",
        )
    )
    return None


def _carried_by(machine_type: str, cloud: str, facts: Facts) -> list[str]:
    return [name for name in sorted(facts.accelerators) if machines_of(machine_type, facts.machines(name, cloud))]


def _choose(machines: list[Machine], accelerator: str) -> str | None:
    names = list(dict.fromkeys(machine.name for machine in machines))
    return f"{accelerator} is on {', '.join(names[:6])}" + (", ..." if names[6:] else "") if names else None


def _sharing(
    spec: GpuPoolSpec, provider: Provider, facts: Facts, findings: list[Diagnostic]
) -> tuple[Sharing, MigProfile | None] | None:
    """Return how a GPU is divided, with the MIG profile if it is; nothing where that is impossible."""
    sharing = spec.sharing
    path = (*spec.origin, "sharing")
    if sharing.strategy == "none":
        return Sharing(), None
    if facts.vendor(spec.accelerator) != "nvidia":
        findings.append(
            error(
                "sharing-without-support",
                f"{spec.accelerator} cannot be shared: {sharing.strategy} is for NVIDIA's GPUs",
                (*path, "strategy"),
                help="remove `sharing`",
            )
        )
        return None
    if sharing.strategy == "mig":
        profiles = facts.mig_profiles(spec.accelerator, provider.cloud)
        if not profiles:
            findings.append(
                error(
                    "mig-without-support",
                    f"{spec.accelerator} has no MIG on {provider.title}",
                    (*path, "strategy"),
                    help="share it by `timeSlicing` or `mps`, or choose a GPU with MIG",
                )
            )
            return None
        if sharing.profile not in profiles:
            findings.append(
                unknown(
                    "mig-profile",
                    sharing.profile,
                    (*path, "profile"),
                    dict.fromkeys(profiles),
                    user=f"GPU pool {spec.name} ({spec.accelerator})",
                    hint=f"{spec.accelerator} has {', '.join(profiles)}",
                )
            )
            return None
        return Sharing("mig", 1, sharing.profile), profiles[sharing.profile]
    most = provider.max_shared_clients
    if most is not None and sharing.replicas > most:
        findings.append(
            error(
                "too-many-replicas",
                f"{provider.title} lets {MIN_SHARED_CLIENTS} to {most} pods share a GPU, not {sharing.replicas}",
                (*path, "replicas"),
                help=f"write `replicas: {most}` or fewer",
                fix=Fix((*path, "replicas"), str(most)),
                sources=provider.sources[:1],
            )
        )
        return None
    return Sharing(sharing.strategy, sharing.replicas), None


def _numbers(values: list[int]) -> str:
    return ", ".join(str(value) for value in values)
