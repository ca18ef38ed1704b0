"""GPU pools: accelerator and machine from the catalog's tables, and how many units the pool can schedule.

Knows nothing of teams. Source of the arithmetic: GKE multiplies GPUs, partitions and clients; NVIDIA's device
plugin counts replicas of each GPU, or MIG instances (NVIDIA/k8s-device-plugin@v0.20.0 README.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.diagnostics.model import Diagnostic, Fix, error, info, warning
from compiler.diagnostics.suggest import Patience, nearest
from compiler.model.platform import GpuPool, Sharing
from compiler.providers.base import MIN_SHARED_CLIENTS, Provider
from compiler.resolve.accelerators import MigProfile
from compiler.resolve.clusters import check_name
from compiler.resolve.facts import Facts
from compiler.resolve.names import Declared, unknown
from compiler.resolve.pool_machines import gpus_per_node

_DRA_SOURCES = (
    "https://github.com/kubeflow/notebooks/blob/v1.11.0/components/crud-web-apps/jupyter/backend/apps/common/form.py",
    "https://github.com/NVIDIA/gpu-operator/blob/v26.7.0/deployments/gpu-operator/values.yaml",
    "https://github.com/kubernetes-sigs/kueue/blob/v0.19.2/pkg/features/kube_features.go",
)
_MPS_SOURCE = "https://github.com/NVIDIA/k8s-device-plugin/blob/v0.20.0/cmd/mps-control-daemon/mps/device.go"

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
    patience = Patience()
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
        pool = resolve_pool(spec, cluster, provider, facts, findings, patience)
        if pool is not None:
            found[spec.name] = pool
    return found


def resolve_pool(
    spec: GpuPoolSpec,
    cluster: ClusterSpec,
    provider: Provider,
    facts: Facts,
    findings: list[Diagnostic],
    patience: Patience,
) -> GpuPool | None:
    """Return one pool, or nothing where its accelerator or sharing is wrong.

    Reports `unknown-accelerator`, `dra-sharing`, `sharing-without-support`, `too-many-replicas`, `mig-without-support`,
    `unknown-mig-profile`, `mig-not-autoscaled`, `bad-gpu-pool-name`, `cloud-setting-without-cloud`,
    `unknown-provisioner`, and what `topology_findings` and `gpus_per_node` do.
    """
    if spec.accelerator not in facts.accelerators:
        findings.append(_unknown_accelerator(spec, facts, patience))
        return None
    check_name("gpu-pool", spec.name, (*spec.origin, "name"), provider.pool_name, provider, findings)
    gpu_count = gpus_per_node(spec, provider, facts, findings, patience)
    sharing = _sharing(spec, provider, facts, findings)
    if gpu_count is None or sharing is None:
        return None
    findings += _without_cloud(spec, provider)
    if spec.topology:
        from compiler.resolve.pool_topology import topology_findings  # few pools have one

        findings += topology_findings(spec, provider)
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
        provisioner=_provisioner(spec, provider, findings),
        topology=spec.topology,
    )


def _provisioner(spec: GpuPoolSpec, provider: Provider, findings: list[Diagnostic]) -> str | None:
    """Return what the pool says is to make its nodes, if the provider has that."""
    known = {each.id: each.title for each in provider.provisioners}
    if spec.provisioner is None or spec.provisioner in known or not known:
        return spec.provisioner if known else None
    path = (*spec.origin, "provisioner")
    near = nearest(spec.provisioner, known, 1)
    ways = " or ".join(f"`{word}` ({title})" for word, title in known.items())
    findings.append(
        error(
            "unknown-provisioner",
            f"GPU pool {spec.name} names provisioner {spec.provisioner}, which {provider.title} does not have",
            path,
            help=(f"did you mean {near[0]}? " if near else "") + f"write {ways}, or remove `provisioner`",
            fix=Fix(path, near[0]) if near else None,
        )
    )
    return None


def _without_cloud(spec: GpuPoolSpec, provider: Provider) -> Iterator[Diagnostic]:
    """Yield an info for each setting that has no effect on machines that stand somewhere already."""
    if provider.cloud is not None:
        return
    # Another kind of cluster may well stand in a cloud.
    settings = [] if provider.settings is None else [("machineType", spec.machine_type), ("spot", spec.spot)]
    for key, value in (*settings, ("provisioner", spec.provisioner)):
        if value:
            yield info(
                "cloud-setting-without-cloud",
                f"`{key}` of GPU pool {spec.name} has no effect on {provider.title}, which makes no nodes",
                (*spec.origin, key),
                at_key=True,
                help=f"remove `{key}`",
            )


def _unknown_accelerator(spec: GpuPoolSpec, facts: Facts, patience: Patience) -> Diagnostic:
    path = (*spec.origin, "accelerator")
    user = f"GPU pool {spec.name}"
    folded = spec.accelerator.lower().replace("_", "-").replace(" ", "-")
    begun = tuple(name for name in sorted(facts.accelerators) if name.startswith(f"{folded}-"))
    # Google's labels call the smaller GPUs `nvidia-tesla-...`; others are asked for by the same form.
    plain = folded.replace("-tesla-", "-")
    meant = facts.accelerator_aliases.get(spec.accelerator.lower(), (plain,) if plain in facts.accelerators else begun)
    if folded in facts.accelerators:
        meant = (folded,)
    if len(meant) == 1:
        what = f"{folded} in another spelling" if folded == meant[0] else f"another word for {meant[0]}"
        return error(
            "unknown-accelerator",
            f"{user} names {spec.accelerator}, which is {what}",
            path,
            help=f"write {meant[0]}",
            fix=Fix(path, meant[0]),
        )
    # `nvidia-a100` comes in two sizes, and only its owner knows which. Another GPU is no correction.
    hint = f"say which: {' or '.join(meant)}" if meant else None
    known = dict.fromkeys(facts.accelerators)
    found = unknown("accelerator", spec.accelerator, path, known, user=user, hint=hint, patience=patience)
    return replace(found, fix=None)


def _claimed(spec: GpuPoolSpec) -> Diagnostic:
    """Return why work cannot claim the devices of a pool, with the releases that have which part of it."""
    return error(
        "dra-sharing",
        f"no work of Kubeflow can claim the GPUs of GPU pool {spec.name} by Dynamic Resource Allocation",
        (*spec.origin, "sharing", "strategy"),
        notes=(
            "the form of notebooks writes `limits` for a device and knows no ResourceClaim, up to notebooks 1.11",
            "the GPU Operator has DRA from 26.7 on, as an experiment, for Kubernetes 1.34.2 or newer",
            "there it takes the device plugin's place on the whole cluster, and its DeviceClass answers no `limits`",
            "Kueue counts claims from 0.18 on, and devices of DRA behind `limits` from 0.19",
        ),
        help="divide GPUs by `timeSlicing`, `mps` or `mig`, or remove `sharing`",
        sources=_DRA_SOURCES,
    )


def _sharing(
    spec: GpuPoolSpec, provider: Provider, facts: Facts, findings: list[Diagnostic]
) -> tuple[Sharing, MigProfile | None] | None:
    """Return how a GPU is divided, with the MIG profile if it is; nothing where that is impossible."""
    sharing = spec.sharing
    path = (*spec.origin, "sharing")
    if sharing.strategy == "none":
        return Sharing(), None
    if sharing.strategy == "dra":
        findings.append(_claimed(spec))
        return None
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
            elsewhere = facts.mig_profiles(spec.accelerator, None)
            where = f" on {provider.title}" if sharing.profile in elsewhere else ""
            near = nearest(sharing.profile, profiles, 1)
            findings.append(
                error(
                    "unknown-mig-profile",
                    f"{spec.accelerator} of GPU pool {spec.name} has no MIG profile {sharing.profile}{where}",
                    (*path, "profile"),
                    help=(f"did you mean {near[0]}? " if near else "") + f"it has {', '.join(profiles)}",
                )
            )
            return None
        if spec.nodes.min < spec.nodes.max:
            scaled = facts.autoscaled_mig_profiles(spec.accelerator, provider.cloud)
            if scaled and sharing.profile not in scaled:
                findings.append(
                    warning(
                        "mig-not-autoscaled",
                        f"{provider.title} does not scale nodes with MIG profile {sharing.profile}",
                        (*path, "profile"),
                        help=f"write one of {', '.join(name for name in profiles if name in scaled)}, "
                        "or a fixed size such as "
                        f"`nodes: {{min: {spec.nodes.max}, max: {spec.nodes.max}}}`",
                        sources=("https://github.com/GoogleCloudPlatform/cluster-autoscaler",),
                    )
                )
        return Sharing("mig", 1, sharing.profile), profiles[sharing.profile]
    most, whose, source = provider.max_shared_clients, provider.title, provider.sources[:1]
    if sharing.strategy == "mps":
        clients = facts.max_mps_clients(spec.accelerator)
        if most is None or clients < most:
            most, whose, source = clients, f"MPS on {spec.accelerator}", (_MPS_SOURCE,)
    if most is not None and sharing.replicas > most:
        findings.append(
            error(
                "too-many-replicas",
                f"{whose} lets {MIN_SHARED_CLIENTS} to {most} pods share a GPU, not {sharing.replicas}",
                (*path, "replicas"),
                help=f"write `replicas: {most}` or fewer",
                fix=Fix((*path, "replicas"), str(most)),
                sources=source,
            )
        )
        return None
    return Sharing(sharing.strategy, sharing.replicas), None
