"""Spot nodes fall under a quota of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Label, Severity, info
from compiler.model.platform import Platform
from compiler.providers import Providers
from compiler.resolve.cloud_quota import quotas_of
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an info for each spot pool of which only the quota for nodes on demand is listed."""
    del as_of
    providers = Providers()
    for cluster in platform.clusters:
        provider = providers[cluster.provider]
        if provider.quotas is None or not provider.quotas.spot_is_apart or not cluster.cloud_quota:
            continue
        for pool in cluster.pools:
            if not pool.spot:
                continue
            own, other = (quotas_of(replace(pool, spot=spot), provider, facts) for spot in (True, False))
            listed = sorted((other - own) & cluster.cloud_quota.keys())
            if not own or own & cluster.cloud_quota.keys() or not listed:
                continue
            yield info(
                CHECK.id,
                f"GPU pool {pool.name} is spot and falls under {' or '.join(sorted(own))}, which is not listed",
                (*pool.origin, "spot"),
                related=(
                    Label((*cluster.origin, "cloudQuota", listed[0]), "this one is for nodes on demand", at_key=True),
                ),
                help=f"add `{min(own)}` to `cloudQuota` of cluster {cluster.name}",
                sources=CHECK.sources,
            )


_PLATFORM = """\
distribution: none
clusters:
  - name: gpu
    environment: dev
    provider: eks
    kubernetes: "1.35"
    region: us-east-1
    cloudQuota: {{{}: 96}}
    components: {{gpu-operator: {{}}}}
gpuPools:
  - name: a100
    cluster: gpu
    accelerator: nvidia-a100-40gb
    machineType: p4d.24xlarge
    nodes: {{max: 1}}
    spot: true
"""

CHECK = Check(
    id="spot-quota-not-listed",
    severity=Severity.INFO,
    summary="Of a spot pool only the quota for nodes on demand is listed",
    why="What is not listed is unknown, so nobody compares the pool with its own quota.",
    sources=("https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-limits.html",),
    bad=_PLATFORM.format("L-417A185B"),
    good=_PLATFORM.format("L-7212CCBC"),
    run=run,
    misses=("clusters.cloudQuota",),
)
