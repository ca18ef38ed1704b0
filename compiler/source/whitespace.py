"""Tabs and invisible spaces outside quoted text: where they are, and the text without them; knows no other mistake."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from compiler.diagnostics.model import Diagnostic, Severity
from compiler.diagnostics.place import Lines
from compiler.frozen import frozen

MAX_TOLD = 20
"""So many lines are told one by one; an editor that writes tabs writes them everywhere."""
INDENT = 2
"""Spaces that a tab is replaced by."""

_ODD = re.compile("[\t\u00a0\u00ad\u1680\u2000-\u200b\u202f\u205f\u2060\u3000]+")
_NAMES = {
    "\t": "a tab",
    "\u00a0": "a no-break space",
    "\u00ad": "a soft hyphen",
    "\u200b": "a zero-width space",
    "\u2060": "a word joiner",
}
_LEADING = re.compile("[-? \t\u00a0\u00ad\u1680\u2000-\u200b\u202f\u205f\u2060\u3000]*")
_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#")

Range = tuple[int, int]


@frozen
class Odd:
    """One run of characters that look like a space and are none; offsets, the end exclusive."""

    start: int
    end: int
    is_indent: bool


@frozen
class _Indent:
    """The indentation that was suggested for a line in place of its tabs."""

    line: int
    width: int
    tab_count: int


def odd_spaces(text: str) -> list[Odd]:
    """Return every run of tabs and invisible spaces in the text, wherever it stands."""
    if "\t" not in text and text.isascii():
        return []
    lines = Lines(text)
    found = []
    number, indent_end = 0, 0
    for match in _ODD.finditer(text):
        line, column = lines.place(match.start())
        if line != number:
            number, start = line, match.start() - column + 1
            indent_end = start + len(_LEADING.match(lines.line(line))[0])  # type: ignore[index]
        found.append(Odd(match.start(), match.end(), match.start() < indent_end))
    return found


def without(text: str, odd: Iterable[Odd]) -> str:
    """Return the text with spaces in place of these runs; its length stays."""
    pieces = []
    last = 0
    for run in odd:
        pieces += [text[last : run.start], " " * (run.end - run.start)]
        last = run.end
    return "".join(pieces) + text[last:]


def misplaced(text: str, odd: Iterable[Odd], quoted: list[Range]) -> list[Odd]:
    """Return those runs that stand neither in `quoted` text (sorted ranges) nor in a comment."""
    starts = [start for start, _ in quoted]
    lines = Lines(text)
    found = []
    number, comment = 0, 0
    for run in odd:
        line, _ = lines.place(run.start)
        if line != number:
            number, comment = line, _comment(lines, line, quoted, starts)
        if run.start < comment and not _is_inside(run.start, quoted, starts):
            found.append(run)
    return found


def tell(odd: list[Odd], lines: Lines, file: str) -> list[Diagnostic]:
    """Return a finding for each line that has such a run.

    Reports: tab-character, invisible-character.
    """
    by_line: dict[int, Odd] = {}
    for run in odd:
        by_line.setdefault(lines.place(run.start)[0], run)
    findings = []
    above = _Indent(0, 0, 0)
    for number, run in list(by_line.items())[:MAX_TOLD]:
        line = lines.line(number).rstrip()
        bare = line.lstrip()
        tab_count = line[: len(line) - len(bare)].count("\t")
        width = len(line) - len(bare)
        if tab_count:
            follows = above.line == number - 1 and above.tab_count > 0
            width = above.width + INDENT * (tab_count - above.tab_count) if follows else _width_below(lines, number)
            above = _Indent(number, max(width, 0), tab_count)
        findings.append(_finding(run, lines, file, " " * max(width, 0) + _ODD.sub(" ", bare)))
    more = len(by_line) - len(findings)
    if more:
        last = findings[-1]
        notes = (*last.notes, f"{more:,} more such lines follow in this file")
        findings[-1] = Diagnostic(last.code, last.severity, last.message, span=last.span, notes=notes, help=last.help)
    return findings


def _width_below(lines: Lines, number: int) -> int:
    """Return the indentation that a line most likely means: its neighbour's above, or deeper below a bare key."""
    for line in (lines.line(above) for above in range(number - 1, 0, -1)):
        if line.strip():
            content = line.lstrip(" -")
            deeper = INDENT if content.rstrip().endswith(":") else 0
            return len(line) - len(content) + deeper
    return 0


def _finding(run: Odd, lines: Lines, file: str, corrected: str) -> Diagnostic:
    character = lines.text[run.start]
    where = "in the indentation" if run.is_indent else "outside quotes"
    is_tab = character == "\t"
    name = _NAMES.get(character, f"an invisible space (U+{ord(character):04X})")
    reason = (
        "YAML indents with spaces only: the width of a tab is not the same everywhere"
        if run.is_indent and is_tab
        else "it looks like a space but is another character"
    )
    return Diagnostic(
        "tab-character" if is_tab else "invisible-character",
        Severity.ERROR,
        f"{name} stands {where}",
        span=lines.span(file, run.start, run.end),
        notes=(reason,),
        help=f"write spaces:\n{corrected}" if corrected.strip() else "remove it",
    )


def _is_inside(offset: int, ranges: list[Range], starts: list[int]) -> bool:
    index = bisect_right(starts, offset) - 1
    return index >= 0 and offset < ranges[index][1]


def _comment(lines: Lines, number: int, quoted: list[Range], starts: list[int]) -> int:
    """Return where the comment of a line begins; the end of the line if it has none."""
    start, line = lines.offset(number, 1), lines.line(number)
    for found in _COMMENT.finditer(line):
        if not _is_inside(start + found.start(), quoted, starts):
            return start + found.start()
    return start + len(line) + 1
