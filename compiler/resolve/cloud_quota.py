"""How much of a cloud's quotas the GPU pools need, in the cloud's own names and units.

Units: GPUs on Google Cloud, vCPUs on AWS and Azure. The names come from the catalog's table of accelerators, which says
where each was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil

from compiler.frozen import frozen
from compiler.model.platform import Cluster, GpuPool, Platform
from compiler.providers import Providers
from compiler.resolve.accelerators import AZURE_SPOT
from compiler.resolve.facts import Facts

SOURCES = {
    "gcp": ("https://docs.cloud.google.com/docs/quotas/overview",),
    "aws": ("https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html",),
    "azure": ("https://learn.microsoft.com/azure/quotas/per-vm-quota-requests",),
}
"""Where each cloud says what its quotas are and how to ask for more."""
GCP_ALL_REGIONS = "GPUS_ALL_REGIONS"
"""Google Cloud's quota over all regions and models; it holds beside the regional ones."""


@frozen
class Need:
    """What the pools under one quota need: for the fewest nodes, for the teams' nominal shares, and for all nodes."""

    quota: str
    minimum: int
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
            sum(pool.min_nodes * per_node for pool, per_node in entries),
            sum(nodes_for(pool, shares.get(pool.name, 0)) * per_node for pool, per_node in entries),
            sum(pool.max_nodes * per_node for pool, per_node in entries),
            tuple(pool for pool, _ in entries),
        )
        for name, entries in sorted(found.items())
    ]


def compared_needs(platform: Platform, facts: Facts) -> Iterator[tuple[Cluster, str, Need, int]]:
    """Yield each quota that a cluster lists and pools fall under: the cluster, its cloud, the need, what is granted."""
    providers = Providers()
    for cluster in platform.clusters:
        cloud = providers[cluster.provider].cloud if cluster.cloud_quota else None
        if cloud is not None:
            for need in cloud_needs(cluster, cloud, facts):
                yield cluster, cloud, need, cluster.cloud_quota[need.quota]


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


def refusal(need: Need, cluster: Cluster, cloud: str) -> str:
    """Return what the cloud says to whoever asks for nodes above the quota, as far as its words are known."""
    granted = cluster.cloud_quota[need.quota]
    if cloud == "gcp":
        # github.com/fastai/course-v3/pull/165 quotes it for all regions; of one it ends with "in region us-central1".
        where = "globally" if need.quota == GCP_ALL_REGIONS else f"in region {cluster.region}"
        return f"the cloud would say: Quota '{need.quota}' exceeded. Limit: {granted}.0 {where}."
    if cloud == "aws":
        # Codes: docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html; the words as people quote them.
        if any(pool.spot for pool in need.pools):
            return "the cloud would say: MaxSpotInstanceCountExceeded: Max spot instance count exceeded"
        return (
            "the cloud would say: VcpuLimitExceeded: You have requested more vCPU capacity than your current "
            f"vCPU limit of {granted} allows for the instance bucket that the specified instance type belongs to"
        )
    if need.quota == AZURE_SPOT:
        # As terraform-provider-azurerm's tests of spot machines tell it.
        return (
            "the cloud would say: Operation could not be completed as it results in exceeding approved "
            f"LowPriorityCores quota ... Current Limit: {granted}"
        )
    # As github.com/skypilot-org/skypilot/issues/464 quotes it for T4s, github.com/cilium/cilium/issues/31859 for AKS.
    family = need.quota.removesuffix(" vCPUs")
    return (
        "the cloud would say: QuotaExceeded: Operation could not be completed as it results in exceeding approved "
        f"{family} Cores quota ... Current Limit: {granted}"
    )


def request(quota: str, amount: int, cluster: Cluster, cloud: str) -> str:
    """Return what to type or to open in order to ask the cloud for so much of a quota.

    Source: `aws service-quotas request-service-quota-increase help`, `gcloud beta quotas preferences create --help`
    (ids of quotas: docs.cloud.google.com/compute/resource-usage, `GPUS-PER-GPU-FAMILY-per-project-region` for those by
    family), https://learn.microsoft.com/cli/azure/quota.
    """
    if cloud == "aws":
        return (
            "`aws service-quotas request-service-quota-increase --service-code ec2 "
            f"--quota-code {quota} --desired-value {amount} --region {cluster.region}`"
        )
    if cloud == "azure":
        if " " in quota:
            return f"ask for {quota} = {amount} vCPUs in the portal under Quotas > Compute > {cluster.region}"
        kind = "lowPriority" if quota == AZURE_SPOT else "dedicated"
        place = f"/subscriptions/{cluster.subscription or 'SUBSCRIPTION'}/providers/Microsoft.Compute/locations"
        return (
            f"`az quota update --resource-name={quota} --resource-type={kind} --limit-object value={amount} "
            f"--scope={place}/{cluster.region}`"
        )
    if quota == GCP_ALL_REGIONS:
        quota_id, dimensions = "GPUS-ALL-REGIONS-per-project", ""
    elif quota.endswith("_GPUS"):
        quota_id, dimensions = f"{quota.replace('_', '-')}-per-project-region", f"--dimensions=region={cluster.region} "
    else:
        quota_id = "GPUS-PER-GPU-FAMILY-per-project-region"
        dimensions = f"--dimensions=region={cluster.region},gpu_family={quota} "
    return (
        "`gcloud beta quotas preferences create --service=compute.googleapis.com "
        f"--quota-id={quota_id} {dimensions}--preferred-value={amount} --project={cluster.project}`"
    )


def wait(granted: int) -> tuple[str, ...]:
    """Return what to know before a first request for a quota; nothing where some of it is granted already.

    Source: https://docs.cloud.google.com/docs/quotas/view-manage (requests are reviewed), the same of the other clouds.
    """
    if granted:
        return ()
    return ("a new account has 0 of it: the cloud reviews the request first, and no node comes until it has answered",)
