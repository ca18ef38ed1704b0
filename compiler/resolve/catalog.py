"""The catalog as resolving sees it: what it may ask, whoever answers; knows no answer.

A shape for types alone: nothing of it is there when the program runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from compiler.catalog.versions import VersionOrder
from compiler.model.release import Accelerator, Component, Fact, KubernetesMinor, Product, ProductRelease


class Source(Protocol):
    """The catalog, as far as it is read here; `compiler.catalog.load.Catalog` is one."""

    def products(self) -> Mapping[str, Product]:
        """Return the products with what the index says of their releases."""

    def versions(self, product: str, *, sources: bool = False) -> tuple[str, ...]:
        """Return the versions that may be picked, oldest first; with `sources` also those to come from."""

    def order(self, subject: str) -> VersionOrder:
        """Return how the versions of a subject are ordered."""

    def release(self, product: str, version: str) -> ProductRelease:
        """Return one release."""

    def component(self, component: str) -> Component:
        """Return one component."""

    def component_ids(self) -> tuple[str, ...]:
        """Return the ids of all components."""

    def facts(self, subject: str) -> Sequence[Fact]:
        """Return the compatibility facts about a subject."""

    def subjects(self) -> Sequence[str]:
        """Return every subject that there are facts about, sorted."""

    def accelerators(self) -> Mapping[str, Accelerator]:
        """Return all accelerators by id."""

    @property
    def accelerator_table(self) -> Mapping[str, Any]:
        """Return what the table of accelerators says beside its entries: `familyRegions` by cloud."""

    def kubernetes(self) -> Mapping[str, KubernetesMinor]:
        """Return the Kubernetes minors that are known."""
