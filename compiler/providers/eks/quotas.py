"""AWS's quotas: vCPUs by family of instances and region, spot apart.

Source: https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.providers.base.quotas import Quotas

if TYPE_CHECKING:
    from compiler.model.platform import Cluster


class AmazonQuotas(Quotas):
    """Quotas in vCPUs, by their codes."""

    source = "https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html"

    def refusal(self, quota: str, granted: int, cluster: Cluster, *, spot: bool) -> str:
        """Return the code (docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html) and its words."""
        del quota, cluster
        if spot:
            return "MaxSpotInstanceCountExceeded: Max spot instance count exceeded"
        return (
            "VcpuLimitExceeded: You have requested more vCPU capacity than your current "
            f"vCPU limit of {granted} allows for the instance bucket that the specified instance type belongs to"
        )

    def request(self, quota: str, amount: int, cluster: Cluster) -> str:
        """Return a command (`aws service-quotas request-service-quota-increase help`)."""
        return (
            "`aws service-quotas request-service-quota-increase --service-code ec2 "
            f"--quota-code {quota} --desired-value {amount} --region {cluster.region}`"
        )
