"""Tells why no versions fit: the smallest set of wishes and facts that cannot hold together, and the nearest way out.

Searches again and again with parts left out; only a failed search pays for it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence

from compiler.diagnostics.model import Diagnostic, Label, Suggestion, error
from compiler.frozen import frozen
from compiler.resolve.offers import KUBERNETES, Cause, Question, causes, pose
from compiler.resolve.solver import Demand, Offer, Problem, solve
from compiler.resolve.ways_out import Way, suggestions, ways_out

_MOST_NOTES = 8
"""Facts of one chain that are printed; more of them say the same for further releases."""


@frozen
class Conflict:
    """One contradiction: indexes of the causes, the facts that decide, the sentences between them, and ways out."""

    core: tuple[int, ...]
    facts: tuple[Demand, ...]
    chain: tuple[str, ...]
    ways: tuple[Way, ...]


def explain_conflicts(question: Question, cluster: str) -> list[Diagnostic]:
    """Return a finding `version-conflict` for each contradiction in a question that has no answer.

    Clusters that ask alike share one search, and each has its own findings, at its own places.
    """
    known: dict[Hashable, tuple[Conflict, ...]] = question.facts.conflicts
    asked = question.alike()
    if asked not in known:
        known[asked] = tuple(_conflicts(question))
    every = causes(question)
    return [_told(question, cluster, conflict, every) for conflict in known[asked]]


def _conflicts(question: Question) -> Iterator[Conflict]:
    """Yield the contradictions of a question.

    Once one is found, what its finding is placed at is left out, so that further ones show in the same run.
    """
    every = causes(question)
    left = list(range(len(every)))
    is_first = True
    while is_first or (left and solve(_pose(question, left, len(every))) is None):
        core = _smallest(question, left, len(every))
        ways = ways_out(question, core, every)
        facts = _deciding_facts(question, core, len(every))
        chain = _chain(question, facts, [every[index] for index in core])
        yield Conflict(tuple(core), tuple(facts), tuple(chain), tuple(ways))
        primary = _primary(core, every, ways)
        if primary is None:
            break
        left.remove(primary)
        is_first = False


def explain_missing(question: Question, demand: Demand, component: str, version: str) -> Diagnostic:
    """Return the finding `component-not-in-release` for a component that is asked for and cannot be had.

    Args: `demand` is the one for a release with the component, `version` the release that is picked without it.
    """
    every = causes(question)
    asked = next(index for index, cause in enumerate(every) if cause.demand is demand)
    # The component is tried last, so that what is left over is what keeps it away.
    start = [*(index for index in range(len(every)) if index != asked), asked]
    core = sorted(_smallest(question, start, len(every)))
    ways = ways_out(question, core, every) if asked in core else []
    product = demand.subject
    having = question.facts.versions_with(component, product)
    shipped = [each for each in question.facts.installable(product) if each in having]
    notes = [f"releases that have it: {product} {', '.join(shipped)}"] if shipped else []
    if having and not shipped:
        notes = [f"only releases to upgrade from have it: {product} {', '.join(having)}"]
    facts = _deciding_facts(question, core, len(every))
    chain = _chain(question, facts, [every[index] for index in core]) if facts else []
    choices = suggestions(question, ways, every)
    return error(
        "component-not-in-release",
        f"{product} {version} has no component {component}",
        demand.path or (),
        at_key=True,
        related=tuple(Label(every[index].path, every[index].text) for index in core if index != asked),
        notes=(*notes, *chain),
        help=_advice(choices) or "remove it",
        sources=_sources(facts),
        suggestions=choices,
    )


def _told(question: Question, cluster: str, conflict: Conflict, every: Sequence[Cause]) -> Diagnostic:
    core = conflict.core
    labels = tuple(Label(every[index].path, every[index].text) for index in core)
    index = _primary(core, every, conflict.ways)
    primary = every[index] if index is not None else None
    choices = suggestions(question, conflict.ways, every)
    return error(
        "version-conflict",
        _message(question, cluster, [every[index] for index in core]),
        primary.path if primary else ("clusters",),
        related=tuple(label for label in labels if primary is None or label.path != primary.path),
        notes=(*conflict.chain, *_stand_ins(question, core, every)),
        help=_advice(choices) or "loosen one of the constraints named here",
        sources=_sources(conflict.facts),
        suggestions=choices,
    )


def _stand_ins(question: Question, core: Sequence[int], every: Sequence[Cause]) -> list[str]:
    """Return a note for each wish for a product whose component another product carries and therefore installs."""
    found = []
    for cause in (every[index] for index in core):
        product = cause.subject
        if cause.demand is None or product not in question.products or question.products[product]:
            continue
        for component in sorted(question.wishes.components):
            home, *others = question.facts.carriers(component) or [""]
            if product in others:
                lacking = [
                    version
                    for version in question.facts.installable(home)
                    if version not in question.facts.versions_with(component, home)
                ]
                where = f"these are {', '.join(lacking)}" if lacking else "every one has it"
                found.append(
                    f"component {component} comes with {home}; releases of {product} itself are installed only beside "
                    f"a {home} that lacks it, and {where}"
                )
    return found


def _message(question: Question, cluster: str, core: Sequence[Cause]) -> str:
    if not core:
        return f"no versions of {_listed(list(question.products))} go together on cluster {cluster}"
    names = []
    for cause in core:
        if cause.fixed is not None:
            what = "Kubernetes" if cause.subject == KUBERNETES else f"the existing {cause.subject}"
            names.append(f"{what} {cause.fixed.version}")
        elif cause.demand is not None:
            names.append(f"{cause.subject} {cause.demand.text}")
    if len(names) == 1:
        return f"nothing goes together with {names[0]} on cluster {cluster}"
    return f"{_listed(names)} do not go together on cluster {cluster}"


def _advice(choices: Sequence[Suggestion]) -> str:
    """Return the ways out as one sentence, the nearest first."""
    return "; or ".join(choice.text for choice in choices)


def _sources(facts: Sequence[Demand]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(source for demand in facts for source in demand.sources))


def _smallest(question: Question, start: Sequence[int], count: int) -> list[int]:
    """Return a set of causes among `start` that already has no answer and of which none can be left out."""
    kept = list(start)
    for index in start:
        tried = [each for each in kept if each != index]
        if solve(_pose(question, tried, count)) is None:
            kept = tried
    return kept


def _pose(question: Question, kept: Sequence[int], count: int, without: frozenset[str] = frozenset()) -> Problem:
    ignored = frozenset(range(count)) - frozenset(kept)
    return pose(question, preferred={}, ignoring=ignored, without_facts=without, narrowed=False)


def _deciding_facts(question: Question, core: Sequence[int], count: int) -> list[Demand]:
    """Return the facts that the conflict needs: leaving any of them out gives an answer."""
    problem = _pose(question, core, count)
    found: dict[str, Demand] = {}
    offered = [demand for offers in problem.offers.values() for offer in offers for demand in offer.demands]
    for demand in (*problem.demands, *offered):
        if demand.fact is not None:
            found.setdefault(demand.fact, demand)
    left_out: frozenset[str] = frozenset()
    needed = dict(found)
    for fact in found:
        if solve(_pose(question, core, count, left_out | {fact})) is None:
            left_out |= {fact}
            del needed[fact]
    return list(needed.values())


def _chain(question: Question, facts: Sequence[Demand], core: Sequence[Cause]) -> list[str]:
    """Return the sentences that lead from the wishes to the contradiction, each with where it stands."""
    sentences = []
    subjects = {name for demand in facts for name in (demand.subject, demand.owner)} | {cause.subject for cause in core}
    demands = [cause.demand for cause in core if cause.demand is not None]
    posed = pose(question, preferred={}).offers
    subjects |= _brought_twice(posed)
    for product, offers in posed.items():
        for offer in offers:
            allowed = all(demand.accepts(offer.version) for demand in demands if demand.subject == product)
            if not allowed:
                continue
            sentences += [
                f"{product} {offer.version} brings {subject} {version}{_stands(question, offer, subject)}"
                for subject, version in offer.brings.items()
                if subject in subjects
            ]
    sentences += [demand.because + (f" (source: {demand.cited})" if demand.cited else "") for demand in facts]
    extra = len(sentences) - _MOST_NOTES
    return sentences[:_MOST_NOTES] + ([f"and {extra} more of the kind"] if extra > 0 else [])


def _stands(question: Question, offer: Offer, subject: str) -> str:
    """Return where a release has what it brings."""
    release = question.facts.release(offer.product, offer.version)
    path = next((each.path for each in release.components.values() if subject in each.brings), "")
    where = release.repository.removeprefix("https://github.com/")
    return f" (source: {where}@{release.ref}:{path})" if path else ""


def _brought_twice(posed: Mapping[str, Sequence[Offer]]) -> set[str]:
    """Return what several products bring, which excludes them where the versions differ."""
    found: dict[str, set[str]] = {}
    for product, offers in posed.items():
        for offer in offers:
            for subject in offer.brings:
                found.setdefault(subject, set()).add(product)
    return {subject for subject, products in found.items() if len(products) > 1}


def _primary(core: Sequence[int], every: Sequence[Cause], ways: Sequence[Way]) -> int | None:
    """Return the cause that the finding is placed at: what the nearest way out changes, else the last version wish."""
    if ways:
        return ways[0].cause
    wishes = [index for index in core if every[index].demand is not None]
    return next(reversed(wishes or list(core)), None)


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
