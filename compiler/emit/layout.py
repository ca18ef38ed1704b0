"""Where output stands: the only place that knows paths of generated files and overlays.

Knows nothing of how a file's text is made.
"""

from __future__ import annotations

GENERATED = "generated"
OVERLAYS = "overlays"
INVENTORY = f"{GENERATED}/inventory.json"
LOCK = "platform.lock.yaml"
SCHEMA = "schemas/platform.schema.json"
KUSTOMIZATION = "kustomization.yaml"
VALUES = "values.yaml"


def generated_directory(cluster: str, application: str) -> str:
    """Return the directory of what cdk8s made for one application."""
    return f"{GENERATED}/{cluster}/{application}"


def overlay_directory(cluster: str, application: str) -> str:
    """Return the directory that Argo CD syncs for one application."""
    return f"{OVERLAYS}/{cluster}/{application}"


def unit_of(path: str) -> str:
    """Return `cluster/application` for a file of an application, and nothing for the files of the whole tree."""
    parts = path.split("/")
    return f"{parts[1]}/{parts[2]}" if len(parts) > 3 and parts[0] in (GENERATED, OVERLAYS) else ""
