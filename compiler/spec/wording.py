"""Words for values and for what is expected in their place; knows shapes, but no finding and no path."""

from __future__ import annotations

import re

from compiler.spec.carried_over import without_quotes
from compiler.spec.flow import flow
from compiler.spec.scalars import Kind
from compiler.spec.shape import ChoiceShape, LeafShape, ListShape, MapShape, ModelShape, Shape, fields_of

_SHOWN = 60
_PLAIN_TYPES = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a whole number",
    "float_type": "a number",
    "finite_number": "a number",
    "bool_type": "`true` or `false`",
    "string_type": "text",
}
_MONEY = re.compile(
    r"(?:[$€£¥]|[A-Z]{3})? *([0-9]{1,15})(?:[.,]([0-9]{1,2}))? *(?:[$€£¥]|[A-Z]{3})?(?: *(?:/|per) *h(?:our)?)?"
)
_TRUTH = {"true": True, "yes": True, "on": True, "y": True, "false": False, "no": False, "off": False, "n": False}


def named(noun: str, value: object) -> str:
    """Return what a person calls a mapping with this noun: by its name where it has one."""
    name = value.get("name") if isinstance(value, dict) else None
    if not isinstance(name, str) or not noun.startswith(("a ", "an ")):
        return noun
    return f"{noun.split(' ', 1)[1]} `{short(name)}`"


def short(text: str) -> str:
    """Return a text of the user for a message: bounded, and without control characters."""
    if len(text) <= _SHOWN and text.isprintable():
        return text
    visible = "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text[: _SHOWN + 1])
    return visible if len(visible) <= _SHOWN else f"{visible[: _SHOWN - 3]}..."


def described(value: object, written: str = "") -> str:
    """Return what a value is, in words; `written` is a number as it stands in the file."""
    match value:
        case None:
            return "empty"
        case bool():
            return f"`{str(value).lower()}`"
        case int() | float():
            return f"the number {written or value}"
        case str():
            return f"the text `{short(value)}`" if value else "empty text"
        case list():
            return "a list"
    return "a mapping"


def converted(value: object, expected: str, shape: Shape | None) -> object:
    """Return a value of the expected type that the written one can only mean, or nothing."""
    if isinstance(value, str):
        text = without_quotes(value).strip()
        if expected == "`true` or `false`":
            return _TRUTH.get(text.lower())
        if expected == "a mapping":
            if isinstance(shape, ChoiceShape) and text in shape.options and len(example_of(shape, text)) == 1:
                return example_of(shape, text)
            switched = _switched(shape, _TRUTH.get(text.lower()))
            return only_key(shape, value) if switched is None else switched
        if expected in {"a whole number", "a number"} and re.fullmatch(r"[0-9]{1,15}", text):
            return int(text)
        if expected == "a number" and re.fullmatch(r"[0-9]{1,15}\.[0-9]{1,15}", text):
            return float(text)
        if expected == "a number" and (money := _MONEY.fullmatch(text)):
            whole, cents = money.groups()
            return float(f"{whole}.{cents}") if cents else int(whole)
    if expected == "a whole number" and isinstance(value, float) and value.is_integer():
        return int(value)
    return _switched(shape, value) if isinstance(value, bool) and expected == "a mapping" else None


def _switched(shape: Shape | None, is_on: bool | None) -> dict[str, bool] | None:
    """Return the mapping that a lone truth value stands for, where the mapping has a switch."""
    if is_on is None or not isinstance(shape, ModelShape) or "enabled" not in fields_of(shape.model):
        return None
    return {} if is_on else {"enabled": False}


def expected(code: str, shape: Shape | None, kind: Kind | None) -> str:
    """Return what is expected at a place, in words."""
    match shape:
        case ListShape():
            return "a list"
        case ModelShape() | MapShape():
            return "a mapping"
        case ChoiceShape(key=key):
            return "a mapping" if key is not None else "a list or a mapping"
    if kind is not None:
        return "a number or text" if kind.takes_numbers else "text"
    return _PLAIN_TYPES.get(code, "such a value")


def example_of(choice: ChoiceShape, tag: str) -> dict[str, object]:
    """Return an example of what stands behind a tag, with what it needs."""
    shape = choice.options[tag]
    fields = fields_of(shape.model) if isinstance(shape, ModelShape) else {}
    needed = {key: field.example for key, field in fields.items() if field.required and key != choice.key}
    return {str(choice.key): tag, **needed}


def advice(shape: Shape | None, expected: str, value: object = None) -> str:
    """Return the next action where nothing better is known than what is expected; `value` is what was written."""
    match shape:
        case ListShape():
            return "write a list: `[...]`, or one line with `- ` for each item"
        case ModelShape(model):
            return f"write a mapping with {', '.join(f'`{key}`' for key in fields_of(model))}"
        case MapShape():
            return "write a mapping: `{key: value}`, or one line `key: value` for each"
        case ChoiceShape(key=key, options=options) if key is not None and isinstance(value, str) and value in options:
            return f"write `{flow(example_of(shape, value))}`"
        case ChoiceShape(key=key) if key is not None:
            return f"write a mapping with `{key}`"
        case LeafShape(kind) if kind is not None:
            return f"write {kind.rule}, such as {flow(kind.example)}"
    return f"write {expected}"


def takes_empty_mapping(shape: Shape | None) -> bool:
    """Return whether `{}` is a sound value."""
    match shape:
        case MapShape():
            return True
        case ModelShape(model):
            return not model.rules and not any(field.required for field in fields_of(model).values())
    return False


def is_scalar_list(shape: Shape | None) -> bool:
    """Return whether the shape is a list of scalars."""
    return isinstance(shape, ListShape) and isinstance(shape.item, LeafShape)


def fits(shape: Shape | None, text: str) -> bool:
    """Return whether a text is sound where a scalar is expected."""
    return not isinstance(shape, LeafShape) or shape.kind is None or shape.kind.fits(text)


def only_key(shape: Shape | None, value: str) -> dict[str, str] | None:
    """Return the mapping that a lone text stands for, where the mapping has just one key and it takes the text."""
    fields = fields_of(shape.model) if isinstance(shape, ModelShape) else {}
    if len(fields) != 1:
        return None
    key, field = next(iter(fields.items()))
    kind = field.shape.kind if isinstance(field.shape, LeafShape) else None
    return {key: value} if kind is not None and kind.fits(value) else None


def clear(word: str, candidates: list[str]) -> str | None:
    """Return the one candidate that nobody would doubt: the only one, or the same word in another style."""
    if not candidates:
        return None
    same = re.sub(r"[-_. /]", "", candidates[0]).lower() == re.sub(r"[-_. /]", "", word).lower()
    return candidates[0] if same or len(candidates) == 1 else None


def either(names: list[str], last: str = "or") -> str:
    """Return names in words: as a choice, or with `last` as "and" as all of them."""
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"
