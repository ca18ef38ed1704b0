"""Azure Kubernetes Service; knows nothing of how its nodes are created."""

from __future__ import annotations

import re
from collections.abc import Mapping

from compiler.providers.base import NameRule, Provider, TokenIssuer


def is_zone_of(zone: str, region: str) -> bool:
    """Return whether the zone is `1`, `2` or `3`, alone or behind the region's name as node labels have it."""
    return re.fullmatch(f"({re.escape(region)}-)?[123]", zone) is not None


def pool_marks(pool: str, *, spot: bool) -> Mapping[str, str]:
    """Return the mark of spot nodes. Source: https://learn.microsoft.com/azure/aks/spot-node-pool."""
    del pool
    return {"kubernetes.azure.com/scalesetpriority": "spot"} if spot else {}


PROVIDER = Provider(
    id="aks",
    title="Azure Kubernetes Service",
    required=("region",),
    settings=("subscription", "resourceGroup", "cloudQuota"),
    cloud="azure",
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
    node_marks=("kubernetes.azure.com/cluster",),
    pool_marks=pool_marks,
    # Else AKS adds conditions to every namespaceSelector, and Argo CD takes them out again for ever.
    # Source: https://learn.microsoft.com/azure/aks/faq (admissions enforcer), https://github.com/Azure/AKS/issues/4002.
    webhook_annotations={"admissions.enforcer/disabled": "true"},
    sources=("https://learn.microsoft.com/azure/aks/",),
)
