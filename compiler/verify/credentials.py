"""Whether a rendering holds a password that everybody can read in upstream's repositories.

The passwords are those that the components' overlays list as known; knows neither files nor clusters.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from compiler.catalog.overlay import load_overlays
from compiler.lowering.patches import HASH

_DISTINCT = re.compile(r"(?=.*[0-9]).{8,}")
"""What no word is: such a known password is looked for everywhere, `test` and `postgres` in their own Secrets only."""


@cache
def _known() -> Mapping[str, frozenset[str]]:
    """Return the public values of each Secret by its name, those of secrets with a name of the user's left out."""
    found: dict[str, set[str]] = {}
    for overlay in load_overlays().values():
        for secret in overlay.secrets:
            if isinstance(secret.name, str):
                found.setdefault(secret.name, set()).update(secret.known)
    return {name: frozenset(values) for name, values in found.items() if values}


def default_credentials(manifest: Mapping[str, Any]) -> list[str]:
    """Return the places in an object that hold a known password, as paths of keys, sorted.

    In its own Secret every known value counts; anywhere else only those that are too odd to mean something else.
    """
    everywhere = {value for values in _known().values() for value in values if _DISTINCT.fullmatch(value)}
    own: frozenset[str] = frozenset()
    if manifest.get("kind") == "Secret":
        own = _known().get(HASH.sub("", str(manifest["metadata"]["name"])), frozenset())
    return sorted(
        path
        for path, text in _texts(manifest)
        if text in own or any(_holds(text, value) for value in everywhere if value in text)
    )


def _holds(text: str, value: str) -> bool:
    """Return whether the value stands in the text as a word of its own."""
    return re.search(rf"(?<![0-9A-Za-z]){re.escape(value)}(?![0-9A-Za-z])", text) is not None


def _texts(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield every text of an object with its path, what a Secret holds in base64 decoded."""
    if manifest.get("kind") == "Secret":
        for key, value in (manifest.get("data") or {}).items():
            yield f"data.{key}", _decoded(value)
        manifest = {key: value for key, value in manifest.items() if key != "data"}
    yield from _walk("", manifest)


def _decoded(value: object) -> str:
    try:
        return base64.b64decode(str(value), validate=True).decode(errors="replace").strip()
    except (binascii.Error, ValueError):
        return str(value)


def _walk(path: str, value: object) -> Iterator[tuple[str, str]]:
    items: Iterable[tuple[object, object]] = ()
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        items = value.items()
    elif isinstance(value, list | tuple):
        items = enumerate(value)
    for key, inner in items:
        yield from _walk(f"{path}.{key}" if path else str(key), inner)
