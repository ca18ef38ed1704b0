"""Namespaces of no team: their limits, who reaches them, and that no GPU is used there.

They are in no mesh and have no Profile: what people reach in them they reach through the API server, and from the
namespaces of the teams that have access.
"""

from __future__ import annotations

from collections.abc import Sequence

from compiler.lowering.context import TenantContext
from compiler.lowering.network import isolation
from compiler.lowering.patches import KEEP
from compiler.lowering.quotas import gpu_limits, hard_limits, limit_range, resource_quota
from compiler.lowering.rbac import contributor_objects, contributors
from compiler.lowering.tenants import NAMESPACE_WAVE, namespace_labels
from compiler.model import names
from compiler.model.manifest import Application, Chart, Object, Overlay
from compiler.model.platform import SharedNamespace


def lower_shared_namespaces(namespaces: Sequence[SharedNamespace], context: TenantContext) -> Application | None:
    """Return the application of a cluster's shared namespaces, one file each; `None` if there are none."""
    if not namespaces:
        return None
    gpus = gpu_limits((), context)
    charts = tuple(
        Chart(
            names.namespace_file(shared.namespace.name),
            tuple(_objects(shared, gpus, context)),
            f"namespaces.{shared.namespace.name}",
        )
        for shared in namespaces
    )
    return Application(context.cluster, names.SHARED_NAMESPACES_APPLICATION, "namespaces", charts, Overlay())


def _objects(shared: SharedNamespace, gpus: dict[str, str], context: TenantContext) -> list[Object]:
    name = shared.namespace.name
    # Without a mesh no privileged init container is injected, whatever the release.
    labels = {**namespace_labels("shared", context), "pod-security.kubernetes.io/enforce": "baseline"}
    if context.has_istio:
        labels["istio-injection"] = "disabled"
    objects: list[Object] = [
        {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {
                "name": name,
                "annotations": {**KEEP, names.SYNC_WAVE: NAMESPACE_WAVE},
                "labels": {key: labels[key] for key in sorted(labels)},
            },
        }
    ]
    members = contributors((member for access in shared.access for member in access.members), context)
    objects += contributor_objects(name, members, context, in_mesh=False)
    hard = hard_limits(shared.namespace.quota, gpus)
    if hard:
        objects.append(resource_quota(name, hard))
    limits = limit_range(name, shared.namespace.quota)
    if limits is not None:
        objects.append(limits)
    objects.append(isolation(name, (access.team for access in shared.access)))
    return objects
