"""Tells why no versions fit: the smallest set of wishes and facts that cannot hold together, and the nearest way out.

Searches again and again with parts left out; only a failed search pays for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from compiler.diagnostics.model import Diagnostic, Label, error
from compiler.resolve.offers import KUBERNETES, Cause, Question, causes, pose
from compiler.resolve.solver import Demand, Problem, Solution, complete, solve

_MOST_NOTES = 8
"""Facts of one chain that are printed; more of them say the same for further releases."""


def explain_conflict(question: Question, cluster: str) -> Diagnostic:
    """Return the one finding `version-conflict` of a question that has no answer, for a cluster of that name."""
    every = causes(question)
    core = _smallest(question, len(every))
    facts = _deciding_facts(question, core, len(every))
    chain = _chain(question, facts, [every[index] for index in core])
    labels = tuple(Label(every[index].path, every[index].text) for index in core)
    primary = _primary([every[index] for index in core])
    ways = _ways_out(question, core, every)
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


def _smallest(question: Question, count: int) -> list[int]:
    """Return a set of causes that already has no answer and of which none can be left out."""
    kept = list(range(count))
    for index in range(count):
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
    for product, offers in pose(question, preferred={}).offers.items():
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


def _primary(core: Sequence[Cause]) -> Cause | None:
    """Return the cause that the finding is placed at: a version wish before anything else, the last one of them."""
    wishes = [cause for cause in core if cause.demand is not None] or list(core)
    return wishes[-1] if wishes else None


def _ways_out(question: Question, core: Sequence[int], every: Sequence[Cause]) -> list[str]:
    """Return one change for each cause that makes everything fit, the nearest first."""
    found: list[tuple[int, int, str]] = []
    for order, index in enumerate(core):
        cause = every[index]
        near = _wanted(question, cause)
        problem = pose(
            question,
            preferred={},
            ignoring=frozenset({index}),
            narrowed=False,
            nearness={cause.subject: near} if near else None,
        )
        solution = solve(problem)
        if solution is None:
            continue
        distance, text = _change(question, cause, {**complete(problem, solution), **solution}, near)
        found.append((distance, order, text))
    return [text for _, _, text in sorted(found)]


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
    if cause.fixed is not None and cause.subject == KUBERNETES and version is not None:
        steps = abs(int(version.split(".")[1]) - int(cause.fixed.version.split(".")[1]))
        return 2 * steps, f'run Kubernetes {version} there (`kubernetes: "{version}"`)'
    if cause.fixed is not None:
        return 20, f"let the platform install {cause.subject} (remove `existing`)"
    if version is None or (cause.demand is not None and cause.demand.text.startswith("with ")):
        return 10, f"remove {where}"
    versions = question.facts.installable(cause.subject) if cause.subject in question.products else []
    steps = abs(versions.index(version) - versions.index(near)) if near in versions and version in versions else 5
    return steps, f'set {where} to "{version}"'


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
