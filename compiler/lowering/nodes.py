"""The application with the objects from which a cluster's autoscaler makes the nodes of GPU pools.

What those objects are is the provider's. Nodes that Terraform makes, or people by hand, are described in
`node_files`. Knows nothing of queues and teams.
"""

from __future__ import annotations

from compiler.model import names
from compiler.model.manifest import Application, Chart, Overlay
from compiler.providers import creation
from compiler.providers.base.creation import Order

_ORIGIN = "gpuPools"


def lower_nodes(order: Order) -> Application | None:
    """Return the application with what makes nodes, or `None` where nothing in the cluster does.

    It stands apart from queues and policies: where the autoscaler's kinds are missing, those still sync.
    """
    cluster = order.cluster
    objects = tuple(creation(cluster.provider).node_objects(order)) if order.pools else ()
    if not objects:
        return None
    return Application(
        cluster.name, names.GPU_NODES_APPLICATION, _ORIGIN, (Chart("nodes.yaml", objects, _ORIGIN),), Overlay()
    )
