"""What people carry over into a value from templates, shells and word processors; knows no place and no finding."""

from __future__ import annotations

import re

_VARIABLE = re.compile(r"\$\{[^{}]*\}|\$\([^()]*\)|\{\{.*?\}\}|^\$[A-Za-z_][A-Za-z0-9_]*$|^%[A-Za-z_][A-Za-z0-9_]*%$")
_QUOTES = "\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u00ab\u00bb"
"""Quotation marks of word processors; YAML knows the straight ones alone."""


def variable_in(text: str) -> str | None:
    """Return the first thing in a text that another tool would have put a value for, such as `${REGION}`."""
    found = _VARIABLE.search(text)
    return found.group() if found else None


def without_quotes(text: str) -> str:
    """Return a text without the quotation marks of a word processor around it; the text itself where it has none."""
    stripped = text.strip()
    if len(stripped) > 1 and stripped[0] in _QUOTES and stripped[-1] in _QUOTES:
        return stripped[1:-1].strip()
    return text
