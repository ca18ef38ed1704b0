"""Why a value is not what is expected at its place, and what it was most likely meant to be.

Knows shapes and kinds of scalars; knows nothing of keys that are missing or unknown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeGuard

from compiler.diagnostics.model import Fix, YamlPath
from compiler.spec.bare_list import BareList, bare_list
from compiler.spec.carried_over import without_quotes
from compiler.spec.flow import flow
from compiler.spec.judged import Explained, Judged
from compiler.spec.scalars import KINDS, Kind
from compiler.spec.shape import ChoiceShape, ModelShape, Place
from compiler.spec.spelling import meant
from compiler.spec.wording import (
    advice,
    clear,
    converted,
    described,
    either,
    example_of,
    expected,
    fits,
    is_scalar_list,
    short,
)


class WrongValues(Judged):
    """Explains values of a mapping."""

    __slots__ = ()

    def out_of_range(self, place: Place, bound: str, words: str, context: Mapping[str, Any]) -> Explained:
        """Return the finding for a number beyond a bound, called `bound` in the context and `words` in a sentence."""
        limit = f"{words} {context[bound]:g}"
        message = f"{self.key(place.path)} is {self.value(place.path)}, which must be {limit}"
        return Explained(self.error("number-out-of-range", message, place.path, help=f"write a number of {limit}"))

    def too_few(self, place: Place, context: Mapping[str, Any]) -> Explained:
        """Return the finding for a list that lacks items."""
        message = f"{self.key(place.path)} of {self.owner(place)} is an empty list"
        return Explained(
            self.error("too-few-items", message, place.path, help=f"list at least {context.get('min_length')}")
        )

    def no_tag(self, place: Place, choice: ChoiceShape) -> Explained:
        """Return the finding for a mapping without the key that says what it is."""
        tags = list(choice.options)
        written = self.value(place.path)
        named = [tag for tag in tags if isinstance(written, dict) and tag in written]
        if len(named) == 1:
            text = f"write `{flow(example_of(choice, named[0]))}`"
        else:
            text = f"add `{choice.key}: {tags[0]}`; it may be {', '.join(tags)}"
        finding = self.error(
            "missing-key",
            f"{self.key(place.path)} has no `{choice.key}`",
            (*place.path, str(choice.key)),
            help=text,
        )
        return Explained(finding)

    def bad_tag(self, place: Place, choice: ChoiceShape) -> Explained:
        """Return the finding for a mapping that says to be what there is not."""
        path = (*place.path, str(choice.key))
        if self.value(path) is None:
            help_text = f"write one of {', '.join(choice.options)}"
            return Explained(self.error("empty-value", f"`{choice.key}` has no value", path, help=help_text))
        models = [option.model for option in choice.options.values() if isinstance(option, ModelShape)]
        hints = {value: text for model in models for value, text in model.value_hints.get(choice.key or "", {}).items()}
        return self.unknown_value(path, list(choice.options), hints)

    def unknown_value(self, path: YamlPath, values: list[str], hints: Mapping[str, str] | None = None) -> Explained:
        """Return the finding for a value that is none of a few; `hints` speak of values that people expect."""
        value = self.value(path)
        word: str | None
        if isinstance(value, str):
            word = without_quotes(value)
        else:
            is_scalar = not isinstance(value, list | dict)
            word = self.document.written((*self.base, *path)) if self.document and is_scalar else None
        near = [word] if word in values and word != value else self.nearest(word, values) if word else []
        target = clear(str(value), near)
        if len(values) == 1:
            target = values[0]
        choice = f"one of {', '.join(values)}" if len(values) > 1 else f"`{values[0]}`"
        fix = Fix((*self.base, *path), flow(target)) if target is not None else None
        hint = (hints or {}).get(str(value))
        finding = self.error(
            "unknown-value",
            f"{self.key(path)} is {described(value)}, not {choice}",
            path,
            help=hint or (f"did you mean {either(near)}?" if near else f"write {choice}"),
            fix=fix,
        )
        return Explained(finding, has_meant=target is not None, meant=target, at=path)

    def bad_value(self, code: str, place: Place) -> Explained:
        """Return the finding for a value of another type, or for a scalar that is not of its kind."""
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
        key = self.key(path)
        plain = without_quotes(value)
        suggestions = (
            (plain,) if plain != value and kind.fits(plain) else meant(kind.code, plain, path[-1] if path else "")
        )
        target = suggestions[0] if len(suggestions) == 1 else None
        fix = Fix((*self.base, *path), flow(target)) if target is not None else None
        if re.match(r"[A-Za-z+]+://[^/]*@", value) and not kind.fits(value):
            finding = self.error(
                "credentials-in-url",
                f"{key} holds credentials",
                path,
                help="write the URL without user and token, and put those into a Secret",
                fix=fix,
            )
        elif kind.code in {"not-an-email", "not-a-group"} and ("*" in value or value.lower().startswith("system:")):
            finding = self.error(
                "reserved-subject",
                f"{key} is `{short(value)}`, which is everybody or Kubernetes itself",
                path,
                help=f"name {kind.noun}, such as {flow(kind.example)}",
            )
            target = None
        else:
            wanted = f"{kind.rule}, such as {flow(kind.example)}"
            options = [flow(found) for found in suggestions]
            finding = self.error(
                kind.code,
                _not_of_kind(key, kind, value),
                path,
                help=f"did you mean {either(options)}?" if options else _type_hint(place) or f"write {wanted}",
                notes=(f"expected is {kind.rule}",) if options else (),
                fix=fix,
            )
        return Explained(finding, has_meant=target is not None, meant=target, at=path)

    def _version_not_text(self, place: Place, value: float) -> Explained:
        written = self.text(place.path, value)
        finding = self.error(
            "version-not-text",
            f"{self.key(place.path)} is the number {written}, and as a number 1.30 would become 1.3",
            place.path,
            help=f'write it in quotes: "{written}"',
            fix=Fix((*self.base, *place.path), f'"{written}"'),
        )
        return Explained(finding, has_meant=True, meant=written, at=place.path)

    def bare_list(self, place: Place) -> BareList | None:
        """Return the list without brackets that the key at `place` begins, or of which it is an item."""
        parent, siblings = place.shapes[-2], self.value(place.path[:-1])
        key = place.path[-1]
        if not isinstance(parent, ModelShape) or not isinstance(siblings, dict) or key not in siblings:
            return None
        return bare_list(str(key), siblings, parent.model, (*self.base, *place.path[:-1]), self.document)

    def _without_brackets(self, place: Place, found: BareList) -> Explained:
        whole = list(found.items)
        key = self.key(place.path)
        finding = self.error(
            "wrong-type",
            f"{key} of {self.owner(place)} is a list without brackets, so that {either(whole[1:], 'and')} "
            f"{'is a key' if len(whole) == 2 else 'are keys'} beside it",
            place.path,
            help=f"write `{found.head}: {flow(whole)}`",
            fix=Fix((*self.base, *place.path[:-1]), found.text),
        )
        return Explained(finding, has_meant=True, meant=whole, at=place.path)

    def _wrong_type(self, place: Place, value: object, expected: str) -> Explained:
        if is_scalar_list(place.shape) and isinstance(value, str):
            found = self.bare_list(place)
            if found is not None:
                return self._without_brackets(place, found)
        target: object = None
        text: str | None = None
        if expected == "text" and isinstance(value, bool | int | float):
            written = self.text(place.path, value)
            if fits(place.shape, written):
                target = written
                text = f'"{written}"'
        elif is_scalar_list(place.shape) and isinstance(value, str):
            # Nothing that is listed anywhere holds a comma.
            target = [item.strip() for item in value.split(",") if item.strip()]
            text = flow(target)
        elif is_scalar_list(place.shape) and _has_keys_alone(value):
            target = list(value)
            text = flow(target)
        elif is_scalar_list(place.shape) and isinstance(value, int | float):
            target = [value]
            text = f"[{self.text(place.path, value)}]"
        else:
            target = converted(value, expected, place.shape)
            text = flow(target) if target is not None else None
        finding = self.error(
            "wrong-type",
            f"{self.key(place.path)} is {described(value, self.text(place.path, value))}, not {expected}",
            place.path,
            help=f"write `{text}`" if text is not None else _type_hint(place) or advice(place.shape, expected, value),
            fix=Fix((*self.base, *place.path), text) if text is not None else None,
        )
        return Explained(finding, has_meant=target is not None, meant=target, at=place.path)


def _has_keys_alone(value: object) -> TypeGuard[dict[str, None]]:
    """Tell whether somebody wrote `{a, b}` for `[a, b]`."""
    return isinstance(value, dict) and bool(value) and all(each is None for each in value.values())


def _type_hint(place: Place) -> str | None:
    parent = place.shapes[-2] if len(place.shapes) > 1 else None
    return parent.model.type_hints.get(str(place.path[-1])) if isinstance(parent, ModelShape) else None


def hints_of(place: Place) -> Mapping[str, str]:
    """Return what is to be said of values that people expect at a place with few values."""
    parent = place.shapes[-2] if len(place.shapes) > 1 else None
    return parent.model.value_hints.get(str(place.path[-1]), {}) if isinstance(parent, ModelShape) else {}


def _not_of_kind(key: str, kind: Kind, value: str) -> str:
    """Return that a scalar is not of its kind; what may be a secret is not repeated."""
    if not value.strip():
        return f"{key} is empty"
    return f"{key} is {'' if kind.is_secret_name else f'`{short(value)}`, which is '}not {kind.noun}"
