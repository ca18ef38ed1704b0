"""What an unquoted scalar means in the YAML 1.2 core schema; knows neither places nor findings.

Source: https://yaml.org/spec/1.2.2/#103-core-schema. Unlike YAML 1.1, `yes` and `on` are text, `010` is ten and
`1:30` is text.
"""

from __future__ import annotations

import re

from compiler.source.document import Plain

_WORDS: dict[str, bool | float | None] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((sign + word for sign in ("", "+") for word in (".inf", ".Inf", ".INF")), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
_DECIMAL = re.compile(r"[-+]?[0-9]+", re.ASCII)
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_FIRST_OF_OTHERS = frozenset("~nNtTfF.+-0123456789")

MAX_NUMBER_LENGTH = 300
"""Longer digits are text: no quantity needs them, and Python refuses to turn 4,301 digits into a number."""


def resolve_core(text: str) -> bool | int | float | str | None:
    """Return the value of an unquoted scalar."""
    if text and text[0] not in _FIRST_OF_OTHERS:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if len(text) > MAX_NUMBER_LENGTH:
        return text
    if _DECIMAL.fullmatch(text):
        return int(text)
    if _OTHER_BASE.fullmatch(text):
        return int(text[2:], 8 if text[1] == "o" else 16)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


class CoreScalars(dict[str, Plain]):
    """Remembers what each unquoted scalar of one file means: files repeat the same few words."""

    def __missing__(self, text: str) -> Plain:
        value: Plain = resolve_core(text)
        self[text] = value
        return value
