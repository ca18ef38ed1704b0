"""Not every zone has every GPU; the table that knows which ages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, warning
from compiler.model.platform import Platform
from compiler.providers import Providers
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each zone of a pool in which the table does not know the GPU."""
    del as_of
    providers = Providers()
    for cluster in platform.clusters:
        provider = providers[cluster.provider]
        if provider.cloud is None or cluster.region is None:
            continue
        for pool in cluster.pools:
            known = facts.zones(pool.accelerator, provider.cloud)
            own = pool.zones != cluster.zones
            for index, zone in enumerate(pool.zones if known else ()):
                if zone in known or not provider.is_zone_of(zone, cluster.region):
                    continue
                here = sorted(name for name in known if provider.is_zone_of(name, cluster.region))
                yield warning(
                    CHECK.id,
                    f"{pool.accelerator} of GPU pool {pool.name} is not known in zone {zone}",
                    (*pool.origin, "zones", index) if own else pool.origin,
                    notes=("the table is a dated copy of what the cloud publishes",),
                    help=f"in {cluster.region} it is in {', '.join(here)}"
                    if here
                    else f"it is in no zone of {cluster.region}; ask the cloud, or choose another region or GPU",
                    sources=CHECK.sources,
                )


_POOL = """\
clusters:
  - {{name: gpu, environment: dev, provider: gke, kubernetes: "1.34", project: acme-ml-dev, region: europe-west4}}
gpuPools:
  - name: a100
    cluster: gpu
    accelerator: nvidia-a100-80gb
    machineType: a2-ultragpu-1g
    nodes: {{max: 2}}
    zones: [{}]
"""

CHECK = Check(
    id="accelerator-not-in-zone",
    severity=Severity.WARNING,
    summary="The table does not know a pool's GPU in one of its zones",
    why="A node pool in a zone without the GPU stays empty, and its pods stay pending.",
    sources=("https://cloud.google.com/compute/docs/gpus/gpu-regions-zones",),
    bad=_POOL.format("europe-west4-b"),
    good=_POOL.format("europe-west4-a"),
    run=run,
)
