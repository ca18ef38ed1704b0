"""Nodes show their GPUs to Kubernetes only once a device plugin runs on them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Label, Severity, info, warning
from compiler.model import names
from compiler.model.platform import Cluster, GpuPool, Platform
from compiler.placement.devices import server_of, unserved
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield for each cluster and device that nobody serves a finding at the first pool that has it.

    It is a warning where a component could serve it, and an info where only people can.
    """
    del facts, as_of
    for cluster in platform.clusters:
        # Nothing at all is installed where no versions could be picked: that is another finding.
        if cluster.pools and cluster.installations:
            for device, pools in unserved(cluster).items():
                yield _unserved(device, pools, cluster)


def _unserved(device: str, pools: list[GpuPool], cluster: Cluster) -> Diagnostic:
    first, *others = pools
    component = server_of(first, cluster).component
    more = f" and of {len(others)} more" if others else ""
    message = f"nothing installs a device plugin for the GPUs of GPU pool {first.name}{more} on cluster {cluster.name}"
    own = f"install a device plugin for {device} there yourself"
    if component is None:
        tell, way = info, own
    else:
        tell = warning
        way = (
            f"add `{component}: {{}}` to `components` of cluster {cluster.name} (`{{existing: VERSION}}` if it is "
            f"there already), or {own} and say so with `# compiler: allow {CHECK.id} because REASON`"
        )
    return tell(
        CHECK.id,
        message,
        (*first.origin, "cluster"),
        related=tuple(Label((*pool.origin, "cluster"), "this pool too") for pool in others[:_MOST_TOLD]),
        notes=(
            f"until one runs there and tolerates `{names.POOL_KEY}`, no node has {device}: pods that ask for it wait",
        ),
        help=way,
        sources=CHECK.sources,
    )


_MOST_TOLD = 5

_POOL = """\
distribution: none
clusters:
  - name: gpu
    environment: dev
    provider: aks
    kubernetes: "1.35"
    region: westeurope
    components: {{{}}}
gpuPools:
  - {{name: t4, cluster: gpu, accelerator: nvidia-t4, machineType: Standard_NC4as_T4_v3, nodes: {{max: 2}}}}
"""

CHECK = Check(
    id="gpu-without-device-plugin",
    severity=Severity.WARNING,
    summary="Nothing installs a device plugin for the GPUs of a pool",
    why="Node images bring the driver at most. Without a device plugin the nodes start, cost money and show no GPU; "
    "everything else looks right.",
    sources=(
        "https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/",
        "https://docs.aws.amazon.com/eks/latest/userguide/ml-eks-optimized-ami.html",
        "https://learn.microsoft.com/azure/aks/use-nvidia-gpu",
    ),
    bad=_POOL.format(""),
    good=_POOL.format("gpu-operator: {}"),
    run=run,
    misses=("components", "clusters.components"),
)
