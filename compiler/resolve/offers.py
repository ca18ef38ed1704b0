"""Turns a cluster's wishes and the catalog's releases into a problem for the solver.

Knows neither how the search works nor how a failure is told.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from compiler.diagnostics.model import YamlPath
from compiler.frozen import frozen
from compiler.model.release import Fact, ProductRelease
from compiler.resolve.citations import citation, source_text
from compiler.resolve.facts import Facts
from compiler.resolve.selection import Selection, select
from compiler.resolve.solver import Demand, Offer, Problem
from compiler.resolve.wishes import KUBEFLOW, ClusterWishes, VersionWish

KUBERNETES = "kubernetes"


@frozen
class Fixed:
    """A version that the user states: of Kubernetes, or of what the cluster has already."""

    subject: str
    version: str
    path: YamlPath
    text: str


@frozen
class Question:
    """All that decides which versions a cluster gets, before anything is searched.

    `products` maps each product in play to what brings it in (places and words). `pins` holds what is there already,
    `versions` the wishes that apply, `presences` the demands that a product has what is asked for. `bearings` keeps
    what `_bearing` returned for each product.
    """

    wishes: ClusterWishes
    facts: Facts
    products: Mapping[str, tuple[tuple[YamlPath, str], ...]]
    pins: tuple[Fixed, ...]
    versions: tuple[VersionWish, ...]
    presences: tuple[Demand, ...]
    bearings: dict[str, Hashable] = field(default_factory=dict)

    def alike(self) -> Hashable:
        """Return what two questions share if the same versions answer both: all of it but places and words."""
        wishes = self.wishes
        return (
            wishes.distribution,
            tuple((name, wish.enabled, wish.existing) for name, wish in sorted(wishes.components.items())),
            tuple(sorted(wishes.derived)),
            tuple((product, bool(bringers)) for product, bringers in self.products.items()),
            tuple((pin.subject, pin.version) for pin in self.pins),
            tuple((wish.product, wish.constraint) for wish in self.versions),
        )


def ask(
    wishes: ClusterWishes, facts: Facts, kubernetes: Fixed, pins: Sequence[Fixed], versions: Sequence[VersionWish]
) -> Question:
    """Return the question that a cluster's wishes pose."""
    products = products_in_play(wishes, facts)
    presences = tuple(_presences(wishes, facts, products))
    question = Question(wishes, facts, products, (kubernetes, *pins), (), presences)
    return replace(question, versions=tuple(wish for wish in versions if _decides(wish, question)))


def _decides(wish: VersionWish, question: Question) -> bool:
    """Tell whether a constraint speaks of anything that could be on the cluster."""
    if wish.product in question.products or any(pin.subject == wish.product for pin in question.pins):
        return True
    return any(
        wish.product in _offer(question, product, version, {}, frozenset()).brings
        for product, version, _ in question.facts.brought(wish.product)
        if product in question.products
    )


def products_in_play(wishes: ClusterWishes, facts: Facts) -> Mapping[str, tuple[tuple[YamlPath, str], ...]]:
    """Return the products that the cluster needs a release of, each with what brings it in.

    A product that only stands in for another that lacks a component has nothing that brings it in.

    What a product's components require of others is taken from its newest release: which product carries a
    component does not change between releases often, and the selection after the search is exact.
    """
    found: dict[str, dict[str, YamlPath]] = {}
    if wishes.distribution == KUBEFLOW:
        found[KUBEFLOW] = {"distribution": ("distribution",)}
    off, existing = wishes.off, wishes.existing
    queue: list[tuple[str, YamlPath, str]] = [
        (name, wish.origin, f"components.{name}")
        for name, wish in sorted(wishes.components.items())
        if wish.enabled and name not in existing
    ]
    queue += [
        (name, path, label)
        for name, (path, label) in sorted(wishes.derived.items())
        if name not in off and name not in existing
    ]
    seen: set[str] = set()
    while queue:
        name, path, label = queue.pop(0)
        carriers = facts.carriers(name)
        if not carriers:
            continue
        home = carriers[0]
        found.setdefault(home, {}).setdefault(label, path)
        if name in seen:
            continue
        seen.add(name)
        for other in carriers[1:]:
            found.setdefault(other, {})
        newest = _installable_with(name, home, facts)[-1:]
        if newest:
            queue += [
                (need, path, label)
                for need in sorted(facts.release(home, newest[0]).components[name].requires)
                if need not in off and need not in existing
            ]
    return {
        product: tuple((path, label) for label, path in sorted(found[product].items())) for product in sorted(found)
    }


def newest_releases(wishes: ClusterWishes, facts: Facts) -> list[ProductRelease]:
    """Return the newest release of each product that a cluster needs: what to go by where none could be picked."""
    needed = [product for product, bringers in products_in_play(wishes, facts).items() if bringers]
    return [facts.release(product, facts.installable(product)[-1]) for product in needed if facts.installable(product)]


def _presences(wishes: ClusterWishes, facts: Facts, products: Mapping[str, object]) -> list[Demand]:
    """Return a demand for each component that is asked for by name and that not every release of its product has."""
    demands = []
    for name, wish in sorted(wishes.components.items()):
        carriers = facts.carriers(name)
        if not wish.enabled or name in wishes.existing or not carriers or carriers[0] not in products:
            continue
        home = carriers[0]
        having = _installable_with(name, home, facts)
        if len(carriers) > 1 and len(having) < len(facts.installable(home)):
            continue
        demands.append(
            Demand(
                home,
                frozenset(having).__contains__,
                f"with {name}",
                f"component {name} is in {home} {', '.join(having) or 'no release'}",
                required=True,
                path=wish.origin,
            )
        )
    return demands


def _installable_with(component: str, product: str, facts: Facts) -> list[str]:
    allowed = set(facts.installable(product))
    return [version for version in facts.versions_with(component, product) if version in allowed]


def pose(
    question: Question,
    *,
    preferred: Mapping[str, str],
    ignoring: frozenset[int] = frozenset(),
    without_facts: frozenset[str] = frozenset(),
    nearness: Mapping[str, str] | None = None,
    narrowed: bool = True,
) -> Problem:
    """Return the problem for the solver.

    Args:
        question: what is asked.
        preferred: the version of each product that comes first: the locked one.
        ignoring: indexes into `causes(question)` that are left out.
        without_facts: ids of facts that are left out.
        nearness: for subjects without a constraint of their own, the version near which to look first.
        narrowed: whether offers that a wish of their own product refuses are left out at once.
    """
    facts = question.facts
    every = causes(question)
    demands = [cause.demand for index, cause in enumerate(every) if cause.demand is not None and index not in ignoring]
    fixed: dict[str, list[str]] = {}
    for index, cause in enumerate(every):
        if cause.fixed is None:
            continue
        subject, version = cause.fixed.subject, cause.fixed.version
        if index not in ignoring:
            fixed[subject] = [version]
        elif subject == KUBERNETES:
            others = [minor for minor in facts.kubernetes_minors if minor != version]
            fixed[subject] = sorted(others, key=lambda minor: _distance(minor, version))
    offers: dict[str, list[Offer]] = {}
    for product, bringers in question.products.items():
        versions = list(facts.installable(product)[::-1])
        if nearness and product in nearness:
            middle = versions.index(nearness[product]) if nearness[product] in versions else 0
            versions = sorted(versions, key=lambda version: abs(versions.index(version) - middle))
        if preferred.get(product) in versions:
            versions = [preferred[product], *(version for version in versions if version != preferred[product])]
        if narrowed:
            own = [demand for demand in demands if demand.subject == product]
            versions = [version for version in versions if all(demand.accepts(version) for demand in own)]
        offers[product] = [_offer(question, product, version, fixed, without_facts) for version in versions]
        if bringers:
            label, path = bringers[0][1], bringers[0][0]
            demands.append(Demand(product, _anything, "any", f"{label} needs {product}", required=True, path=path))
    for subject, stated in fixed.items():
        # What the cluster has already makes demands too; a way out for Kubernetes itself makes none.
        if subject != KUBERNETES:
            demands += [
                demand
                for fact in facts.binding(subject, stated[0])
                for demand in fact_demands(subject, stated[0], fact, facts)
                if fact.id not in without_facts
            ]
    return Problem(offers, fixed, demands)


@dataclass(frozen=True, slots=True, eq=False)
class Cause:
    """One thing that the user says and could change: a demand or a fixed version."""

    text: str
    path: YamlPath
    subject: str
    demand: Demand | None = None
    fixed: Fixed | None = None


def causes(question: Question) -> list[Cause]:
    """Return everything the user says that decides versions, in a fixed order."""
    found = [
        Cause(
            f"{wish.product} {wish.constraint} is asked for",
            wish.path,
            wish.product,
            demand=_wish_demand(wish, question),
        )
        for wish in question.versions
    ]
    found += [Cause(demand.because, demand.path or (), demand.subject, demand=demand) for demand in question.presences]
    found += [Cause(pin.text, pin.path, pin.subject, fixed=pin) for pin in question.pins]
    return found


def _wish_demand(wish: VersionWish, question: Question) -> Demand:
    """Return the demand that a constraint makes; what only comes with another product must come."""
    facts = question.facts
    return Demand(
        wish.product,
        lambda version: facts.satisfies(wish.product, version, wish.constraint),
        wish.constraint,
        f"{wish.product} {wish.constraint} is asked for",
        required=wish.product not in question.products,
        path=wish.path,
    )


def _offer(
    question: Question, product: str, version: str, fixed: Mapping[str, object], without_facts: frozenset[str]
) -> Offer:
    facts = question.facts
    key = product, version, _bearing(question, product)
    offer = facts.offers.get(key)
    if offer is None:
        release = facts.release(product, version)
        selection = select({product: release}, question.wishes, facts)
        brings = {
            subject: brought
            for selected in selection.components.values()
            for subject, brought in selected.facts.brings.items()
            if subject != product
        }
        demands = [
            demand
            for subject, brought in sorted({**brings, product: version}.items())
            for fact in facts.binding(subject, brought)
            for demand in fact_demands(subject, brought, fact, facts)
        ]
        demands += _fallbacks(question, product, selection)
        offer = facts.offers[key] = Offer(product, version, brings, tuple(demands))
    # What a product of its own provides is not brought a second time; a check tells that the two exclude each other.
    brings = {
        subject: brought
        for subject, brought in offer.brings.items()
        if subject not in fixed and not question.products.get(subject)
    }
    if len(brings) == len(offer.brings) and not without_facts:
        return offer
    kept = tuple(demand for demand in offer.demands if demand.fact is None or demand.fact not in without_facts)
    return Offer(product, version, brings, kept)


def _bearing(question: Question, product: str) -> Hashable:
    """Return what of the wishes decides which components of the product's releases are there.

    Clusters that differ only in what other products carry share the offers of this one.
    """
    if product not in question.bearings:
        wishes, facts = question.wishes, question.facts
        named = {*wishes.components, *wishes.derived, *wishes.off, *wishes.existing}
        question.bearings[product] = (
            wishes.distribution,
            tuple(
                (
                    *(name, name in wishes.components and wishes.components[name].enabled),
                    *(name in wishes.derived, name in wishes.off, name in wishes.existing),
                )
                for name in sorted(named)
                if product in facts.carriers(name)
            ),
        )
    return question.bearings[product]


def _fallbacks(question: Question, product: str, selection: Selection) -> list[Demand]:
    """Return demands for other products that carry what this release lacks."""
    demands = []
    for name in selection.unmet:
        carriers = question.facts.carriers(name)
        if product in carriers and carriers[0] == product:
            demands += [
                Demand(other, _anything, "any", f"this release of {product} has no {name}", required=True)
                for other in carriers[1:2]
            ]
    return demands


def fact_demands(subject: str, version: str, fact: Fact, facts: Facts) -> list[Demand]:
    """Return what a fact about one version of `subject` demands of others."""
    return [
        Demand(
            other,
            partial(facts.could_satisfy, other, constraint=limits),
            limits,
            f"{subject} {version} requires {other} {limits}{_why(fact)}",
            fact=fact.id,
            owner=subject,
            sources=(source_text(fact),),
            cited=citation(fact),
        )
        for other, limits in sorted(fact.requires.items())
    ]


def _why(fact: Fact) -> str:
    note = fact.data.get("because") or fact.data.get("note")
    return f" ({note})" if isinstance(note, str) else ""


def _anything(version: str) -> bool:
    del version
    return True


def _distance(minor: str, wanted: str) -> tuple[bool, int]:
    """Return how far a Kubernetes minor is: newer ones are nearer than any older one, to which no cluster goes back."""
    steps = int(minor.split(".")[1]) - int(wanted.split(".")[1])
    return steps < 0, abs(steps)
