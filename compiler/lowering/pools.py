"""The application of a cluster's GPU pools: what Kueue and the API server must know of them.

Puts together what other modules write; the nodes themselves are no business of this module.
"""

from __future__ import annotations

from collections.abc import Sequence

from compiler.lowering.admission import pool_access_policies
from compiler.lowering.context import TenantContext
from compiler.lowering.queues import pool_objects
from compiler.model import names
from compiler.model.manifest import Application, Chart, Object, Overlay
from compiler.model.platform import GpuPool

_ORIGIN = "gpuPools"


def lower_pools(pools: Sequence[GpuPool], context: TenantContext) -> Application | None:
    """Return the application of a cluster's pools, or `None` if there is nothing to say about them.

    Reads no team: a team's permission is a label on its namespaces, its share is in its own queue, so an edited
    team leaves this application as it is.
    """
    if not pools:
        return None
    files: dict[str, list[Object]] = {
        "queues.yaml": pool_objects(pools, context),
        "admission.yaml": pool_access_policies(pools, context),
    }
    charts = tuple(Chart(file, tuple(objects), _ORIGIN) for file, objects in files.items() if objects)
    if not charts:
        return None
    return Application(context.cluster, names.GPU_POOLS_APPLICATION, _ORIGIN, charts, Overlay())
