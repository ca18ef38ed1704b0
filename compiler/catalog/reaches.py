"""Turns a component's `reaches.yaml` into changes of its overlay, for whatever reaches the outside of the cluster.

Each workload gets two: it goes through the cluster's proxy, and it trusts the cluster's own certificate authorities.
Run when overlays are compiled, never when a platform is. Knows no component, no proxy and no authority.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from compiler.catalog.workload_entries import check_keys, pod_spec, workload_patch
from compiler.model import names

_NEEDED = {"workload", "namespace", "container", "because", "source"}
_MAYBE = {"releases", "when", "unless", "local", "trusting"}
_AUTHORITIES = "SSL_CERT_DIR"
"""Where programs in Go look for certificates beside the one file of public ones that their image has.
Source: https://go.dev/src/crypto/x509/root_unix.go (loadSystemRoots reads the first of `certFiles`, then this)."""


def reach_changes(entries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the changes that the entries stand for, as plain data of an overlay.

    Raises: `ValueError` for a key that is missing or unknown.
    """
    return [change for entry in entries for change in _changes(entry)]


def _changes(entry: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    check_keys("reaches.yaml", entry, _NEEDED, _MAYBE)
    frame = {key: entry[key] for key in ("releases", "when", "unless", "because", "source") if key in entry}
    container = {"name": entry["container"], "env": _variables(entry.get("local", ()))}
    yield {**frame, "patches": [workload_patch(entry["workload"], pod_spec(containers=[container]))]}
    yield {**frame, **_trusting(entry)}


def _trusting(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ConfigMap of the authorities and the patch that mounts it; a new one replaces the pods."""
    config_map = names.trust_config_map(entry["workload"].partition("/")[2])
    container = {
        "name": entry["container"],
        "env": [{"name": _AUTHORITIES, "value": names.TRUST_FOLDER}, *entry.get("trusting", ())],
        "volumeMounts": [{"name": names.TRUST, "mountPath": names.TRUST_FOLDER, "readOnly": True}],
    }
    pod = pod_spec(containers=[container], volumes=[{"name": names.TRUST, "configMap": {"name": config_map}}])
    pod["template"]["metadata"] = {"annotations": {names.TRUST_DIGEST: {"$from": "cluster.trust.digest"}}}
    authorities = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": config_map, "namespace": entry["namespace"]},
        "data": {names.TRUST_FILE: {"$from": "cluster.trust.bundle"}},
    }
    return {"objects": [authorities], "patches": [workload_patch(entry["workload"], pod)]}


def _variables(local: Iterable[str]) -> dict[str, Any]:
    """Return the variables of the proxy as a template, with names that only this workload uses of its neighbours."""
    direct = {"$join": [{"$from": "cluster.proxy.noProxy"}, *(f",{name}" for name in local)]}
    return {"$concat": [{"$from": "cluster.proxy.variables"}, [{"name": "NO_PROXY", "value": direct}]]}
