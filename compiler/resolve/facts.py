"""What resolving asks of the catalog, in its own words: releases, components, versions and the facts about them.

Decides which facts bind: those whose gate our way of installing passes.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from compiler.catalog.overlay import overlay_of
from compiler.catalog.versions import Constraint, ConstraintMistake, VersionOrder, parse_constraint
from compiler.model.release import Fact, Product, ProductRelease
from compiler.resolve.accelerators import AcceleratorTable

if TYPE_CHECKING:
    from compiler.resolve.catalog import Source

BINDING = frozenset({"enforced", "api"})
"""Strengths of facts that rule a version out; the others only warn (compatibility facts, `strength_meaning`)."""

_KUBERNETES = "kubernetes"
_GATES_OF_OTHER_INSTALLERS = ("/istioctl-min",)
"""Ends of ids of enforced facts that never meet us: istioctl only prints them, and Argo CD installs without it.

Source: istio/istio@1.28.10 istioctl/pkg/install/k8sversion/version.go.
"""


class Facts(AcceleratorTable):
    """The catalog as resolving asks it. What is public and a dictionary remembers what others asked before."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._constraints: dict[str, Constraint | None] = {}
        self._carriers: dict[str, tuple[str, ...]] = {}
        self._orders: dict[str, VersionOrder] = {}
        self._binding: dict[tuple[str, str], list[Fact]] = {}
        self._satisfied: dict[tuple[str, str, str], bool] = {}
        self.offers: dict[Hashable, Any] = {}
        self.answers: dict[Hashable, Any] = {}
        self.selections: dict[Hashable, Any] = {}
        self.conflicts: dict[Hashable, Any] = {}
        self.judged: dict[Hashable, Any] = {}

    @cached_property
    def _products(self) -> Mapping[str, Product]:
        return self._source.products()

    @property
    def products(self) -> Collection[str]:
        """Return the ids of all products."""
        return self._products.keys()

    @cached_property
    def components(self) -> Collection[str]:
        """Return the ids of all components."""
        return frozenset(self._source.component_ids())

    def versions(self, product: str) -> tuple[str, ...]:
        """Return the versions of a product from the oldest to the newest, those to upgrade from too."""
        return self._source.versions(product, sources=True)

    def installable(self, product: str) -> tuple[str, ...]:
        """Return the versions of a product that may be picked, from the oldest to the newest."""
        return self._source.versions(product)

    def release(self, product: str, version: str) -> ProductRelease:
        """Return one release."""
        return self._source.release(product, version)

    def brings(self, product: str, version: str) -> Mapping[str, str]:
        """Return what a release brings, by subject, without reading it; nothing for a version that is not known."""
        release = self._products[product].releases.get(version)
        return release.brings if release else {}

    def versions_with(self, component: str, product: str) -> list[str]:
        """Return the versions of a product, those to upgrade from too, that have a component."""
        releases = self._products[product].releases
        return [version for version in self.versions(product) if component in releases[version].components]

    def carriers(self, component: str) -> tuple[str, ...]:
        """Return the products that carry a component, the preferred one first; none for an unknown component."""
        found = self._carriers.get(component)
        if found is None:
            known = self._source.component(component).products if component in self.components else ()
            found = self._carriers[component] = tuple(product for product in known if product in self._products)
        return found

    def conflicting(self, component: str) -> tuple[str, ...]:
        """Return the components that cannot stand beside one."""
        return self._source.component(component).conflicts if component in self.components else ()

    def successors(self, component: str) -> tuple[str, ...]:
        """Return the components that take the place of one, sorted."""
        return tuple(name for name in sorted(self.components) if component in self._source.component(name).replaces)

    def own_subject(self, component: str) -> str:
        """Return the subject whose version a component's own version is, e.g. `istio` for `istio-install`."""
        subjects = self._source.component(component).subjects if component in self.components else ()
        return subjects[0] if subjects else component

    def brought(self, subject: str) -> list[tuple[str, str, str]]:
        """Return (product, version, brought version) of each installable release that ships a subject."""
        return [
            (product, version, brought)
            for product in sorted(self._products)
            for version in self.installable(product)
            if (brought := self._products[product].releases[version].brings.get(subject)) is not None
        ]

    @cached_property
    def subjects(self) -> Mapping[str, str]:
        """Return every name that a constraint may use, with the product or subject that it means."""
        found = {name: self.own_subject(name) for name in self.components}
        for product in self._products.values():
            for release in product.releases.values():
                found |= {subject: subject for subject in release.brings}
        return found | {product: product for product in self._products}

    def is_replaced(self, component: str, version: str) -> bool:
        """Return whether something of ours does the whole work of a component in a release."""
        return overlay_of(component).replaced_by(version) is not None

    def satisfies(self, subject: str, version: str, constraint: str) -> bool:
        """Return whether a version, in the order of its subject, satisfies a constraint that can be read.

        Raises `ValueError` for a version that is none.
        """
        key = subject, version, constraint
        found = self._satisfied.get(key)
        if found is None:
            parsed = self._constraint(constraint)
            found = self._satisfied[key] = parsed is not None and parsed.matches(version, self._order(subject))
        return found

    def is_constraint(self, text: str) -> bool:
        """Return whether a text can be read as a constraint."""
        return self._constraint(text) is not None

    def _constraint(self, text: str) -> Constraint | None:
        if text not in self._constraints:
            read = parse_constraint(text)
            self._constraints[text] = None if isinstance(read, ConstraintMistake) else read
        return self._constraints[text]

    def binding(self, subject: str, version: str) -> list[Fact]:
        """Return the facts that rule versions of others out when this version is there."""
        found = self._binding.get((subject, version))
        if found is None:
            found = self._binding[subject, version] = [
                fact
                for fact in self._source.facts(subject)
                if fact.strength in BINDING
                and fact.requires
                and not is_gate_of_others(fact)
                and self.is_about(fact, version)
            ]
        return found

    def is_about(self, fact: Fact, version: str | None) -> bool:
        """Return whether a fact speaks of a version of its subject; one for all versions needs none to be known."""
        if fact.version == "*" or version is None:
            return fact.version == "*"
        line = fact.version.removesuffix(".*")
        # Most lines differ in plain numbers from what is held, which needs no reading.
        for mine, theirs in zip(version.split("."), line.split("."), strict=False):
            if not (mine.isdigit() and theirs.isdigit()):
                break
            if int(mine) != int(theirs):
                return False
        try:
            return self.satisfies(fact.subject, version, line)
        except ValueError:  # What is no version is in no line.
            return False

    def could_satisfy(self, subject: str, version: str, constraint: str) -> bool:
        """Return whether a version does; a bare minor of Kubernetes is any patch of it, as nobody says which."""
        if subject != _KUBERNETES or version.count(".") > 1:
            return self.satisfies(subject, version, constraint)
        # It fits when its first or its last patch does.
        return any(self.satisfies(subject, patch, constraint) for patch in (f"{version}.0", f"{version}.999"))

    def sorted_versions(self, subject: str, versions: Collection[str]) -> list[str]:
        """Return versions of a subject from the oldest to the newest; what is no version is left out."""
        order = self._order(subject)
        keyed = []
        for version in versions:
            try:
                keyed.append((order.key(version), version))
            except ValueError:
                continue
        return [version for _, version in sorted(keyed)]

    def about(self, subject: str) -> Sequence[Fact]:
        """Return all facts about a subject, those too that rule nothing out."""
        return self._source.facts(subject)

    @cached_property
    def fact_subjects(self) -> frozenset[str]:
        """Return every subject that there are facts about."""
        return frozenset(self._source.subjects())

    @property
    def kubernetes_minors(self) -> list[str]:
        """Return the Kubernetes minors that the catalog knows, from the oldest to the newest."""
        return sorted(self._source.kubernetes(), key=lambda minor: int(minor.split(".")[1]))

    def _order(self, subject: str) -> VersionOrder:
        found = self._orders.get(subject)
        if found is None:
            found = self._orders[subject] = self._source.order(subject)
        return found


def is_gate_of_others(fact: Fact) -> bool:
    """Return whether a fact is enforced only by a way of installing that is not ours."""
    return fact.id.endswith(_GATES_OF_OTHER_INSTALLERS)
