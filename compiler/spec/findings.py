"""Errors of the validation library as findings of ours: by type code and place, never by the library's words.

Knows the models' shapes and the text; does not decide what is set aside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from compiler.diagnostics.model import Fix
from compiler.spec.base import StrictModel
from compiler.spec.carried_over import variable_in, without_quotes
from compiler.spec.flow import flow
from compiler.spec.judged import Explained
from compiler.spec.shape import ChoiceShape, LeafShape, ModelShape, Place, fields_of
from compiler.spec.wording import clear, either, is_scalar_list, named, short, takes_empty_mapping
from compiler.spec.wrong_values import WrongValues, hints_of

_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "less_than_equal": ("le", "at most"),
    "greater_than": ("gt", "more than"),
    "less_than": ("lt", "less than"),
}


class Explainer(WrongValues):
    """Explains errors in one mapping of the platform file."""

    __slots__ = ()

    def explain(self, code: str, context: Mapping[str, Any], place: Place) -> Explained:
        """Return the finding for one error: its type code and context, and its place below `base`.

        Reports: unknown-key, missing-key, empty-value, wrong-type, version-not-text, unknown-value,
        number-out-of-range, too-few-items, credentials-in-url, reserved-subject, the code of a `Kind` or of a rule.
        """
        explained = self._explain(code, context, place)
        value = self.value(explained.finding.path[len(self.base) :])
        return _carried_over(explained, value) if isinstance(value, str) else explained

    def _explain(self, code: str, context: Mapping[str, Any], place: Place) -> Explained:
        if code == "extra_forbidden":
            return self._unknown_key(place)
        if code == "missing":
            return self.missing(place)
        if "rule" in context:
            return self.rule(place, context["rule"])
        if self.value(place.path) is None:
            return self._empty(place)
        if code in _BOUNDS:
            return self.out_of_range(place, *_BOUNDS[code], context)
        if code == "too_short":
            return self.too_few(place, context)
        if isinstance(place.shape, ChoiceShape) and code.startswith("union_tag"):
            return self.no_tag(place, place.shape) if code.endswith("not_found") else self.bad_tag(place, place.shape)
        if isinstance(place.shape, LeafShape) and place.shape.values:
            return self.unknown_value(place.path, list(place.shape.values), hints_of(place))
        return self.bad_value(code, place)

    def missing(self, place: Place) -> Explained:
        """Return the finding for a key that must be there."""
        key = str(place.path[-1])
        parent = place.shapes[-2]
        field = fields_of(parent.model).get(key) if isinstance(parent, ModelShape) else None
        example = f"{key}: {flow(field.example)}" if field and field.example is not None else f"{key}: ..."
        return Explained(
            self.error("missing-key", f"{self.owner(place)} has no `{key}`", place.path, help=f"add `{example}`")
        )

    def is_hinted_at(self, place: Place) -> bool:
        """Return whether a key of the mapping stands for the missing one at `place`, and is told with its hint."""
        parent = place.shapes[-2]
        written = self.value(place.path[:-1])
        if not isinstance(parent, ModelShape) or not isinstance(written, dict):
            return False
        hints = [hint for key, hint in parent.model.hints.items() if key in written]
        return any(hint.instead == place.path[-1] for hint in hints)

    def is_of_bare_list(self, place: Place) -> bool:
        """Return whether an unknown key is an item of a list without brackets, which is told at the list's key."""
        return self.value(place.path) is None and self.bare_list(place) is not None

    def rule(self, place: Place, index: int) -> Explained:
        """Return the finding for a broken rule of the mapping at `place`."""
        shape = place.shape
        model = shape.model if isinstance(shape, ModelShape) else StrictModel
        rule = model.rules[index]
        value = self.value(place.path)
        written = value if isinstance(value, dict) else {}
        owner = named(model.noun, written)
        return Explained(self.error(rule.code, rule.message(owner, written), place.path, help=rule.help()))

    def _unknown_key(self, place: Place) -> Explained:
        parent = place.shapes[-2]
        key = str(place.path[-1])
        model = parent.model if isinstance(parent, ModelShape) else StrictModel
        known = list(fields_of(model))
        siblings = self.value(place.path[:-1])
        present = siblings if isinstance(siblings, dict) else {}
        hint = model.hints.get(key)
        candidates = self.nearest(key, known)
        target = hint.key if hint else clear(key, candidates)
        if hint is not None:
            text = hint.help
        elif candidates:
            text = f"did you mean {either(candidates)}?"
        else:
            text = f"keys are {', '.join(known)}" if known else "leave it out"
        target = target if target not in present else None
        value = self.value(place.path)
        fix = None
        if target is not None and isinstance(value, str | int) and is_scalar_list(fields_of(model)[target].shape):
            # One fix is one edit, and this would take two: the key, and brackets around the value.
            value = [value]
            text = f"write `{target}: {flow(value)}`"
        elif target is not None:
            fix = Fix((*self.base, *place.path), target, at_key=True)
        owner = self.owner(place)
        finding = self.error(
            "unknown-key", f"{owner} has no key `{short(key)}`", place.path, at_key=True, help=text, fix=fix
        )
        return Explained(finding, meant=value, renamed=target)

    def _empty(self, place: Place) -> Explained:
        key = self.key(place.path)
        if isinstance(place.path[-1] if place.path else 0, int):
            return Explained(
                self.error("empty-value", f"{key} holds an empty item", place.path, help="remove the dash")
            )
        if takes_empty_mapping(place.shape):
            fix = Fix((*self.base, *place.path), "{}")
            finding = self.error(
                "empty-value", f"{key} has no value", place.path, help="write `{}` for no settings", fix=fix
            )
            return Explained(finding, has_meant=True, meant={}, at=place.path)
        return Explained(
            self.error("empty-value", f"{key} has no value", place.path, help="give it a value, or remove the line")
        )


def _carried_over(explained: Explained, value: str) -> Explained:
    """Return what is told of a text, with what is to be said where it comes from a template or a word processor.

    What a variable stands for is nobody's guess, so nothing that was made of its letters is offered.
    """
    finding = explained.finding
    variable = variable_in(value)
    if variable is not None and not finding.at_key and finding.code != "credentials-in-url":
        message = f"{finding.message}: nothing is substituted in this file"
        return Explained(
            replace(finding, message=message, help=f"write the value of `{short(variable)}` itself", fix=None)
        )
    if without_quotes(value) != value:
        note = f"{value.strip()[0]} and {value.strip()[-1]} are letters to YAML; its quotes are straight"
        return replace(explained, finding=replace(finding, notes=(*finding.notes, note)))
    return explained
