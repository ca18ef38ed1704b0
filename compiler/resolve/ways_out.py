"""Looks for the changes of which each one ends a contradiction, the nearest first, as edits of the platform file.

Every change is tried before it is named: the question is asked again with it. Knows nothing of how a conflict is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from compiler.diagnostics.model import Fix, Suggestion
from compiler.frozen import frozen
from compiler.resolve.offers import KUBERNETES, Cause, Question, ask, causes, pose
from compiler.resolve.solver import complete, solve
from compiler.resolve.wishes import ClusterWishes

_REMOVAL = 10
_OLDER_KUBERNETES = 15
_NO_LONGER_EXISTING = 20
"""How far a change goes that is more than another version: in releases of a product, of which it is worth as many."""


@frozen
class Way:
    """One change that is enough: of which cause, and the version to ask for there; none where it is to go."""

    cause: int
    version: str | None


@frozen
class _Change:
    """A change with its distance and the question as it is asked after it."""

    distance: int
    version: str | None
    text: str
    fix: Fix
    after: Question


def ways_out(question: Question, core: Sequence[int], every: Sequence[Cause]) -> list[Way]:
    """Return one change for each cause in `core` that a single change of it helps, the nearest first.

    A change after which everything fits comes before one that ends this contradiction and leaves another.
    """
    found: list[tuple[int, int, int, Way]] = []
    for order, index in enumerate(core):
        for rank, view in enumerate((range(len(every)), core)):
            change = _change_of(question, index, view, every)
            if change is not None and _holds(change.after, {every[each].path for each in view}):
                found.append((rank, change.distance, order, Way(index, change.version)))
                break
    return [way for *_, way in sorted(found, key=lambda entry: entry[:3])]


def suggestions(question: Question, ways: Sequence[Way], every: Sequence[Cause]) -> tuple[Suggestion, ...]:
    """Return ways out in the words and places of a question, which may be another one that asks alike."""
    changes = [_change(question, way.cause, every[way.cause], way.version) for way in ways]
    return tuple(Suggestion(change.text, change.fix) for change in changes)


def _change_of(question: Question, index: int, view: Sequence[int], every: Sequence[Cause]) -> _Change | None:
    """Return the change of one cause after which those in `view` could hold; nothing where none does."""
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
        return None
    return _change(question, index, cause, {**complete(problem, solution), **solution}.get(cause.subject))


def _holds(question: Question, places: set[object]) -> bool:
    """Return whether there is an answer when only what stands at these places is asked for."""
    ignored = frozenset(index for index, cause in enumerate(causes(question)) if cause.path not in places)
    return solve(pose(question, preferred={}, ignoring=ignored, narrowed=False)) is not None


def _wanted(question: Question, cause: Cause) -> str | None:
    """Return the newest release that a wish allows: the place near which others are looked for."""
    if cause.demand is None or cause.subject not in question.products:
        return None
    return next(
        (version for version in reversed(question.facts.installable(cause.subject)) if cause.demand.accepts(version)),
        None,
    )


def _change(question: Question, index: int, cause: Cause, version: str | None) -> _Change:
    """Return the change of a cause, where `version` is what its subject has afterwards."""
    if cause.fixed is not None:
        if cause.subject == KUBERNETES and version is not None:
            return _other_kubernetes(question, cause, cause.fixed.version, version)
        name = str(cause.path[-2])
        wishes = _with_component(question.wishes, name, existing=True)
        text = f"let the platform install {name} (remove {_place(cause, question)})"
        return _Change(_NO_LONGER_EXISTING, None, text, Fix(cause.path, None), _ask(question, wishes))
    if index >= len(question.versions):
        return _without_component(question, cause)
    others = (*question.versions[:index], *question.versions[index + 1 :])
    if version is None or not _can_be_asked_for(question, cause.subject, version):
        text = f"remove {_place(cause, question)}"
        return _Change(_REMOVAL, None, text, Fix(cause.path, None), replace(question, versions=others))
    near = _wanted(question, cause)
    known = question.facts.installable(cause.subject) if cause.subject in question.products else ()
    steps = abs(known.index(version) - known.index(near)) if near in known and version in known else _REMOVAL // 2
    wish = replace(question.versions[index], constraint=version)
    versions = (*question.versions[:index], wish, *question.versions[index + 1 :])
    text = f'set {_place(cause, question)} to "{version}"'
    if cause.path[0] == "versions" and not question.wishes.is_alone:
        product = cause.path[-1]
        text += f', or on {question.wishes.cluster} alone (`versions: {{{product}: "{version}"}}` in the cluster)'
    return _Change(steps, version, text, Fix(cause.path, f'"{version}"'), replace(question, versions=versions))


def _other_kubernetes(question: Question, cause: Cause, here: str, there: str) -> _Change:
    """Return the change of Kubernetes; a minor counts twice, and none goes back on a cluster that runs."""
    steps = int(there.split(".")[1]) - int(here.split(".")[1])
    if steps >= 0:
        distance, text = 2 * steps, f'run Kubernetes {there} there (`kubernetes: "{there}"`)'
    else:
        distance = 2 * -steps + _OLDER_KUBERNETES
        text = f'build {question.wishes.cluster} anew with Kubernetes {there} (`kubernetes: "{there}"`)'
    pins = tuple(replace(pin, version=there) if pin.subject == KUBERNETES else pin for pin in question.pins)
    return _Change(distance, there, text, Fix(cause.path, f'"{there}"'), replace(question, pins=pins))


def _without_component(question: Question, cause: Cause) -> _Change:
    """Return the change that leaves a component out; on one cluster it is turned off, for the platform may ask too."""
    name = str(cause.path[-1])
    wishes = _with_component(question.wishes, name, existing=False)
    if cause.path[0] == "clusters":
        text, fix = f"turn {_place(cause, question)} off (`{name}: {{enabled: false}}`)", "{enabled: false}"
        return _Change(_REMOVAL, None, text, Fix(cause.path, fix), _ask(question, wishes))
    return _Change(_REMOVAL, None, f"remove {_place(cause, question)}", Fix(cause.path, None), _ask(question, wishes))


def _with_component(wishes: ClusterWishes, name: str, *, existing: bool) -> ClusterWishes:
    """Return the wishes with a component installed that was `existing`, else without the component."""
    components = {
        each: replace(wish, existing=None) if each == name else wish
        for each, wish in wishes.components.items()
        if existing or each != name
    }
    return replace(wishes, components=components)


def _ask(question: Question, wishes: ClusterWishes) -> Question:
    kubernetes, *pins = question.pins
    kept = [pin for pin in pins if str(pin.path[-2]) in wishes.existing]
    return ask(wishes, question.facts, kubernetes, kept, question.versions)


def _place(cause: Cause, question: Question) -> str:
    """Return where a cause stands, as a user names it."""
    steps = [str(step) for step in cause.path if not isinstance(step, int)]
    if steps[:1] == ["clusters"]:
        return f"`{'.'.join(steps[1:])}` of cluster {question.wishes.cluster}"
    return f"`{'.'.join(steps)}`"


def _can_be_asked_for(question: Question, subject: str, version: str) -> bool:
    """Return whether a wish may name the version: one that a release has, not one that only the cluster has."""
    facts = question.facts
    if subject in facts.products and version in facts.installable(subject):
        return True
    return any(version == brought for _, _, brought in facts.brought(subject))
