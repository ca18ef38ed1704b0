"""SealedSecrets: Secrets that stand encrypted in Git as the user sealed them, and that an operator opens.

What is sealed cannot be made here, only brought: each comes from the user's file, sound by then. Knows no component.
Source: bitnami-labs/sealed-secrets@helm-v2.18.5 pkg/apis/sealedsecrets/v1alpha1/types.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from compiler.lowering.patches import KEEP
from compiler.model.manifest import Object

API_VERSION = "bitnami.com/v1alpha1"
KIND = "SealedSecret"
_NONE: Mapping[str, str] = MappingProxyType({})
_SERVERS = frozenset({"creationTimestamp"})
"""What kubeseal writes as null and the API server takes for absent; written, it would differ from Git for ever."""


def sealed_secret(written: Mapping[str, Any], annotations: Mapping[str, str] = _NONE) -> Object:
    """Return the object of a user's file. It stays when it leaves Git: its Secret is its own, and would go with it.

    Args: `annotations` are what readers of the Secret find beside its keys; the operator keeps them as Git has them.
    Source: bitnami-labs/sealed-secrets@helm-v2.18.5 pkg/apis/sealedsecrets/v1alpha1/sealedsecret_expansion.go (Unseal).
    """
    metadata = _without_servers(written["metadata"])
    spec = dict(written["spec"])
    template = spec.get("template")
    if isinstance(template, Mapping) and isinstance(template.get("metadata"), Mapping):
        spec["template"] = {**template, "metadata": _without_servers(template["metadata"])}
    if annotations:
        spec["template"] = _annotated(spec.get("template"), annotations)
    return {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "metadata": {**metadata, "annotations": {**(metadata.get("annotations") or {}), **KEEP}},
        "spec": spec,
    }


def _annotated(template: object, annotations: Mapping[str, str]) -> dict[str, Any]:
    made = template if isinstance(template, Mapping) else {}
    metadata = made.get("metadata") or {}
    return {**made, "metadata": {**metadata, "annotations": {**(metadata.get("annotations") or {}), **annotations}}}


def _without_servers(metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in metadata.items() if key not in _SERVERS}
