"""Turns a component's `sizes.yaml` into changes of its overlay: small clusters ask for less, large ones stay up.

Run when overlays are compiled, never when a platform is. Knows no component: only workloads, autoscalers and budgets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

SIZE = "cluster.size"
SMALL = "small"
AVAILABLE = "ha"
COPIES = 2
"""How many of a workload run where one may fail: one that works and one that takes over."""
_SPREAD = ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
_SMALL = {"workload", "container", "requests"}
_AVAILABLE = {"workload", "namespace", "labels", "because"}
_ALWAYS = {"source"}
_MAYBE = {"releases", "unless", "autoscaler"}


def size_changes(sizes: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Return the changes that the sizes of a component stand for, as plain data of an overlay.

    Raises: `ValueError` for an unknown size, and for a key that is missing or unknown.
    """
    if unknown := sorted(set(sizes) - {SMALL, AVAILABLE}):
        raise ValueError(f"sizes.yaml has no {', '.join(unknown)}")
    small = [_checked(entry, _SMALL, set()) for entry in sizes.get(SMALL, ())]
    available = [_checked(entry, _AVAILABLE, {"budget"}) for entry in sizes.get(AVAILABLE, ())]
    return [*map(_smaller, small), *map(_available, available)]


def _checked(entry: Mapping[str, Any], needed: set[str], more: set[str]) -> Mapping[str, Any]:
    wrong = sorted(set(entry) - needed - _ALWAYS - _MAYBE - more) or sorted((needed | _ALWAYS) - set(entry))
    if wrong:
        raise ValueError(f"sizes.yaml: an entry lacks or must not have {', '.join(wrong)}")
    return entry


def _smaller(entry: Mapping[str, Any]) -> dict[str, Any]:
    container = {"name": entry["container"], "resources": {"requests": dict(entry["requests"])}}
    patches = [_workload(entry, {"template": {"spec": {"containers": [container]}}})]
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
    patches = [_workload(entry, {**copies, "template": {"spec": {"topologySpreadConstraints": spread}}})]
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


def _workload(entry: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    kind, _, name = entry["workload"].partition("/")
    body = {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}
    return {"target": {"kind": kind, "name": name}, "patch": body}


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
