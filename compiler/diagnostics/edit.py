"""A fix as an edit of text: which characters go and what comes in their place; knows neither YAML nor files."""

from __future__ import annotations

from dataclasses import dataclass

from compiler.diagnostics.model import Fix
from compiler.diagnostics.place import Source

_ATTACHED = frozenset(":-,?")
"""What an empty value stands right behind; what is put there needs a space before it."""


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Put `text` in place of what stands between two offsets, in characters, the end exclusive."""

    start: int
    end: int
    text: str

    def overlaps(self, other: Edit) -> bool:
        """Return whether the two cannot both be made; two insertions at one place cannot."""
        return (self.start < other.end and other.start < self.end) or self.start == other.start


def edit_for(fix: Fix, source: Source) -> Edit | None:
    """Return the edit that a fix asks for; `None` where its place is not in the text."""
    found = source.edit_range(fix.path, at_key=fix.at_key, removal=fix.replacement is None)
    if found is None:
        return None
    start, end = found
    text = fix.replacement or ""
    before = source.lines.text[start - 1 : start]
    if start == end and before in _ATTACHED:
        text = f" {text}"
    return Edit(start, end, text)


def apply_edits(text: str, edits: list[Edit]) -> str:
    """Return the text after edits of which no two overlap; all else of it stays as it is."""
    pieces = []
    last = 0
    for edit in sorted(edits):
        pieces += [text[last : edit.start], edit.text]
        last = edit.end
    return "".join(pieces) + text[last:]
