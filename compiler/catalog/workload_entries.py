"""What entries of a component's files say of one workload: their keys, and the patch that changes it.

Run when overlays are compiled, never when a platform is. Knows no component and no key's meaning but the workload's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any


def check_keys(file: str, entry: Mapping[str, Any], needed: Collection[str], optional: Collection[str]) -> None:
    """Check that an entry has all that it needs and nothing unknown.

    Raises: `ValueError` that names the file and the keys, unknown ones before missing ones.
    """
    wrong = sorted({*entry} - {*needed} - {*optional}) or sorted({*needed} - {*entry})
    if wrong:
        raise ValueError(f"{file}: an entry lacks or must not have {', '.join(wrong)}")


def workload_patch(workload: str, spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return the patch that merges `spec` into the workload written as `Kind/name`."""
    kind, _, name = workload.partition("/")
    body = {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}
    return {"target": {"kind": kind, "name": name}, "patch": body}


def pod_spec(**fields: object) -> dict[str, Any]:
    """Return the part of a workload that says these fields of its pods."""
    return {"template": {"spec": fields}}
