"""What the platform's own components ask of a cluster's nodes before anybody works on it: processors and memory.

From what the importer found in each release, and what the cluster's size makes of that. Knows neither teams nor
options: a database that is elsewhere still counts, so a sum is never too small for what upstream and a size ask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from compiler.catalog.overlay import Change, overlay_of
from compiler.model.footprint import Footprint
from compiler.model.platform import Cluster, Installation
from compiler.model.release import ProductRelease, Workload
from compiler.resolve.quantities import amount

_SIZE = "cluster.size"
_MEBI = 2**20


def footprint(cluster: Cluster, release: Callable[[str, str], ProductRelease], size: str | None = None) -> Footprint:
    """Return what everything asks that is installed on a cluster; what is there already is not counted.

    `release` returns the release of a product by its version. With `size` the cluster's own is left aside.
    """
    size = size or cluster.parameters.get("size")
    ours = [
        each
        for each in cluster.installations
        if each.existing is None and overlay_of(each.component).replaced_by(each.product_version) is None
    ]
    releases = {each.component: release(each.product, each.product_version).components[each.component] for each in ours}
    proxy = next((one.proxy_requests for one in releases.values() if one.proxy_requests), {})
    total, each_node = [0, 0], [0, 0]
    pods = 0
    silent: list[str] = []
    for installation in ours:
        for workload in _sized(releases[installation.component].workloads, installation, size):
            cpu, memory = _pod(workload, proxy)
            copies = 1 if workload.each_node else workload.copies
            into = each_node if workload.each_node else total
            into[0] += copies * cpu
            into[1] += copies * memory
            pods += 0 if workload.each_node else copies
            silent += [
                f"{installation.component}: {workload.workload} {name}"
                for name, asked in workload.containers.items()
                if not {"cpu", "memory"} <= asked.keys()
            ]
    unknown = tuple(each.component for each in ours if releases[each.component].chart is not None)
    return Footprint(total[0], total[1], each_node[0], each_node[1], pods, tuple(silent), unknown)


def _pod(workload: Workload, proxy: Mapping[str, str]) -> tuple[int, int]:
    """Return what one pod asks: the sum of what lasts, or what runs before it where that is more."""
    lasting = [*workload.containers.values(), *([proxy] if workload.proxied else [])]
    cpu = max(sum(map(_cpu, lasting)), *map(_cpu, workload.first.values()), 0)
    memory = max(sum(map(_memory, lasting)), *map(_memory, workload.first.values()), 0)
    return cpu, memory


def _cpu(asked: Mapping[str, str]) -> int:
    return round(1000 * (amount(asked.get("cpu", "0")) or 0))


def _memory(asked: Mapping[str, str]) -> int:
    return -int(-(amount(asked.get("memory", "0")) or 0) // _MEBI)


def _sized(workloads: tuple[Workload, ...], installation: Installation, size: str | None) -> Iterator[Workload]:
    """Yield the workloads as a size's changes of the overlay leave them."""
    changes = [
        change
        for change in overlay_of(installation.component).changes_in(installation.product_version)
        if size is not None and change.when == {_SIZE: [size]}
    ]
    for workload in workloads:
        sized = workload
        for change in changes:
            if any(_hits(patch["target"], workload) for patch in change.patches):
                sized = _changed(sized, change)
        yield sized


def _hits(target: Mapping[str, str], workload: Workload) -> bool:
    return f"{target.get('kind')}/{target.get('name')}" == workload.workload


def _changed(workload: Workload, change: Change) -> Workload:
    """Return a workload after one change of a size: other requests of a container, or another number of copies."""
    containers, copies = dict(workload.containers), workload.copies
    for patch in change.patches:
        body = patch["patch"]
        if isinstance(body, Mapping):
            spec: Mapping[str, Any] = body["spec"]
            copies = spec.get("replicas", copies)
            for one in spec.get("template", {}).get("spec", {}).get("containers", ()):
                asked = one.get("resources", {}).get("requests", {})
                containers[one["name"]] = {**containers.get(one["name"], {}), **asked}
        else:
            # An autoscaler of the workload: how few copies it keeps, or how many at most.
            for operation in body:
                if operation["path"] == "/spec/minReplicas":
                    copies = max(copies, operation["value"])
                elif operation["path"] == "/spec/maxReplicas":
                    copies = min(copies, operation["value"])
    return Workload(
        workload.workload, copies, containers, workload.first, each_node=workload.each_node, proxied=workload.proxied
    )
