"""Tells why no versions fit: the smallest set of wishes and facts that cannot hold together, and the nearest way out.

Searches again and again with parts left out; only a failed search pays for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from compiler.diagnostics.model import Diagnostic, Label, error
from compiler.resolve.offers import KUBERNETES, Cause, Question, causes, pose
from compiler.resolve.solver import Demand, Offer, Problem, Solution, complete, solve

_MOST_NOTES = 8
"""Facts of one chain that are printed; more of them say the same for further releases."""


def explain_conflicts(question: Question, cluster: str) -> list[Diagnostic]:
    """Return a finding `version-conflict` for each contradiction in a question that has no answer.

    Once one is told, what it is placed at is left out, so that further ones show in the same run.
    """
    every = causes(question)
    left = list(range(len(every)))
    found: list[Diagnostic] = []
    while not found or (left and solve(_pose(question, left, len(every))) is None):
        core = _smallest(question, left, len(every))
        found.append(_explain(question, cluster, core, every))
        if not core:
            break
        left.remove(_primary(core, every))
    return found


def _explain(question: Question, cluster: str, core: Sequence[int], every: Sequence[Cause]) -> Diagnostic:
    facts = _deciding_facts(question, core, len(every))
    chain = _chain(question, facts, [every[index] for index in core])
    labels = tuple(Label(every[index].path, every[index].text) for index in core)
    primary = every[_primary(core, every)] if core else None
    ways = _ways_out(question, core, every, [range(len(every)), core])
    subjects = list(dict.fromkeys(every[index].subject for index in core)) or list(question.products)
    return error(
        "version-conflict",
        f"no versions of {_listed(subjects)} go together on cluster {cluster}",
        primary.path if primary else ("clusters",),
        related=tuple(label for label in labels if primary is None or label.path != primary.path),
        notes=tuple(chain),
        help="; or ".join(ways) if ways else "loosen one of the constraints named here",
        sources=tuple(dict.fromkeys(source for demand in facts for source in demand.sources)),
    )


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
    for offers in problem.offers.values():
        for offer in offers:
            for demand in offer.demands:
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
    """Return the sentences that lead from the wishes to the contradiction."""
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
                f"{product} {offer.version} brings {subject} {version}"
                for subject, version in offer.brings.items()
                if subject in subjects
            ]
    sentences += [demand.because for demand in facts]
    extra = len(sentences) - _MOST_NOTES
    return sentences[:_MOST_NOTES] + ([f"and {extra} more of the kind"] if extra > 0 else [])


def _brought_twice(posed: Mapping[str, Sequence[Offer]]) -> set[str]:
    """Return what several products bring, which excludes them where the versions differ."""
    found: dict[str, set[str]] = {}
    for product, offers in posed.items():
        for offer in offers:
            for subject in offer.brings:
                found.setdefault(subject, set()).add(product)
    return {subject for subject, products in found.items() if len(products) > 1}


def _primary(core: Sequence[int], every: Sequence[Cause]) -> int:
    """Return the cause that the finding is placed at: a version wish before anything else, the last one of them."""
    return ([index for index in core if every[index].demand is not None] or list(core))[-1]


def _ways_out(
    question: Question, core: Sequence[int], every: Sequence[Cause], views: Sequence[Sequence[int]]
) -> list[str]:
    """Return one change for each cause that makes everything fit, the nearest first.

    `views` are sets of causes to look at; a later one is for where no single change is enough for an earlier one,
    since there is another contradiction beside this one.
    """
    for view in views:
        found: list[tuple[int, int, str]] = []
        for order, index in enumerate(core):
            cause = every[index]
            near = _wanted(question, cause)
            problem = pose(
                question,
                preferred={},
                ignoring=frozenset(range(len(every))) - frozenset(view) | {index},
                narrowed=False,
                nearness={cause.subject: near} if near else None,
            )
            solution = solve(problem)
            if solution is None:
                continue
            distance, text = _change(question, cause, {**complete(problem, solution), **solution}, near)
            found.append((distance, order, text))
        if found:
            return [text for _, _, text in sorted(found)]
    return []


def _wanted(question: Question, cause: Cause) -> str | None:
    """Return the newest release that a wish allows: the place near which others are looked for."""
    if cause.demand is None or cause.subject not in question.products:
        return None
    return next(
        (version for version in reversed(question.facts.installable(cause.subject)) if cause.demand.accepts(version)),
        None,
    )


def _change(question: Question, cause: Cause, solution: Solution, near: str | None) -> tuple[int, str]:
    """Return how far a change goes, and the change in words."""
    version = solution.get(cause.subject)
    steps_to = [str(step) for step in cause.path if not isinstance(step, int)]
    where = f"`{'.'.join(steps_to)}`"
    if steps_to[:1] == ["clusters"]:
        where = f"`{'.'.join(steps_to[1:])}` of cluster {question.wishes.cluster}"
    if version is not None and cause.fixed is not None and cause.subject == KUBERNETES:
        steps = abs(int(version.split(".")[1]) - int(cause.fixed.version.split(".")[1]))
        return 2 * steps, f'run Kubernetes {version} there (`kubernetes: "{version}"`)'
    if cause.fixed is not None:
        return 20, f"let the platform install {cause.subject} (remove `existing`)"
    if not _can_be_asked_for(question, cause.subject, version) or (
        cause.demand is not None and cause.demand.text.startswith("with ")
    ):
        return 10, f"remove {where}"
    versions = question.facts.installable(cause.subject) if cause.subject in question.products else []
    steps = abs(versions.index(version) - versions.index(near)) if near in versions and version in versions else 5
    return steps, f'set {where} to "{version}"'


def _can_be_asked_for(question: Question, subject: str, version: str | None) -> bool:
    """Return whether a wish may name the version: one that a release has, not one that only the cluster has."""
    facts = question.facts
    if subject in facts.products:
        return version in facts.installable(subject)
    return any(version == brought for _, _, brought in facts.brought(subject))


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
