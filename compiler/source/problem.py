"""An explained mistake of syntax: the finding, and which lines are set aside to read on; knows no explanation."""

from __future__ import annotations

from enum import Enum

from compiler.diagnostics.model import Diagnostic
from compiler.frozen import frozen

MAX_SHOWN = 200
"""Characters of the user's text in a help."""
DEEPER_THAN_ANY = 1_000_000
"""An indentation, in spaces: nothing below belongs to the line."""


class Siblings(Enum):
    """Which lines of the same depth below a broken line are broken in the same way."""

    NONE = "none"
    ALL = "all"
    ITEMS = "items"
    KEYS = "keys"

    def has(self, line: str) -> bool:
        """Return whether `line` is one of them."""
        if self is Siblings.NONE or self is Siblings.ALL:
            return self is Siblings.ALL
        return line.lstrip().startswith("-") is (self is Siblings.ITEMS)


@frozen
class Problem:
    """An explained mistake: the finding, and which lines to set aside to read on.

    `start` lies in the first of these lines, `reach` in the last; deeper lines below the first belong to it too, and
    those of the same depth that `siblings` names. `depth` is the indentation that the first line was meant to have,
    in spaces, where that is more than it has.
    """

    finding: Diagnostic
    start: int
    reach: int
    siblings: Siblings
    depth: int = 0


def quote(text: str) -> str:
    """Return text in the quotes that need no escape, if there are such; of a very long one only the advice."""
    if len(text) > MAX_SHOWN:
        return "put quotes around the whole text"
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def short(text: str) -> str:
    """Return the first line of a text, at most 40 characters of it."""
    line = (text.splitlines() or [""])[0]
    return line if len(line) <= 40 else line[:39] + "…"
