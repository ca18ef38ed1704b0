"""Finds one version of each product that satisfies every demand; the search is resolvelib's.

Knows nothing of clusters, catalogs or messages: it is given offers and demands and returns versions or nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from compiler.diagnostics.model import YamlPath
from compiler.frozen import frozen

if TYPE_CHECKING:
    from resolvelib.structs import RequirementInformation


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """What one version of `subject` must be like.

    `accepts` tells whether a version (as the catalog writes it) will do. A demand on something that is not there
    holds, unless it is `required`. `text` is the constraint, `because` a sentence without a full stop that says who
    asks and why; `path` is where the user asked, `fact` the id of the catalog's fact about a version of `owner`,
    `sources` where that stands and `cited` the same in short: `owner/repository@ref:path`.
    """

    subject: str
    accepts: Callable[[str], bool]
    text: str
    because: str
    required: bool = False
    path: YamlPath | None = None
    fact: str | None = None
    owner: str | None = None
    sources: tuple[str, ...] = ()
    cited: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """One version of a product that could be installed.

    `brings` maps each further product inside it to that product's version. `demands` must hold if it is picked.
    """

    product: str
    version: str
    brings: Mapping[str, str] = field(default_factory=dict)
    demands: tuple[Demand, ...] = ()


@frozen
class Problem:
    """Everything the search knows.

    `offers` lists the versions of each product, the preferred one first. `fixed` are versions that nobody picks:
    Kubernetes, and what a cluster has already. `demands` are those that hold whatever is picked.
    """

    offers: Mapping[str, Sequence[Offer]]
    fixed: Mapping[str, Sequence[str]]
    demands: Sequence[Demand]


Solution = Mapping[str, str]
"""The version of each subject that is there: picked, brought and fixed ones."""


@frozen
class _Candidate:
    """One state of a subject: an offer, a version that `bringer` comes with, a fixed version, or not there at all."""

    subject: str
    version: str | None
    offer: Offer | None = None
    bringer: Offer | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Requirement:
    subject: str
    allows: Callable[[_Candidate], bool]


class _Search:
    """resolvelib's provider over a `Problem`."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        brought: dict[str, list[_Candidate]] = {}
        for offers in problem.offers.values():
            for offer in offers:
                for subject, version in offer.brings.items():
                    brought.setdefault(subject, []).append(_Candidate(subject, version, bringer=offer))
        self._candidates: dict[str, list[_Candidate]] = {}
        for subject in sorted({*problem.offers, *problem.fixed, *brought}):
            if subject in problem.fixed:
                self._candidates[subject] = [_Candidate(subject, version) for version in problem.fixed[subject]]
                continue
            self._candidates[subject] = [
                _Candidate(subject, None),
                *(_Candidate(subject, offer.version, offer) for offer in problem.offers.get(subject, ())),
                *brought.get(subject, ()),
            ]

    def roots(self) -> list[_Requirement]:
        """Return what must hold at the start, in a fixed order."""
        anything = [_Requirement(subject, _allow_all) for subject in self._candidates]
        return anything + [self._requirement(demand) for demand in self._problem.demands]

    def identify(self, requirement_or_candidate: _Requirement | _Candidate) -> str:
        return requirement_or_candidate.subject

    def get_preference(
        self,
        identifier: str,
        resolutions: Mapping[str, _Candidate],
        candidates: Mapping[str, Iterator[_Candidate]],
        information: Mapping[str, Iterator[RequirementInformation[_Requirement, _Candidate]]],
        backtrack_causes: Sequence[RequirementInformation[_Requirement, _Candidate]],
    ) -> tuple[int, str]:
        """Pick fixed subjects first, then products that bring others along, what is brought, and other products.

        What is brought is decided with its bringer, and what makes demands of others before what makes none. Left for
        later, each version of every product in between would be tried before a demand is found to fail.
        """
        del resolutions, candidates, information, backtrack_causes
        offers = self._problem.offers.get(identifier, ())
        if identifier in self._problem.fixed:
            rank = 0
        elif any(offer.brings for offer in offers):
            rank = 1
        elif not offers:
            rank = 2
        else:
            rank = 3 if any(self._is_open(demand) for offer in offers for demand in offer.demands) else 4
        return (rank, identifier)

    def _is_open(self, demand: Demand) -> bool:
        return demand.subject not in self._problem.fixed

    def narrow_requirement_selection(
        self, identifiers: Iterable[str], *arguments: object, **named: object
    ) -> Iterable[str]:
        del arguments, named
        return identifiers

    def find_matches(
        self,
        identifier: str,
        requirements: Mapping[str, Iterator[_Requirement]],
        incompatibilities: Mapping[str, Iterator[_Candidate]],
    ) -> list[_Candidate]:
        wanted = list(requirements[identifier])
        refused = set(map(id, incompatibilities[identifier]))
        return [
            candidate
            for candidate in self._candidates.get(identifier, ())
            if id(candidate) not in refused and all(requirement.allows(candidate) for requirement in wanted)
        ]

    def is_satisfied_by(self, requirement: _Requirement, candidate: _Candidate) -> bool:
        return requirement.allows(candidate)

    def get_dependencies(self, candidate: _Candidate) -> list[_Requirement]:
        bringer, offer = candidate.bringer, candidate.offer
        if bringer is not None:
            return [_Requirement(bringer.product, _is_offer(bringer))]
        if offer is None:
            return []
        requirements = [self._requirement(demand) for demand in offer.demands]
        requirements += [_Requirement(subject, _is_brought(subject, offer)) for subject in sorted(offer.brings)]
        return requirements

    def _requirement(self, demand: Demand) -> _Requirement:
        if demand.subject not in self._candidates:
            self._candidates[demand.subject] = [_Candidate(demand.subject, None)]
        return _Requirement(demand.subject, _meets(demand))


def solve(problem: Problem) -> Solution | None:
    """Return the preferred versions that satisfy everything, or nothing where there are none.

    A product that no demand requires is left out. Earlier offers win over later ones.
    """
    first = first_offers(problem)
    return search(problem) if first is None else first


def first_offers(problem: Problem) -> Solution | None:
    """Return the first offer of everything that is required, where that is what the search would find.

    Most platforms ask for nothing that rules the first ones out, and looking is much faster than searching. Nothing
    is returned where the search may do better: a demand is not met, or a subject could be brought in several ways.
    """
    present = {subject: versions[0] for subject, versions in problem.fixed.items()}
    bringers: dict[str, set[str]] = {}
    for product, offers in problem.offers.items():
        for offer in offers:
            for subject in offer.brings:
                bringers.setdefault(subject, set()).add(product)
    demands = list(problem.demands)
    for demand in demands:  # It grows while it is walked: what is picked demands more.
        offers = problem.offers.get(demand.subject, ())
        if not demand.required or demand.subject in present or not offers:
            continue
        offer = offers[0]
        for subject, version in {demand.subject: offer.version, **offer.brings}.items():
            is_alone = bringers.get(subject, set()) <= {demand.subject}
            if subject in present or not is_alone or (subject != demand.subject and problem.offers.get(subject)):
                return None
            present[subject] = version
        demands += offer.demands
    is_sound = all(
        demand.accepts(present[demand.subject]) if demand.subject in present else not demand.required
        for demand in demands
    )
    return dict(sorted(present.items())) if is_sound else None


def search(problem: Problem) -> Solution | None:
    """Return what `solve` returns, found by search alone.

    Products that nothing connects are searched for one after the other: in one search every version of one would be
    tried with every version of the others before a contradiction is believed.
    """
    subjects = sorted(problem.fixed)
    seen: dict[tuple[int, ...], Solution | None] = {}
    for versions in itertools.product(*(problem.fixed[subject] for subject in subjects)):
        found = _search_beside(problem, dict(zip(subjects, versions, strict=True)), seen)
        if found is not None:
            return found
    return None


def _search_beside(problem: Problem, fixed: Solution, seen: dict[tuple[int, ...], Solution | None]) -> Solution | None:
    """Return a solution with one version of each fixed subject.

    `seen` keeps what was found for the offers that the fixed versions leave: few of these leave different ones.
    """
    if not all(demand.accepts(fixed[demand.subject]) for demand in problem.demands if demand.subject in fixed):
        return None
    offers = {
        product: [offer for offer in some if fixed.keys().isdisjoint(offer.brings) and _fits(offer, fixed)]
        for product, some in problem.offers.items()
        if product not in fixed
    }
    demands = [demand for demand in problem.demands if demand.subject not in fixed]
    found = dict(fixed)
    for group in _groups(offers, demands):
        part = Problem(
            {product: some for product, some in offers.items() if product in group},
            {},
            [demand for demand in demands if demand.subject in group],
        )
        left = (*map(id, part.demands), *(id(offer) for some in part.offers.values() for offer in some))
        if left not in seen:
            seen[left] = _search_whole(part)
        solution = seen[left]
        if solution is None:
            return None
        found |= solution
    return dict(sorted(found.items()))


def _fits(offer: Offer, fixed: Solution) -> bool:
    return all(demand.accepts(fixed[demand.subject]) for demand in offer.demands if demand.subject in fixed)


def _groups(offers: Mapping[str, Sequence[Offer]], demands: Sequence[Demand]) -> list[set[str]]:
    """Return the subjects in groups of which no member has to do with one of another group."""
    groups = [{demand.subject} for demand in demands]
    groups += [
        {product, *(subject for offer in some for subject in offer.brings)}
        | {demand.subject for offer in some for demand in offer.demands}
        for product, some in offers.items()
    ]
    joined: list[set[str]] = []
    for group in groups:
        apart = [other for other in joined if other.isdisjoint(group)]
        joined = [*apart, group.union(*(other for other in joined if not other.isdisjoint(group)))]
    return sorted(joined, key=min)


def _search_whole(problem: Problem) -> Solution | None:
    import resolvelib

    provider = _Search(problem)
    reporter: resolvelib.BaseReporter[Any, Any, str] = resolvelib.BaseReporter()
    try:
        result = resolvelib.Resolver(provider, reporter).resolve(provider.roots(), max_rounds=10_000)  # type: ignore[arg-type]
    except resolvelib.ResolutionImpossible:
        return None
    return {name: pick.version for name, pick in sorted(result.mapping.items()) if pick.version is not None}


def satisfies(problem: Problem, solution: Solution) -> bool:
    """Tell whether picked versions satisfy a problem; `solution` may lack what offers bring. Needs no search."""
    present: dict[str, str] = {}
    demands = list(problem.demands)
    for subject, versions in problem.fixed.items():
        present[subject] = versions[0]
    for product, offers in problem.offers.items():
        if product not in solution:
            continue
        offer = next((offer for offer in offers if offer.version == solution[product]), None)
        if offer is None:
            return False
        for subject, version in {product: offer.version, **offer.brings}.items():
            if present.setdefault(subject, version) != version:
                return False
        demands += offer.demands
    return all(
        demand.accepts(present[demand.subject]) if demand.subject in present else not demand.required
        for demand in demands
    )


def complete(problem: Problem, picked: Solution) -> Solution:
    """Return the solution with what the picked offers bring and what is fixed."""
    found = {subject: versions[0] for subject, versions in problem.fixed.items()}
    for product, offers in problem.offers.items():
        for offer in offers:
            if picked.get(product) == offer.version:
                found |= {product: offer.version, **offer.brings}
    return dict(sorted(found.items()))


def _allow_all(candidate: _Candidate) -> bool:
    del candidate
    return True


def _is_offer(offer: Offer) -> Callable[[_Candidate], bool]:
    return lambda candidate: candidate.offer is offer


def _is_brought(subject: str, by: Offer) -> Callable[[_Candidate], bool]:
    """Allow the version that an offer brings: by itself, or the same one by another product."""

    def brought(candidate: _Candidate) -> bool:
        bringer = candidate.bringer
        if bringer is None or candidate.version != by.brings[subject]:
            return False
        return bringer is by or bringer.product != by.product

    return brought


def _meets(demand: Demand) -> Callable[[_Candidate], bool]:
    def meets(candidate: _Candidate) -> bool:
        return demand.accepts(candidate.version) if candidate.version is not None else not demand.required

    return meets
