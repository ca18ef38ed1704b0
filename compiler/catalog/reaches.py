"""Turns a component's `reaches.yaml` into changes of its overlay: which workloads go through the cluster's proxy.

Run when overlays are compiled, never when a platform is. Knows no component and no proxy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from compiler.catalog.workload_entries import check_keys, pod_spec, workload_patch

_NEEDED = {"workload", "container", "because", "source"}
_MAYBE = {"releases", "when", "unless", "local"}


def reach_changes(entries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the changes that the entries stand for, as plain data of an overlay.

    Raises: `ValueError` for a key that is missing or unknown.
    """
    return [_change(entry) for entry in entries]


def _change(entry: Mapping[str, Any]) -> dict[str, Any]:
    check_keys("reaches.yaml", entry, _NEEDED, _MAYBE)
    container = {"name": entry["container"], "env": _variables(entry.get("local", ()))}
    return {
        **{key: entry[key] for key in ("releases", "when", "unless", "because", "source") if key in entry},
        "patches": [workload_patch(entry["workload"], pod_spec(containers=[container]))],
    }


def _variables(local: Iterable[str]) -> dict[str, Any]:
    """Return the variables of the proxy as a template, with names that only this workload uses of its neighbours."""
    direct = {"$join": [{"$from": "cluster.proxy.noProxy"}, *(f",{name}" for name in local)]}
    return {"$concat": [{"$from": "cluster.proxy.variables"}, [{"name": "NO_PROXY", "value": direct}]]}
