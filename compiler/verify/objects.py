"""What is wrong with rendered objects regardless of any schema: shape, names, owners; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from compiler.model.manifest import Identity

_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
_RBAC_NAME = re.compile(r"[^/%]+")
_LOOSE_KINDS = frozenset({"ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"})
"""Kinds whose names are path segments, not DNS names (Kubernetes, "Object Names and IDs")."""


def malformation(manifest: object) -> str | None:
    """Return why something is no Kubernetes object, or nothing."""
    if not isinstance(manifest, Mapping):
        return "it is no mapping"
    for key in ("apiVersion", "kind"):
        if not isinstance(manifest.get(key), str) or not manifest[key]:
            return f"it has no {key}"
    metadata = manifest.get("metadata")
    if not isinstance(metadata, Mapping):
        return "it has no metadata"
    name = metadata.get("name")
    if not isinstance(name, str) or not name:
        return "it has no name (generateName makes a new object with every sync)"
    pattern = _RBAC_NAME if manifest["kind"] in _LOOSE_KINDS else _NAME
    if len(name) > 253 or not pattern.fullmatch(name):
        return f"{name!r} is no valid name"
    for field in ("labels", "annotations"):
        for key, value in (metadata.get(field) or {}).items():
            if not isinstance(value, str):
                return f"{field}.{key} is {value!r}, not text"
    return None


def duplicates(
    applications: Mapping[str, Iterable[Mapping[str, Any]]],
) -> dict[Identity, list[str]]:
    """Return the objects that more than one application of a cluster holds, or one holds twice, with the holders."""
    owners: dict[Identity, list[str]] = {}
    for application in sorted(applications):
        for manifest in applications[application]:
            owners.setdefault(Identity.of(manifest), []).append(application)
    return {identity: holders for identity, holders in sorted(owners.items()) if len(holders) > 1}
