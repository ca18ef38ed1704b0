"""Not every region has every GPU; the table that knows which ages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Label, Severity, warning
from compiler.model.platform import Platform
from compiler.providers import Providers
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each pool in whose region the table does not know the GPU, or its machine type.

    Where a pool names zones and the table knows those of the GPU, these are looked at one by one, by another check.
    """
    del as_of
    providers = Providers()
    for cluster in platform.clusters:
        provider = providers[cluster.provider]
        cloud = provider.cloud
        if cloud is None or cluster.region is None or not provider.is_region(cluster.region):
            continue
        for pool in cluster.pools:
            if pool.zones and facts.zones(pool.accelerator, cloud):
                continue
            known = facts.regions(pool.accelerator, cloud, pool.machine_type)
            if not known or cluster.region in known:
                continue
            what = pool.accelerator + (f" on {pool.machine_type}" if pool.machine_type else "")
            yield warning(
                CHECK.id,
                f"{what} of GPU pool {pool.name} is not known in region {cluster.region}",
                (*pool.origin, "machineType" if pool.machine_type else "accelerator"),
                related=(Label((*cluster.origin, "region"), f"cluster {cluster.name} is here"),),
                notes=("the table is a dated copy of what the cloud publishes",),
                help=f"it is in {', '.join(_nearest_first(known, cluster.region)[:6])}"
                + (", ..." if len(known) > 6 else ""),
                sources=CHECK.sources,
            )


def _nearest_first(regions: frozenset[str], region: str) -> list[str]:
    """Return the regions sorted, those first that begin like the given one: the same part of the world."""
    return sorted(regions, key=lambda name: (name[:3] != region[:3], name))


_POOL = """\
clusters:
  - {{name: gpu, environment: dev, provider: eks, kubernetes: "1.34", region: {}}}
components: {{gpu-operator: {{}}}}
gpuPools:
  - {{name: h100, cluster: gpu, accelerator: nvidia-h100-80gb, machineType: p5.48xlarge, nodes: {{max: 2}}}}
"""

CHECK = Check(
    id="accelerator-not-in-region",
    severity=Severity.WARNING,
    summary="The table does not know a pool's GPU in the cluster's region",
    why="A pool in a region without the GPU stays empty, and its pods stay pending.",
    sources=("https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-regions.html",),
    bad=_POOL.format("eu-west-1"),
    good=_POOL.format("eu-west-2"),
    run=run,
)
