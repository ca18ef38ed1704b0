"""Kueue places work by topology from the release on that does so without being told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, error
from compiler.model.platform import Cluster, Platform
from compiler.resolve.facts import Facts

_FIRST = (0, 14)
"""First Kueue whose feature gate TopologyAwareScheduling is on by default.
Source: kubernetes-sigs/kueue@v0.14.0 pkg/features/kube_features.go."""


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each pool with a topology whose cluster's Kueue is missing or too old for it."""
    del facts, as_of
    for cluster in platform.clusters:
        # Nothing at all is installed where no versions could be picked: that is another finding.
        if cluster.installations and any(pool.topology for pool in cluster.pools):
            yield from _unplaced(cluster)


def _unplaced(cluster: Cluster) -> Iterator[Diagnostic]:
    from compiler.placement.work import kueue_of

    kueue = kueue_of(cluster)
    if kueue is not None and kueue >= _FIRST:
        return
    first = ".".join(map(str, _FIRST))
    if kueue is None:
        message = f"cluster {cluster.name} has no Kueue"
        way = "add `kueue: {}` to `components`, or remove `topology`"
    else:
        message = f"Kueue {'.'.join(map(str, kueue))} of cluster {cluster.name} has topologies switched off"
        way = f'write `versions: {{kueue: ">={first}"}}`, or remove `topology`'
    for pool in cluster.pools:
        if pool.topology:
            yield error(
                CHECK.id,
                f"{message}, and GPU pool {pool.name} has a topology",
                (*pool.origin, "topology"),
                at_key=True,
                notes=(f"they are on from {first}",),
                help=way,
                sources=CHECK.sources,
            )


_POOL = """\
clusters: [{{name: dev, environment: dev, provider: k3s, kubernetes: "1.33"}}]
versions: {{kubeflow: "26.03", kueue: "{}"}}
components: {{gpu-operator: {{}}, kueue: {{}}}}
gpuPools:
  - name: t4
    cluster: dev
    accelerator: nvidia-t4
    nodes: {{min: 2, max: 2}}
    topology: [example.com/rack]
"""

CHECK = Check(
    id="topology-without-kueue",
    severity=Severity.ERROR,
    summary="A pool has a topology and no Kueue places work by it",
    why="Kueue alone knows topologies. Where they are off it places work anywhere in the pool, or nowhere.",
    sources=("https://kueue.sigs.k8s.io/docs/concepts/topology_aware_scheduling/",),
    bad=_POOL.format("0.13"),
    good=_POOL.format("0.16"),
    run=run,
    misses=("components", "clusters.components", "versions", "clusters.versions"),
)
