"""Where a user keeps a Secret that stands encrypted in Git; and with which backends; knows not what is in it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

FOLDER = "secrets"
"""Beside the platform file. The user's own: no build writes or deletes anything below it."""

ENCRYPTED_BACKENDS = frozenset({"sealed-secrets", "sops"})
"""The secrets backends with which there are such files."""

Encrypted = Mapping[tuple[str, str], Mapping[str, Any]]
"""What stands in encrypted files, by the namespace and name of their Secrets."""
NONE_ENCRYPTED: Encrypted = MappingProxyType({})


def secret_file(cluster: str, namespace: str, name: str) -> str:
    """Return the path of a Secret's encrypted file from the platform file's folder."""
    return f"{FOLDER}/{cluster}/{namespace}/{name}.yaml"


def secret_folder(cluster: str) -> str:
    """Return the folder of a cluster's encrypted files, with `/` at its end."""
    return f"{FOLDER}/{cluster}/"
