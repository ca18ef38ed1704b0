"""The form of ExternalSecrets: what a Secret becomes where External Secrets fetches it from a company's store.

Every field that the API server would fill in is written, so that nothing differs from Git afterwards. Knows no
component and no team.
Source: external-secrets/external-secrets@v2.9.0 apis/externalsecrets/v1/externalsecret_types.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compiler.model.manifest import Object
from compiler.model.platform import SecretsBackend

V1 = (0, 16)
"""First release that serves `external-secrets.io/v1`; 0.17 no longer serves `v1beta1`."""
REFRESH = "1h0m0s"
"""How often the store is asked, as the API server itself would write it."""


def external_secret(namespace: str, name: str, spec: Mapping[str, Any], api: str) -> Object:
    """Return an ExternalSecret; `api` is the version that the installed operator serves."""
    target = {"creationPolicy": "Owner", "deletionPolicy": "Retain", **spec["target"]}
    return {
        "apiVersion": f"external-secrets.io/{api}",
        "kind": "ExternalSecret",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {**spec, "target": target},
    }


def store_of(backend: SecretsBackend) -> dict[str, str] | None:
    """Return the reference to the backend's store; nothing where the backend has none."""
    if backend.store_kind is None or backend.store_name is None:
        return None
    return {"kind": backend.store_kind, "name": backend.store_name}


def fetched(key: str, entry: str, part: str | None = None) -> dict[str, Any]:
    """Return the item that fills a key from an entry of the store, or from one part of it."""
    reference = {"key": entry, "conversionStrategy": "Default", "decodingStrategy": "None", "metadataPolicy": "None"}
    return {"secretKey": key, "remoteRef": reference | ({} if part is None else {"property": part})}


def template(*, merge: bool, **fields: Any) -> dict[str, Any]:
    """Return how the Secret is made of what was fetched; with `merge`, beside it."""
    return {"engineVersion": "v2", "mergePolicy": "Merge" if merge else "Replace", **fields}
