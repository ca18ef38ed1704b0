"""Findings as people read them: headline, excerpt with a mark, notes, help; knows no other format and no terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from compiler.diagnostics.collection import TOO_MANY
from compiler.diagnostics.display import cells, visible
from compiler.diagnostics.model import Diagnostic, Severity, Span
from compiler.diagnostics.place import Source, Sources, by_name, locate, place_findings
from compiler.diagnostics.summary import summarize

MAX_WIDTH = 100
"""Columns of an excerpt; a longer line is cut around its mark."""
MAX_LINE = 1_000
"""Characters of one line of a message or help, which may hold a user's text of any length."""
_LEAD = 30
"""Columns kept before the mark when a line is cut."""

_COLOURS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.INFO: "1;36"}
_GUTTER = "34"
_WORD = "1"


def render_text(findings: Iterable[Diagnostic], documents: Sources, *, colour: bool, limit: int = 200) -> str:
    """Return the findings in order, each once, and a last line that counts them.

    `documents` are the files that findings point into, the platform file first. Of more than `limit` findings the
    gravest are shown, and the rest are counted. The text is safe for a terminal whatever the files hold.
    """
    files = by_name(documents)
    placed = place_findings(findings, files)
    shown = placed
    if len(placed) > limit:
        gravest = sorted(range(len(placed)), key=lambda index: _rank(placed[index][1]))[:limit]
        shown = [placed[index] for index in sorted(gravest)]
    blocks = [
        "\n".join(_Writer(files, finding.severity, colour=colour).block(span, finding)) for span, finding in shown
    ]
    if len(placed) > limit:
        kept = {index for index, _ in enumerate(placed)}.difference(gravest)
        rest = summarize(placed[index][1] for index in kept)
        blocks.append(f"… and {rest} more; these are the first {limit:,}, the gravest before the others")
    blocks.append(str(summarize(finding for _, finding in placed)))
    return "\n\n".join(blocks) + "\n"


class _Writer:
    """Writes one finding."""

    def __init__(self, files: Mapping[str, Source], severity: Severity, *, colour: bool) -> None:
        self._files = files
        self._severity = severity
        self._colour = colour

    def block(self, span: Span, finding: Diagnostic) -> Iterator[str]:
        """Return the lines of a finding."""
        related = [(locate(label.path, self._files, at_key=label.at_key), label) for label in finding.related]
        gutter = max(len(str(place.line)) for place in (span, *(place for place, _ in related)))
        word = self._paint(f"{finding.severity.value}[{finding.code}]", _COLOURS[finding.severity])
        yield f"{_where(span)}: {word}: {self._paint(_line(finding.message), _WORD)}"
        yield from self._excerpt(span, gutter, "^")
        for place, label in related:
            yield f"{self._paint('note', _WORD)}: {_where(place)}: {_line(label.message)}"
            yield from self._excerpt(place, gutter, "-")
        for note in finding.notes:
            yield from self._remark("note", note)
        if finding.help:
            yield from self._remark("help", finding.help)
        for source in finding.sources:
            yield from self._remark("source", source)

    def _remark(self, word: str, text: str) -> Iterator[str]:
        """Return a remark; of several lines, those to paste stand below each other with their own indentation."""
        lines = text.splitlines()
        label = f"{self._paint(word, _WORD)}:"
        if len(lines) < 2:
            yield f"{label} {_line(text.rstrip())}"
            return
        if lines[0].endswith(":"):
            yield f"{label} {_line(lines.pop(0))}"
        else:
            yield label
        for line in lines:
            yield f"    {_line(line)}".rstrip()

    def _excerpt(self, span: Span, gutter: int, mark: str) -> Iterator[str]:
        """Return the line of a span with a mark below it; nothing for a file that is not at hand."""
        source = self._files.get(span.file)
        if source is None or not 1 <= span.line <= source.lines.count:
            return
        line = source.lines.line(span.line).rstrip()
        start = span.column - 1
        end = span.end_column - 1 if span.end_line == span.line else len(line)
        text, before, width = _window(line, start, max(end, start + 1))
        bar = self._paint("|", _GUTTER)
        number = self._paint(str(span.line).rjust(gutter), _GUTTER)
        colour = _COLOURS[self._severity] if mark == "^" else _GUTTER
        yield f" {number} {bar} {text}".rstrip()
        yield f" {' ' * gutter} {bar} {' ' * before}{self._paint(mark * width, colour)}"

    def _paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour else text


def _rank(finding: Diagnostic) -> int:
    """Return how much a finding is worth showing, 0 the most: what stands for thousands of others before these."""
    return -1 if finding.code == TOO_MANY else finding.severity.rank


def _line(text: str) -> str:
    return visible(text if len(text) <= MAX_LINE else text[: MAX_LINE - 1] + "…")


def _where(span: Span) -> str:
    return f"{visible(span.file)}:{span.line}:{span.column}"


def _window(text: str, start: int, end: int) -> tuple[str, int, int]:
    """Return the part of a line around its mark, the columns before the mark, and the columns of the mark.

    `start` and `end` count characters; a mark behind the end of the line is one column wide.
    """
    # A line may have a million characters; what is far from the mark is not looked at.
    skipped = max(0, start - 2 * MAX_WIDTH)
    line = cells(text[skipped : start + 2 * MAX_WIDTH])
    start, end = start - skipped, end - skipped
    first, last = 0, len(line)
    if skipped or sum(width for _, width in line) > MAX_WIDTH:
        lead = 0
        first = min(start, len(line))
        while first > 0 and lead + line[first - 1][1] <= _LEAD:
            first -= 1
            lead += line[first][1]
        last, taken = first, 0
        while last < len(line) and taken + line[last][1] <= MAX_WIDTH:
            taken += line[last][1]
            last += 1
    cut_before = "…" if skipped + first else ""
    cut_after = "…" if skipped + last < len(text) else ""
    shown = cut_before + "".join(character for character, _ in line[first:last]) + cut_after
    before = len(cut_before) + sum(width for _, width in line[first : min(start, last)])
    width = sum(width for _, width in line[max(start, first) : min(end, last)])
    return shown, before, max(width, 1)
