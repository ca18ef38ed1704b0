"""What happens once something is wrong: explain every error, set it aside, and try again until the rest holds.

Apart from `validate` because the usual file has no mistakes and must not pay for this.
"""

from __future__ import annotations

from itertools import islice
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from compiler.diagnostics.model import Diagnostic, YamlPath, error
from compiler.source.document import Document
from compiler.spec.base import StrictModel
from compiler.spec.findings import Explainer
from compiler.spec.judged import Explained
from compiler.spec.origins import Kept
from compiler.spec.pruning import DROPPED, Edits, apply_edits, original, removal
from compiler.spec.shape import ModelShape, Place, fields_of, locate

M = TypeVar("M", bound=StrictModel)

MAX_EXPLAINED = 1000
"""So many mistakes of shape are told one by one; those of a machine's file would fill a disk."""
MAX_SETTLED = 10_000
"""Of a file with more mistakes of shape than these the first are told, and nothing is made of the rest."""


def settle(
    model: type[M], data: dict[str, Any], base: YamlPath, document: Document | None, failure: ValidationError
) -> tuple[tuple[M, frozenset[YamlPath], Kept] | None, list[Diagnostic]]:
    """Return the largest sound model with the edited paths, and a finding for each independent mistake.

    An error that only follows from what was set aside makes no finding, but is set aside too. Each round takes at
    least one more part out, and parts only grow outwards, so the depth of the models bounds the rounds.
    """
    if failure.error_count() > MAX_SETTLED:
        return None, _flood(model, data, base, document, failure)
    explainer = Explainer(data, base, document)
    edits: Edits = {}
    kept: Kept = {}
    findings: list[Diagnostic] = []
    ruled: set[YamlPath] = set()
    further_count = 0
    while True:
        before = dict(edits)
        touched = _Touched(before)
        renamed: set[YamlPath] = set()
        is_hopeless = False
        errors = failure.errors(include_url=False, include_input=False)
        # A misspelt key first: the right one is not missing then.
        errors.sort(key=lambda details: details["type"] != "extra_forbidden")
        for details in errors:
            place = _place(model, details, kept)
            explained = None
            if place.path in renamed:
                continue
            if details["type"] == "missing" and explainer.is_hinted_at(place):
                is_hopeless = is_hopeless or not _edit(place, None, edits)
                continue
            if (
                len(findings) < MAX_EXPLAINED
                and not touched.is_related(place.path)
                and not _is_consequence(details, place, explainer)
            ):
                explained = explainer.explain(details["type"], details.get("ctx", {}), place)
                findings.append(explained.finding)
                findings += _broken_rules(explainer, place, details, ruled)
            if explained is not None and explained.renamed is not None:
                target = (*place.path[:-1], explained.renamed)
                edits.setdefault(target, explained.meant)
                renamed.add(target)
            if not _edit(place, explained, edits):
                is_hopeless = True
        if len(findings) >= MAX_EXPLAINED and not further_count:
            further_count = len(errors) - len(findings)
            findings += _too_many(further_count, base)
        if is_hopeless or edits == before:
            return None, findings
        pruned, kept = apply_edits(data, edits)
        try:
            return (model.model_validate(pruned), frozenset(edits), kept), findings
        except ValidationError as further:
            failure = further


def _flood(
    model: type[M], data: dict[str, Any], base: YamlPath, document: Document | None, failure: ValidationError
) -> list[Diagnostic]:
    """Return the first mistakes of very many: those of the same data with long lists and mappings cut short.

    The library hands out all errors of a value or none, and a file's 100,000 take more memory than the file's data.
    """
    total = failure.error_count()
    width = MAX_SETTLED
    while True:
        width //= 2
        try:
            model.model_validate(_cut(data, width))
        except ValidationError as fewer:
            if fewer.error_count() > MAX_SETTLED and width:
                continue
            errors = fewer.errors(include_url=False, include_input=False)
            break
        else:  # All mistakes stand far down in one collection: then these are told, whatever it takes.
            errors = failure.errors(include_url=False, include_input=False)
            break
    explainer = Explainer(data, base, document)
    findings: list[Diagnostic] = []
    for details in errors[: 2 * MAX_EXPLAINED]:
        place = _place(model, details, {})
        # What was only cut off is not missing, and a mistake may follow from what the loader took out.
        if details["type"] == "missing" and explainer.value(place.path) is not None:
            continue
        if _is_consequence(details, place, explainer):
            total -= 1
        elif len(findings) < MAX_EXPLAINED:
            findings.append(explainer.explain(details["type"], details.get("ctx", {}), place).finding)
    return [*findings, *_too_many(total - len(findings), base)]


def _cut(value: Any, width: int) -> Any:
    """Return a value with at most so many entries in each collection: the first ones."""
    if isinstance(value, dict):
        return {key: _cut(item, width) for key, item in islice(value.items(), width)}
    return [_cut(item, width) for item in value[:width]] if isinstance(value, list) else value


def _too_many(count: int, base: YamlPath) -> list[Diagnostic]:
    """Return what stands for the mistakes that are not told one by one."""
    if count <= 0:
        return []
    message = f"the file has about {count:,} more mistakes of this kind, which are not told one by one"
    return [error("too-many-mistakes", message, base, help="correct the ones above first")]


class _Touched:
    """Paths that were edited, to tell what follows from an edit: a place inside an edited value, or one around it."""

    def __init__(self, edits: Edits) -> None:
        self._edited = set(edits)
        self._around = {path[:depth] for path in edits for depth in range(len(path))}

    def is_related(self, path: YamlPath) -> bool:
        return path in self._around or any(path[:depth] in self._edited for depth in range(len(path) + 1))


def _place(model: type[StrictModel], details: ErrorDetails, kept: Kept) -> Place:
    place = locate(model, details["loc"])
    return Place(original(place.path, kept), place.shapes) if kept else place


def _is_consequence(details: ErrorDetails, place: Place, explainer: Explainer) -> bool:
    """Return whether an error follows from another: from what the loader took out, or from a list's own bad items.

    The items of a list without brackets are keys for YAML, and told where the list is.

    Bad items do not count for the library, so a list of one bad item is also too short for it.
    """
    if explainer.document is not None and details["type"] != "extra_forbidden":
        damaged = place.path[:-1] if details["type"] == "missing" else place.path
        if explainer.document.is_incomplete((*explainer.base, *damaged)):
            return True
    if details["type"] == "extra_forbidden":
        return explainer.is_of_bare_list(place)
    return details["type"] == "too_short" and bool(explainer.value(place.path))


def _edit(place: Place, explained: Explained | None, edits: Edits) -> bool:
    """Enter the edit that gets an error out of the way; return whether there is one."""
    if explained is not None and explained.has_meant and explained.at not in edits:
        edits[explained.at] = explained.meant
        return True
    # An item of a list that is given up needs no edits inside it.
    if any(edits.get(place.path[:depth]) is DROPPED for depth in range(1, len(place.path))):
        return True
    found = removal(place, edits)
    if found is None:
        return False
    edits[found[0]] = found[1]
    return True


def _broken_rules(explainer: Explainer, place: Place, details: ErrorDetails, ruled: set[YamlPath]) -> list[Diagnostic]:
    """Return findings for rules over the keys of the mapping around a bad value.

    The library checks a mapping's rules only when all its values are sound; the keys can be judged all the same.
    """
    if "rule" in details.get("ctx", {}) or not place.path:
        return []
    parent_path, shape = place.path[:-1], place.shapes[-2]
    if parent_path in ruled or not isinstance(shape, ModelShape) or not shape.model.rules:
        return []
    ruled.add(parent_path)
    value = explainer.value(parent_path)
    if not isinstance(value, dict):
        return []
    # A key that is misspelt may be the one that the rule misses.
    if any(key not in fields_of(shape.model) for key in value):
        return []
    parent = Place(parent_path, place.shapes[:-1])
    return [
        explainer.rule(parent, index).finding
        for index, rule in enumerate(shape.model.rules)
        if rule.reads_keys_only and rule.is_broken(value)
    ]
