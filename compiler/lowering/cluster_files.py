"""The directory of what people run from outside to get a cluster and its nodes; Argo CD never reads it.

What creates a cluster of a kind is its provider's; files of GPU pools are made in `node_files`.
"""

from __future__ import annotations

from compiler.lowering.cluster_guide import guide
from compiler.lowering.node_files import node_files
from compiler.model import names
from compiler.model.manifest import Application, Overlay
from compiler.providers import creation
from compiler.providers.base.creation import Content, Order

GUIDE = "README.md"


def lower_cluster_files(order: Order) -> Application | None:
    """Return the directory; `None` where there is nothing to run."""
    cluster = order.cluster
    pools = node_files(order)
    files: dict[str, Content] = {}
    if creation(cluster.provider).creates:
        files |= creation(cluster.provider).files(order)
        files[GUIDE] = guide(order, sorted([*files, *pools]))
    if not files and not pools:
        return None
    return Application(
        cluster.name,
        names.CLUSTER_DIRECTORY,
        f"clusters.{cluster.name}",
        (),
        Overlay(),
        files=files | pools,
        origins=dict.fromkeys(pools, "gpuPools"),
    )
