"""Azure's quotas: vCPUs by family of machines and region, and over all families; spot has one of its own.

Source: https://learn.microsoft.com/azure/quotas/per-vm-quota-requests.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from compiler.providers.base.quotas import Quotas

if TYPE_CHECKING:
    from compiler.model.platform import Cluster

_SPOT = "lowPriorityCores"
"""A region's quota for the vCPUs of spot machines, apart from that of any family.
Source: https://learn.microsoft.com/azure/quotas/spot-quota; the name as `az vm list-usage` has it."""
_ALL = "cores"
"""A region's quota for the vCPUs of all other machines, beside that of their family.
Source: https://learn.microsoft.com/azure/quotas/regional-quota-requests; the name as `az vm list-usage` has it."""


class AzureQuotas(Quotas):
    """Quotas in vCPUs, by their names."""

    source = "https://learn.microsoft.com/azure/quotas/per-vm-quota-requests"

    def over(self, named: AbstractSet[str], *, spot: bool) -> AbstractSet[str]:
        """Return the one of spot machines, or those of the family and that of all families."""
        if not named:
            return named
        return {_SPOT} if spot else {*named, _ALL}

    def refusal(self, quota: str, granted: int, cluster: Cluster, *, spot: bool) -> str:
        """Return the words that github.com/skypilot-org/skypilot/issues/464 quotes, and cilium/cilium/issues/31859.

        Those about spot are told by terraform-provider-azurerm's tests of spot machines.
        """
        del cluster, spot
        what = "LowPriorityCores" if quota == _SPOT else f"{quota.removesuffix(' vCPUs')} Cores"
        return (
            f"{'' if quota == _SPOT else 'QuotaExceeded: '}Operation could not be completed as it results in "
            f"exceeding approved {what} quota ... Current Limit: {granted}"
        )

    def request(self, quota: str, amount: int, cluster: Cluster) -> str:
        """Return a command (https://learn.microsoft.com/cli/azure/quota), or where the portal has the quota."""
        if " " in quota:
            return f"ask for {quota} = {amount} vCPUs in the portal under Quotas > Compute > {cluster.region}"
        kind = "lowPriority" if quota == _SPOT else "dedicated"
        place = f"/subscriptions/{cluster.subscription or 'SUBSCRIPTION'}/providers/Microsoft.Compute/locations"
        return (
            f"`az quota update --resource-name={quota} --resource-type={kind} --limit-object value={amount} "
            f"--scope={place}/{cluster.region}`"
        )
