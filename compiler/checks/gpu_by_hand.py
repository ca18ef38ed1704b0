"""Some kinds of clusters have no option for GPUs; people must bring them in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, info
from compiler.model.platform import Platform
from compiler.providers import Providers
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an info for each pool on a kind of cluster that knows nothing of GPUs."""
    del facts, as_of
    providers = Providers()
    for cluster in platform.clusters:
        for pool in cluster.pools:
            provider = providers[cluster.provider]
            if provider.gpu_by_hand is not None:
                yield info(
                    CHECK.id,
                    f"GPUs of GPU pool {pool.name} on {provider.title} need a hand: {provider.gpu_by_hand}",
                    (*pool.origin, "cluster"),
                    help="make the cluster so, or put the pool on another",
                    sources=provider.sources,
                )


_POOL = """\
distribution: none
clusters: [{{name: dev, environment: dev, provider: {}, kubernetes: "1.35"}}]
components: {{gpu-operator: {{}}}}
gpuPools: [{{name: t4, cluster: dev, accelerator: nvidia-t4, nodes: {{max: 1}}}}]
"""

CHECK = Check(
    id="gpu-by-hand",
    severity=Severity.INFO,
    summary="A kind of cluster has no option for GPUs",
    why="Its nodes have GPUs only after work by hand; until then pods that ask for one stay pending.",
    sources=("https://kind.sigs.k8s.io/docs/user/configuration/", "https://github.com/NVIDIA/nvkind"),
    bad=_POOL.format("kind"),
    good=_POOL.format("k3s"),
    run=run,
)
