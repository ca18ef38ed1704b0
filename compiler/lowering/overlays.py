"""The kustomization of an application's overlay as an ordered mapping.

Knows neither components nor how YAML is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from compiler.model.manifest import Application, Base

FETCH_TIMEOUT_S = 120
"""What kustomize gives each git command for a remote base, in seconds; its own default of 27 s is too short on small
machines. Source: kubernetes-sigs/kustomize api/internal/git/repospec.go (query parameter `timeout`)."""

_ORDER = ("namespace", "resources", "components", "patches", "images", "configMapGenerator", "secretGenerator")


def remote(base: Base) -> str:
    """Return the URL of a pinned directory as kustomize takes it."""
    return f"{base.repository.removesuffix('.git')}//{base.path}?ref={base.commit}&timeout={FETCH_TIMEOUT_S}s"


ROOT = "../../.."
"""From an overlay's directory to the root of the tree: all of them are three deep, as the contract says."""


def kustomization(application: Application, *, text: Callable[[Mapping[str, Any]], str]) -> dict[str, Any]:
    """Return the overlay's kustomization, its fields in the order in which people read them.

    `text` writes a mapping as YAML (a patch's data).
    """
    overlay = application.overlay
    resources = [remote(base) for base in overlay.bases]
    if application.charts:
        resources.append(f"{ROOT}/generated/{application.cluster}/{application.name}")
    resources += [f"{ROOT}/{include}" for include in overlay.includes]
    fields: dict[str, Any] = {**overlay.fields}
    if resources:
        fields["resources"] = resources
    if "patches" in fields:
        fields["patches"] = [_patch(patch, text) for patch in fields["patches"]]
    ordered = {key: fields[key] for key in _ORDER if fields.get(key)}
    ordered |= {key: value for key, value in sorted(fields.items()) if key not in ordered and value}
    return {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", **ordered}


def _patch(patch: Mapping[str, Any], text: Callable[[Mapping[str, Any]], str]) -> dict[str, Any]:
    body = patch["patch"]
    if isinstance(body, list | tuple):
        body = "".join(_item(text(operation)) for operation in body)
    elif not isinstance(body, str):
        body = text(body)
    return {"target": dict(patch["target"]), "patch": body}


def _item(text: str) -> str:
    """Return the YAML of a mapping as an item of a list."""
    lines = text.splitlines()
    return "".join(f"{'- ' if index == 0 else '  '}{line}".rstrip() + "\n" for index, line in enumerate(lines))
