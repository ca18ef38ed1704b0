"""Nodes that always run need a quota that is always there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Label, Severity, error
from compiler.model.platform import Platform
from compiler.providers import Providers
from compiler.resolve.cloud_quota import cloud_needs, refusal, request
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each quota below what the pools' fewest nodes need, in the cloud's units."""
    del as_of
    providers = Providers()
    for cluster in platform.clusters:
        cloud = providers[cluster.provider].cloud
        if cloud is None:
            continue
        for need in cloud_needs(cluster, cloud, facts):
            granted = cluster.cloud_quota[need.quota]
            if need.minimum > granted:
                yield error(
                    CHECK.id,
                    f"the fewest nodes on cluster {cluster.name} need {need.minimum} of quota {need.quota}, "
                    f"the cloud grants {granted}",
                    (*cluster.origin, "cloudQuota", need.quota),
                    related=tuple(
                        Label((*pool.origin, "nodes"), f"GPU pool {pool.name}: at least {pool.min_nodes} nodes")
                        for pool in need.pools
                        if pool.min_nodes
                    ),
                    notes=(refusal(need, cluster, cloud),),
                    help=f"{request(need.quota, max(need.minimum, need.nominal), cluster, cloud)} "
                    "and write what is granted here, or lower `nodes.min`",
                    sources=CHECK.sources,
                )


_PLATFORM = """\
clusters:
  - name: gpu
    environment: dev
    provider: gke
    kubernetes: "1.34"
    project: acme-ml-dev
    region: europe-west4
    cloudQuota: {{GPUS_ALL_REGIONS: {}}}
gpuPools:
  - name: a100
    cluster: gpu
    accelerator: nvidia-a100-80gb
    machineType: a2-ultragpu-1g
    nodes: {{min: 2, max: 2}}
"""

CHECK = Check(
    id="minimum-exceeds-cloud-quota",
    severity=Severity.ERROR,
    summary="The pools' fewest nodes are above the cloud's quota",
    why="`nodes.min` is made at once and kept; the cloud refuses the first node above the quota, and the pool fails.",
    sources=("https://cloud.google.com/compute/resource-usage#gpu_quota",),
    bad=_PLATFORM.format(0),
    good=_PLATFORM.format(2),
    run=run,
    misses=("gpuPools", "clusters.cloudQuota"),
)
