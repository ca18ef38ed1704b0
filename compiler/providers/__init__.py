"""What differs between kinds of clusters, one module each with one `PROVIDER`; pure data and functions."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiler.providers.base import Provider

_NO_RIB = frozenset({"base"})


class Providers(Mapping[str, "Provider"]):
    """The providers by id, found by scanning this folder; a module is imported when it is asked for.

    Raises `ValueError` for a module without a `PROVIDER` whose id is the module's name.
    """

    def __init__(self) -> None:
        self._ids = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name not in _NO_RIB)

    def __getitem__(self, id: str) -> Provider:
        if id not in self._ids:
            raise KeyError(id)
        found: Provider | None = getattr(import_module(f"{__name__}.{id}"), "PROVIDER", None)
        if found is None or found.id != id:
            raise ValueError(f"providers/{id}.py has no PROVIDER with id {id}")
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)
