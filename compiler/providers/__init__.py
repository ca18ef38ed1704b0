"""What differs between kinds of clusters, one module or folder each; pure data and functions.

Each has one `PROVIDER`, what every run needs to know of it. How its clusters and nodes are made stands beside that,
in a module `creation` with one `CREATION`, which only a build reads.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiler.providers.base import Provider
    from compiler.providers.base.creation import Creation

_NO_RIB = frozenset({"base"})


class Providers(Mapping[str, "Provider"]):
    """The providers by id, found by scanning this folder; a module is imported when it is asked for.

    Raises `ValueError` for a module without a `PROVIDER` whose id is the module's name.
    """

    def __init__(self) -> None:
        self._ids = _scan()

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


@cache
def _scan() -> tuple[str, ...]:
    """Return the ids, by one look at the folder for each process: units of every cluster ask again."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name not in _NO_RIB))


@cache
def creation(id: str) -> Creation:
    """Return how clusters of a provider come to be; of one without a module `creation` nothing is made.

    Raises `KeyError` for an unknown provider, `TypeError` for a module without `CREATION`.
    """
    from compiler.providers.base.creation import Creation  # a check has no need of it

    package = f"{__name__}.{Providers()[id].id}"
    if not hasattr(import_module(package), "__path__") or find_spec(f"{package}.creation") is None:
        return Creation()
    found = getattr(import_module(f"{package}.creation"), "CREATION", None)
    if not isinstance(found, Creation):
        raise TypeError(f"providers/{id}/creation.py has no CREATION")
    return found
