"""Turns a component's `sizes.yaml` into changes of its overlay: small clusters ask for less, large ones stay up.

Run when overlays are compiled, never when a platform is. Knows no component: only workloads, autoscalers and budgets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from compiler.catalog.workload_entries import check_keys, pod_spec, workload_patch

SIZE = "cluster.size"
SMALL = "small"
AVAILABLE = "ha"
COPIES = 2
"""How many of a workload run where one may fail: one that works and one that takes over."""
_SPREAD = ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
_SMALL = {"workload", "container", "requests", "source"}
_AVAILABLE = {"workload", "namespace", "labels", "because", "source"}
_MAYBE = {"releases", "unless", "autoscaler"}


def size_changes(sizes: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Return the changes that the sizes of a component stand for, as plain data of an overlay.

    Raises: `ValueError` for an unknown size, and for a key that is missing or unknown.
    """
    if unknown := sorted(set(sizes) - {SMALL, AVAILABLE}):
        raise ValueError(f"sizes.yaml has no {', '.join(unknown)}")
    for entry in sizes.get(SMALL, ()):
        check_keys("sizes.yaml", entry, _SMALL, _MAYBE)
    for entry in sizes.get(AVAILABLE, ()):
        check_keys("sizes.yaml", entry, _AVAILABLE, {*_MAYBE, "budget"})
    return [*map(_smaller, sizes.get(SMALL, ())), *map(_available, sizes.get(AVAILABLE, ()))]


def _smaller(entry: Mapping[str, Any]) -> dict[str, Any]:
    container = {"name": entry["container"], "resources": {"requests": dict(entry["requests"])}}
    patches = [workload_patch(entry["workload"], pod_spec(containers=[container]))]
    if "autoscaler" in entry:
        # With so small a request every load is a large share of it, and copies would take what was saved.
        patches.append(_set(_scaler(entry), "/spec/maxReplicas", 1))
    return {**_frame(entry, SMALL), "because": "a small cluster has no room for what upstream asks", "patches": patches}


def _available(entry: Mapping[str, Any]) -> dict[str, Any]:
    spread = [
        {
            "topologyKey": key,
            "maxSkew": 1,
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": dict(entry["labels"])},
        }
        for key in _SPREAD
    ]
    # An autoscaler would fight a number of replicas that stands in Git.
    copies = {} if "autoscaler" in entry else {"replicas": COPIES}
    patches = [workload_patch(entry["workload"], {**copies, **pod_spec(topologySpreadConstraints=spread)})]
    if "autoscaler" in entry:
        patches.append(_set(_scaler(entry), "/spec/minReplicas", COPIES))
    change: dict[str, Any] = {**_frame(entry, AVAILABLE), "because": entry["because"], "patches": patches}
    if "budget" in entry:
        patches.append(_set({"kind": "PodDisruptionBudget", "name": entry["budget"]}, "/spec/minAvailable", 1))
        return change
    return {**change, "objects": [_budget(entry)]}


def _frame(entry: Mapping[str, Any], size: str) -> dict[str, Any]:
    return {
        **{key: entry[key] for key in ("releases", "unless") if key in entry},
        "when": {SIZE: [size]},
        "source": entry["source"],
    }


def _scaler(entry: Mapping[str, Any]) -> dict[str, str]:
    return {"kind": "HorizontalPodAutoscaler", "name": entry["autoscaler"]}


def _set(target: Mapping[str, str], path: str, value: int) -> dict[str, Any]:
    return {"target": dict(target), "patch": [{"op": "replace", "path": path, "value": value}]}


def _budget(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": entry["workload"].partition("/")[2], "namespace": entry["namespace"]},
        "spec": {"maxUnavailable": 1, "selector": {"matchLabels": dict(entry["labels"])}},
    }
