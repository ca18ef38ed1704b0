"""What teams own must be within what the cloud grants."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.checks.examples import GOOGLE_QUOTAS
from compiler.diagnostics.model import Diagnostic, Label, Severity, error
from compiler.model.platform import Platform
from compiler.resolve.cloud_quota import compared_needs
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each quota below what the nominal shares need, in whole nodes and the cloud's units."""
    del as_of
    for each in compared_needs(platform, facts):
        cluster, need, granted = each.cluster, each.need, each.granted
        if need.minimum <= granted < need.nominal:
            yield error(
                CHECK.id,
                f"the teams' shares on cluster {cluster.name} need {need.nominal} of quota {need.quota}, "
                f"the cloud grants {granted}",
                (*cluster.origin, "cloudQuota", need.quota),
                related=tuple(Label(pool.origin, f"GPU pool {pool.name}") for pool in need.pools),
                notes=each.notes,
                help=f"{each.request(need.nominal)} and write what is granted here, or lower the shares",
                sources=(each.quotas.source,),
            )


_PLATFORM = """\
clusters:
  - name: gpu
    environment: dev
    provider: gke
    kubernetes: "1.34"
    project: acme-ml-dev
    region: europe-west4
    cloudQuota: {{NVIDIA_A100_80GB_GPUS: {}}}
gpuPools:
  - {{name: a100, cluster: gpu, accelerator: nvidia-a100-80gb, machineType: a2-ultragpu-1g, nodes: {{max: 4}}}}
teams:
  - name: vision
    owner: {{user: alice@acme.com}}
    namespaces: [{{name: vision, clusters: [gpu]}}]
    gpus: [{{pool: a100, nominal: 4}}]
"""

CHECK = Check(
    id="nominal-exceeds-cloud-quota",
    severity=Severity.ERROR,
    summary="The teams' nominal shares need more than the cloud's quota",
    why="The autoscaler would be refused by the cloud, and admitted work would wait for nodes for ever.",
    sources=GOOGLE_QUOTAS,
    bad=_PLATFORM.format(2),
    good=_PLATFORM.format(4),
    run=run,
    misses=("gpuPools", "clusters.cloudQuota"),
)
