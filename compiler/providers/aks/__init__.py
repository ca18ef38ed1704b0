"""Azure Kubernetes Service; knows nothing of how its nodes are created."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from compiler.providers.aks.quotas import AzureQuotas
from compiler.providers.base import (
    ZONE_LABEL,
    Hindrance,
    IdentityChoice,
    NameRule,
    PodIdentity,
    Provider,
    Provisioner,
    TokenIssuer,
    Tool,
)

if TYPE_CHECKING:
    from compiler.model.platform import GpuPool

KARPENTER = "karpenter"
_CONFIDENTIAL = "standard_ncc"
"""How the names of confidential machines with GPUs begin."""
_KARPENTER_SOURCE = "https://learn.microsoft.com/azure/aks/node-autoprovision"
_MODE_SOURCE = (
    "https://learn.microsoft.com/dotnet/api/azure.resourcemanager.containerservice.models.nodeprovisioningmode"
)


def is_zone_of(zone: str, region: str) -> bool:
    """Return whether the zone is `1`, `2` or `3`, alone or behind the region's name as node labels have it."""
    return re.fullmatch(f"({re.escape(region)}-)?[123]", zone) is not None


def pool_marks(pool: str, *, spot: bool) -> Mapping[str, str]:
    """Return the mark of spot nodes. Source: https://learn.microsoft.com/azure/aks/spot-node-pool."""
    del pool
    return {"kubernetes.azure.com/scalesetpriority": "spot"} if spot else {}


def no_node_pool(pool: GpuPool, beside: Collection[GpuPool], kubernetes_minor: int) -> Hindrance | None:
    """Return why a node pool cannot scale: beside Karpenter Azure takes node pools of a fixed size only."""
    del kubernetes_minor
    other = next((each for each in beside if each.provisioner == KARPENTER), None)
    if other is None or pool.min_nodes == pool.max_nodes:
        return None
    return Hindrance(
        "nodes",
        f"Karpenter makes the nodes of GPU pool {other.name}, and in such a cluster node pools have a fixed size",
        f"write `provisioner: karpenter`, or `nodes: {{min: {pool.max_nodes}, max: {pool.max_nodes}}}`",
        _MODE_SOURCE,
    )


def no_karpenter(pool: GpuPool, beside: Collection[GpuPool], kubernetes_minor: int) -> Hindrance | None:
    """Return why Karpenter cannot make the nodes.

    Azure runs it, without the feature gate by which it would learn of shared GPUs.
    Source: Azure/karpenter-provider-azure@v1.14.2 charts/karpenter/values.yaml (`nodeOverlay`),
    pkg/utils/supported-gpus.yaml.
    """
    del beside, kubernetes_minor

    def hindrance(key: str, why: str, help: str, source: str = _KARPENTER_SOURCE) -> Hindrance:
        return Hindrance(key, why, f"{help}, or write `provisioner: nodePool`", source)

    if pool.min_nodes > 0:
        return hindrance("nodes", "a NodePool keeps no fewest nodes", "remove `min`")
    if pool.sharing.strategy != "none":
        why = "Azure runs Karpenter without `NodeOverlay`, so that it does not know how many parts a GPU has"
        source = "https://github.com/Azure/karpenter-provider-azure/blob/v1.14.2/charts/karpenter/values.yaml"
        return hindrance("sharing", why, "remove `sharing`", source)
    if (pool.machine_type or "").lower().startswith(_CONFIDENTIAL):
        why = f"it knows no GPUs of {pool.machine_type}"
        source = "https://github.com/Azure/karpenter-provider-azure/blob/v1.14.2/pkg/utils/supported-gpus.yaml"
        return hindrance("machineType", why, "choose another machine type", source)
    return None


PROVIDER = Provider(
    id="aks",
    title="Azure Kubernetes Service",
    required=("region",),
    settings=("subscription", "resourceGroup", "cloudQuota"),
    cloud="azure",
    cloud_title="Azure",
    quotas=AzureQuotas(),
    cluster_name=NameRule(
        limit=63,
        source="https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules",
    ),
    # Node pools of Linux: 1 to 12 lowercase letters and digits, a letter first.
    pool_name=NameRule(
        limit=12,
        starts_with_letter=True,
        drops_hyphens=True,
        source="https://learn.microsoft.com/azure/aks/create-node-pools",
    ),
    has_load_balancer=True,
    token_issuer=TokenIssuer.PUBLIC,
    is_zone_of=is_zone_of,
    zone_example="1",
    region=r"[a-z]+[0-9]?[a-z]*",
    region_example="westeurope",
    region_sources=("https://learn.microsoft.com/azure/reliability/regions-list",),
    node_kinds=(("karpenter.azure.com", "AKSNodeClass"), ("karpenter.sh", "NodePool")),
    provisioners=(
        Provisioner("nodePool", "Terraform's node pools", in_cluster=False, hindrance=no_node_pool),
        Provisioner(KARPENTER, "Karpenter, by node auto-provisioning", in_cluster=True, hindrance=no_karpenter),
    ),
    topology_labels=(ZONE_LABEL,),
    node_marks=("kubernetes.azure.com/cluster",),
    pool_marks=pool_marks,
    # Else AKS adds conditions to every namespaceSelector, and Argo CD takes them out again for ever.
    # Source: https://learn.microsoft.com/azure/aks/faq (admissions enforcer), https://github.com/Azure/AKS/issues/4002.
    webhook_annotations={"admissions.enforcer/disabled": "true"},
    dates_kubernetes=True,
    node_registry="acr",
    # Source: azure.github.io/azure-workload-identity/docs/topics (service account labels and annotations). The profile
    # controller has no plugin for Azure. Azure's webhook, which gives tokens to pods with the label only, runs after
    # the one of PodDefaults, by its name.
    pod_identity=PodIdentity(
        "azure.workload.identity/client-id",
        choice=IdentityChoice(
            "azure-workload-identity", "Act as the identity of the team in Azure", "azure.workload.identity/use"
        ),
    ),
    tools=(
        Tool("az", ("version",), "logs in to Azure", "https://learn.microsoft.com/cli/azure/install-azure-cli"),
        Tool("kubelogin", ("--version",), "logs kubectl in to AKS", "az aks install-cli"),
    ),
    # MicrosoftDocs/azure-aks-docs@074b3dae articles/aks/concepts-storage.md (Storage classes)
    storage_classes=(
        "managed-csi",
        "managed-csi-premium",
        "azurefile-csi",
        "azurefile-csi-premium",
        "azureblob-nfs-premium",
        "azureblob-fuse-premium",
    ),
    sources=("https://learn.microsoft.com/azure/aks/",),
)
