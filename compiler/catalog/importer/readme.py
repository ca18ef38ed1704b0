"""Reads the table of component versions in a distribution's README; knows nothing of the rest of the text."""

from __future__ import annotations

import re

_ROW = re.compile(r"^\|(?P<cells>.+)\|\s*$")
_LINK = re.compile(r"\[([^\]]+)\]\(")


def revisions(text: str) -> dict[str, list[tuple[str, int]]]:
    """Return, by the first cell of each table row, the link texts of its third cell with the row's line (from 1)."""
    found: dict[str, list[tuple[str, int]]] = {}
    for line, content in enumerate(text.splitlines(), start=1):
        row = _ROW.match(content.strip())
        cells = [cell.strip() for cell in row["cells"].split("|")] if row else []
        if len(cells) >= 3 and (links := _LINK.findall(cells[2])):
            found.setdefault(cells[0], [(link, line) for link in links])
    return found
