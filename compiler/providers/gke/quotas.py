"""Google Cloud's quotas: GPUs by model and region, and one over all of them.

Source: https://docs.cloud.google.com/docs/quotas/overview; ids: docs.cloud.google.com/compute/resource-usage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.providers.base.quotas import Quotas

if TYPE_CHECKING:
    from compiler.model.platform import Cluster

_ALL_REGIONS = "GPUS_ALL_REGIONS"
"""The quota over all regions and models; it holds beside the regional ones, and is 0 in a new project."""


class GoogleQuotas(Quotas):
    """Quotas in GPUs; spot counts against that on demand where a project has none of its own for it."""

    source = "https://docs.cloud.google.com/docs/quotas/overview"
    counts_gpus = True
    spot_is_apart = False
    beside = frozenset({_ALL_REGIONS})

    def refusal(self, quota: str, granted: int, cluster: Cluster, *, spot: bool) -> str:
        """Return the words that github.com/fastai/course-v3/pull/165 quotes for all regions, and those of one."""
        del spot
        where = "globally" if quota == _ALL_REGIONS else f"in region {cluster.region}"
        return f"Quota '{quota}' exceeded. Limit: {granted}.0 {where}."

    def request(self, quota: str, amount: int, cluster: Cluster) -> str:
        """Return a command (`gcloud beta quotas preferences create --help`); families have one quota with a dimension.

        Source: docs.cloud.google.com/compute/resource-usage (`GPUS-PER-GPU-FAMILY-per-project-region`).
        """
        if quota == _ALL_REGIONS:
            quota_id, dimensions = "GPUS-ALL-REGIONS-per-project", ""
        elif quota.endswith("_GPUS"):
            quota_id = f"{quota.replace('_', '-')}-per-project-region"
            dimensions = f"--dimensions=region={cluster.region} "
        else:
            quota_id = "GPUS-PER-GPU-FAMILY-per-project-region"
            dimensions = f"--dimensions=region={cluster.region},gpu_family={quota} "
        return (
            "`gcloud beta quotas preferences create --service=compute.googleapis.com "
            f"--quota-id={quota_id} {dimensions}--preferred-value={amount} --project={cluster.project}`"
        )
