"""By which labels Kueue places the work of a pool: levels that differ, that nodes carry, and nodes that are there.

Knows no team and no Kueue; which release places by topology is a check.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from compiler.diagnostics.model import Diagnostic, Label, error, warning
from compiler.diagnostics.suggest import nearest
from compiler.model import names
from compiler.providers.base import Provider

if TYPE_CHECKING:
    from compiler.spec.gpu_pool import GpuPoolSpec

_MOST = 16
"""Most levels of a Topology. Source: kubernetes-sigs/kueue@v0.19.2 config/components/crd/bases, topologies."""
_SOURCE = "https://kueue.sigs.k8s.io/docs/concepts/topology_aware_scheduling/"


def topology_findings(spec: GpuPoolSpec, provider: Provider) -> Iterator[Diagnostic]:
    """Yield `topology-of-scaled-pool`, `bad-topology-level` and `unknown-topology-level` for a pool with a topology."""
    if spec.nodes.min != spec.nodes.max:
        yield error(
            "topology-of-scaled-pool",
            f"GPU pool {spec.name} has a topology, and its nodes come and go",
            (*spec.origin, "nodes"),
            notes=("Kueue admits no work for nodes that are not there, so none is ever added",),
            help=f"write `nodes: {{min: {spec.nodes.max}, max: {spec.nodes.max}}}`, or remove `topology`",
            sources=(f"{_SOURCE}#clusterautoscaler-support",),
        )
    yield from _bad_levels(spec)
    known = provider.topology_labels
    for index, label in enumerate(spec.topology if known else ()):
        if label not in known and label != names.NODE_LEVEL:
            near = nearest(label, known, 1)
            yield warning(
                "unknown-topology-level",
                f"nodes of {provider.title} are not known to carry {label}, a level of GPU pool {spec.name}",
                (*spec.origin, "topology", index),
                notes=("Kueue passes over nodes that lack one of the labels",),
                help=(f"did you mean {near[0]}? " if near else "")
                + f"they carry {', '.join(known)}; or label the nodes yourself and say so with "
                "`# compiler: allow unknown-topology-level because REASON`",
                sources=(_SOURCE,),
            )


def _bad_levels(spec: GpuPoolSpec) -> Iterator[Diagnostic]:
    levels, own = spec.topology, (*spec.origin, "topology")
    for index, label in enumerate(levels):
        before = levels.index(label)
        if before != index:
            yield error(
                "bad-topology-level",
                f"the topology of GPU pool {spec.name} names {label} twice",
                (*own, index),
                related=(Label((*own, before), "first named here"),),
                help="remove this one, or write the label that is meant",
                sources=(_SOURCE,),
            )
        elif label == names.NODE_LEVEL and index + 1 < len(levels):
            yield error(
                "bad-topology-level",
                f"the topology of GPU pool {spec.name} goes on below the single node",
                (*own, index),
                help=f"remove {label}: it is always the last level",
                sources=(_SOURCE,),
            )
    count = len({*levels, names.NODE_LEVEL})
    if count > _MOST:
        yield error(
            "bad-topology-level",
            f"the topology of GPU pool {spec.name} has {count} levels with the single node, Kueue takes {_MOST}",
            own,
            at_key=True,
            help="remove the levels by which no job is placed",
            sources=(_SOURCE,),
        )
