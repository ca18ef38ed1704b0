"""Errors of the validation library as findings of ours: by type code and place, never by the library's words.

Knows the models' shapes and the text; does not decide what is set aside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from compiler.diagnostics.model import Diagnostic, Fix, YamlPath, error
from compiler.diagnostics.suggest import nearest
from compiler.source.document import Document
from compiler.spec.bare_list import BareList, bare_list
from compiler.spec.base import StrictModel
from compiler.spec.carried_over import variable_in, without_quotes
from compiler.spec.flow import flow
from compiler.spec.scalars import KINDS, Kind
from compiler.spec.shape import ChoiceShape, LeafShape, ModelShape, Place, fields_of
from compiler.spec.spelling import meant
from compiler.spec.wording import (
    advice,
    clear,
    converted,
    described,
    either,
    expected,
    fits,
    is_scalar_list,
    named,
    short,
    takes_empty_mapping,
)

_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "less_than_equal": ("le", "at most"),
    "greater_than": ("gt", "more than"),
    "less_than": ("lt", "less than"),
}


@lru_cache(maxsize=1024)
def _nearest(word: str, candidates: tuple[str, ...]) -> list[str]:
    """Return the nearest candidates; who writes a key wrong does so in every item of a list."""
    return nearest(word, candidates)


@dataclass(frozen=True, slots=True)
class Explained:
    """One finding, and the value that most likely was meant (`has_meant`), to go on with instead of the wrong one.

    `at` is the value's path below the data. `renamed` is the key that an unknown key most likely was meant to be, for
    which `meant` is the value then.
    """

    finding: Diagnostic
    has_meant: bool = False
    meant: Any = None
    at: YamlPath = ()
    renamed: str | None = None


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains errors in one mapping of the platform file.

    `data` is that mapping as written and `base` its path in the file; `document` gives the text, if it is at hand.
    """

    data: object
    base: YamlPath
    document: Document | None

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
            return self._out_of_range(place, *_BOUNDS[code], context)
        if code == "too_short":
            return self._too_few(place, context)
        if isinstance(place.shape, ChoiceShape) and code.startswith("union_tag"):
            return self._no_tag(place, place.shape) if code.endswith("not_found") else self._bad_tag(place, place.shape)
        if isinstance(place.shape, LeafShape) and place.shape.values:
            return self._unknown_value(place.path, list(place.shape.values), _hints_of(place))
        return self._bad_value(code, place)

    def missing(self, place: Place) -> Explained:
        """Return the finding for a key that must be there."""
        key = str(place.path[-1])
        parent = place.shapes[-2]
        field = fields_of(parent.model).get(key) if isinstance(parent, ModelShape) else None
        example = f"{key}: {flow(field.example)}" if field and field.example is not None else f"{key}: ..."
        return Explained(
            self._error("missing-key", f"{self._owner(place)} has no `{key}`", place.path, help=f"add `{example}`")
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
        return self.value(place.path) is None and self._bare_list(place) is not None

    def rule(self, place: Place, index: int) -> Explained:
        """Return the finding for a broken rule of the mapping at `place`."""
        shape = place.shape
        model = shape.model if isinstance(shape, ModelShape) else StrictModel
        rule = model.rules[index]
        value = self.value(place.path)
        written = value if isinstance(value, dict) else {}
        owner = named(model.noun, written)
        return Explained(self._error(rule.code, rule.message(owner, written), place.path, help=rule.help()))

    def _unknown_key(self, place: Place) -> Explained:
        parent = place.shapes[-2]
        key = str(place.path[-1])
        model = parent.model if isinstance(parent, ModelShape) else StrictModel
        known = list(fields_of(model))
        siblings = self.value(place.path[:-1])
        present = siblings if isinstance(siblings, dict) else {}
        hint = model.hints.get(key)
        candidates = _nearest(key, tuple(known))
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
        owner = self._owner(place)
        finding = self._error(
            "unknown-key", f"{owner} has no key `{short(key)}`", place.path, at_key=True, help=text, fix=fix
        )
        return Explained(finding, meant=value, renamed=target)

    def _empty(self, place: Place) -> Explained:
        key = self._key(place.path)
        if isinstance(place.path[-1] if place.path else 0, int):
            return Explained(
                self._error("empty-value", f"{key} holds an empty item", place.path, help="remove the dash")
            )
        if takes_empty_mapping(place.shape):
            fix = Fix((*self.base, *place.path), "{}")
            finding = self._error(
                "empty-value", f"{key} has no value", place.path, help="write `{}` for no settings", fix=fix
            )
            return Explained(finding, has_meant=True, meant={}, at=place.path)
        return Explained(
            self._error("empty-value", f"{key} has no value", place.path, help="give it a value, or remove the line")
        )

    def _out_of_range(self, place: Place, bound: str, words: str, context: Mapping[str, Any]) -> Explained:
        limit = f"{words} {context[bound]:g}"
        message = f"{self._key(place.path)} is {self.value(place.path)}, which must be {limit}"
        return Explained(self._error("number-out-of-range", message, place.path, help=f"write a number of {limit}"))

    def _too_few(self, place: Place, context: Mapping[str, Any]) -> Explained:
        message = f"{self._key(place.path)} of {self._owner(place)} is an empty list"
        return Explained(
            self._error("too-few-items", message, place.path, help=f"list at least {context.get('min_length')}")
        )

    def _no_tag(self, place: Place, choice: ChoiceShape) -> Explained:
        tags = list(choice.options)
        finding = self._error(
            "missing-key",
            f"{self._key(place.path)} has no `{choice.key}`",
            (*place.path, str(choice.key)),
            help=f"add `{choice.key}: {tags[0]}`; it may be {', '.join(tags)}",
        )
        return Explained(finding)

    def _bad_tag(self, place: Place, choice: ChoiceShape) -> Explained:
        path = (*place.path, str(choice.key))
        if self.value(path) is None:
            help_text = f"write one of {', '.join(choice.options)}"
            return Explained(self._error("empty-value", f"`{choice.key}` has no value", path, help=help_text))
        return self._unknown_value(path, list(choice.options))

    def _unknown_value(self, path: YamlPath, values: list[str], hints: Mapping[str, str] | None = None) -> Explained:
        value = self.value(path)
        word: str | None
        if isinstance(value, str):
            word = without_quotes(value)
        else:
            word = self.document.written((*self.base, *path)) if self.document else None
        near = [word] if word in values and word != value else _nearest(word, tuple(values)) if word else []
        target = clear(str(value), near)
        if len(values) == 1:
            target = values[0]
        choice = f"one of {', '.join(values)}" if len(values) > 1 else f"`{values[0]}`"
        fix = Fix((*self.base, *path), flow(target)) if target is not None else None
        hint = (hints or {}).get(str(value))
        finding = self._error(
            "unknown-value",
            f"{self._key(path)} is {described(value)}, not {choice}",
            path,
            help=hint or (f"did you mean {either(near)}?" if near else f"write {choice}"),
            fix=fix,
        )
        return Explained(finding, has_meant=target is not None, meant=target, at=path)

    def _bad_value(self, code: str, place: Place) -> Explained:
        value = self.value(place.path)
        kind = KINDS.get(code)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if kind is not None and (isinstance(value, str) or (is_number and (kind.takes_numbers or kind.has_unit))):
            return self._bad_scalar(place, kind, str(value))
        if kind is not None and kind.is_version and is_number:
            return self._version_not_text(place, value)
        return self._wrong_type(place, value, expected(code, place.shape, kind))

    def _bad_scalar(self, place: Place, kind: Kind, value: str) -> Explained:
        path = place.path
        key = self._key(path)
        plain = without_quotes(value)
        suggestions = (plain,) if plain != value and kind.fits(plain) else meant(kind.code, plain)
        target = suggestions[0] if len(suggestions) == 1 else None
        fix = Fix((*self.base, *path), flow(target)) if target is not None else None
        if re.match(r"[A-Za-z+]+://[^/]*@", value) and not kind.fits(value):
            finding = self._error(
                "credentials-in-url",
                f"{key} holds credentials",
                path,
                help="write the URL without user and token, and put those into a Secret",
                fix=fix,
            )
        elif kind.code in {"not-an-email", "not-a-group"} and ("*" in value or value.lower().startswith("system:")):
            finding = self._error(
                "reserved-subject",
                f"{key} is `{short(value)}`, which is everybody or Kubernetes itself",
                path,
                help=f"name {kind.noun}, such as {flow(kind.example)}",
            )
            target = None
        else:
            wanted = f"{kind.rule}, such as {flow(kind.example)}"
            options = [flow(found) for found in suggestions]
            finding = self._error(
                kind.code,
                _not_of_kind(key, kind, value),
                path,
                help=f"did you mean {either(options)}?" if options else f"write {wanted}",
                notes=(f"expected is {kind.rule}",) if options else (),
                fix=fix,
            )
        return Explained(finding, has_meant=target is not None, meant=target, at=path)

    def _version_not_text(self, place: Place, value: float) -> Explained:
        written = self._text(place.path, value)
        finding = self._error(
            "version-not-text",
            f"{self._key(place.path)} is the number {written}, and as a number 1.30 would become 1.3",
            place.path,
            help=f'write it in quotes: "{written}"',
            fix=Fix((*self.base, *place.path), f'"{written}"'),
        )
        return Explained(finding, has_meant=True, meant=written, at=place.path)

    def _bare_list(self, place: Place) -> BareList | None:
        parent, siblings = place.shapes[-2], self.value(place.path[:-1])
        key = place.path[-1]
        if not isinstance(parent, ModelShape) or not isinstance(siblings, dict) or key not in siblings:
            return None
        return bare_list(str(key), siblings, parent.model, (*self.base, *place.path[:-1]), self.document)

    def _without_brackets(self, place: Place, found: BareList) -> Explained:
        whole = list(found.items)
        key = self._key(place.path)
        finding = self._error(
            "wrong-type",
            f"{key} of {self._owner(place)} is a list without brackets, so that {either(whole[1:], 'and')} "
            f"{'is a key' if len(whole) == 2 else 'are keys'} beside it",
            place.path,
            help=f"write `{found.head}: {flow(whole)}`",
            fix=Fix((*self.base, *place.path[:-1]), found.text),
        )
        return Explained(finding, has_meant=True, meant=whole, at=place.path)

    def _wrong_type(self, place: Place, value: object, expected: str) -> Explained:
        if is_scalar_list(place.shape) and isinstance(value, str):
            found = self._bare_list(place)
            if found is not None:
                return self._without_brackets(place, found)
        target: object = None
        text: str | None = None
        if expected == "text" and isinstance(value, bool | int | float):
            written = self._text(place.path, value)
            if fits(place.shape, written):
                target = written
                text = f'"{written}"'
        elif is_scalar_list(place.shape) and isinstance(value, str):
            # Nothing that is listed anywhere holds a comma.
            target = [item.strip() for item in value.split(",") if item.strip()]
            text = flow(target)
        elif is_scalar_list(place.shape) and isinstance(value, dict) and value and set(value.values()) == {None}:
            target = list(value)
            text = flow(target)
        elif is_scalar_list(place.shape) and isinstance(value, int | float):
            target = [value]
            text = f"[{self._text(place.path, value)}]"
        else:
            target = converted(value, expected, place.shape)
            text = flow(target) if target is not None else None
        finding = self._error(
            "wrong-type",
            f"{self._key(place.path)} is {described(value, self._text(place.path, value))}, not {expected}",
            place.path,
            help=f"write `{text}`" if text is not None else advice(place.shape, expected),
            fix=Fix((*self.base, *place.path), text) if text is not None else None,
        )
        return Explained(finding, has_meant=target is not None, meant=target, at=place.path)

    def _error(self, code: str, message: str, path: YamlPath, **rest: object) -> Diagnostic:
        return error(code, message, (*self.base, *path), **rest)

    def value(self, path: YamlPath) -> Any:
        """Return the value as written at a path below `base`; `None` where there is none."""
        value: Any = self.data
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def _text(self, path: YamlPath, value: object) -> str:
        written = self.document.written((*self.base, *path)) if self.document else None
        return written.strip() if written else flow(value)

    def _key(self, path: YamlPath) -> str:
        """Return what a person calls the value: its key, and for an item of a list the list's."""
        full = (*self.base, *path)
        names = [step for step in full if isinstance(step, str)]
        if not names:
            return "the file"
        if full and isinstance(full[-1], int):
            return f"an item of `{short(names[-1])}`"
        return f"`{short(names[-1])}`"

    def _owner(self, place: Place) -> str:
        """Return what a person calls the mapping that holds the place, by its name where it has one."""
        parent = place.shapes[-2] if len(place.shapes) > 1 else None
        noun = parent.model.noun if isinstance(parent, ModelShape) else "this mapping"
        return named(noun, self.value(place.path[:-1]))


def _hints_of(place: Place) -> Mapping[str, str]:
    parent = place.shapes[-2] if len(place.shapes) > 1 else None
    return parent.model.value_hints.get(str(place.path[-1]), {}) if isinstance(parent, ModelShape) else {}


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


def _not_of_kind(key: str, kind: Kind, value: str) -> str:
    """Return that a scalar is not of its kind; what may be a secret is not repeated."""
    if not value.strip():
        return f"{key} is empty"
    return f"{key} is {'' if kind.is_secret_name else f'`{short(value)}`, which is '}not {kind.noun}"
