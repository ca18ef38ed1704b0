"""Kueue queues a kind of work only from the release on that knows it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, warning
from compiler.model.platform import Cluster, Platform
from compiler.placement.screen import QUEUES_EVERYTHING
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each cluster with claims whose Kueue is too old for a kind of work there."""
    del facts, as_of
    for cluster in platform.clusters:
        if cluster.pools and any(tenant.claims for tenant in cluster.tenants):
            yield from _unqueued(cluster)


def _unqueued(cluster: Cluster) -> Iterator[Diagnostic]:
    component = cluster.installed.get("kueue")
    version = component.running if component is not None else None
    if component is None or version is None:
        return
    kueue = tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())
    if kueue >= QUEUES_EVERYTHING:
        return
    from compiler.placement.work import kinds_of

    late = [kind for kind in kinds_of(cluster) if kind.framework is not None and kueue < kind.queued_since]
    if not late:
        return
    names = ", ".join(f"{kind.name}s" for kind in late)
    since = ".".join(map(str, max(kind.queued_since for kind in late)))
    yield warning(
        CHECK.id,
        f"Kueue {'.'.join(map(str, kueue))} does not queue {names} on cluster {cluster.name}",
        component.origin,
        at_key=True,
        notes=("what is not queued gets no selector and no tolerations of a pool, so it finds no node by itself",),
        help=f'write `versions: {{kueue: ">={since}"}}` for cluster {cluster.name}'
        if component.existing is None
        else f"upgrade the Kueue of cluster {cluster.name} to {since} or newer",
        sources=CHECK.sources,
    )


_TEAM = """\
clusters: [{{name: dev, environment: dev, provider: k3s, kubernetes: "1.33"}}]
versions: {{kubeflow: "26.03", kueue: "{}"}}
components: {{gpu-operator: {{}}}}
gpuPools: [{{name: t4, cluster: dev, accelerator: nvidia-t4, nodes: {{max: 4}}}}]
teams:
  - name: vision
    owner: {{user: alice@acme.com}}
    namespaces: [{{name: vision, clusters: [dev]}}]
    gpus: [{{pool: t4, nominal: 2}}]
"""

CHECK = Check(
    id="work-not-queued",
    severity=Severity.WARNING,
    summary="The cluster's Kueue is too old for a kind of work that teams with GPUs run there",
    why="Kueue gives work the selector and tolerations of a pool when it admits it. What it does not know passes "
    "by the queue, finds no node, and counts in no team's share.",
    sources=("https://github.com/kubernetes-sigs/kueue/tree/v0.14.8/pkg/controller/jobs/trainjob",),
    bad=_TEAM.format("0.13"),
    good=_TEAM.format("0.16"),
    run=run,
)
