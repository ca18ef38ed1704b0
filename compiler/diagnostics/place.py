"""Where findings stand: lines of a text, and the order in which findings are told; knows neither YAML nor formats."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import accumulate, count
from operator import add
from typing import Protocol

from compiler.diagnostics.model import Diagnostic, Span, YamlPath, format_path

_BREAK = re.compile(r"\r\n|\r|\n")


class Lines:
    """The lines of one text. A line ends at LF, CRLF or CR, as editors count them; other separators are text.

    Units: lines and columns count from 1, columns and offsets in characters.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _starts(self) -> list[int]:
        if "\r" in self.text:
            return [0, *(found.end() for found in _BREAK.finditer(self.text))]
        # Large files have ten thousands of lines: this is five times as fast.
        *lengths, _ = map(len, self.text.split("\n"))
        return [0, *map(add, accumulate(lengths), count(1))]

    def _end(self, index: int) -> int:
        """Return where the text of a line ends, by its index: before its break."""
        if index + 1 == len(self._starts):
            return len(self.text)
        end = self._starts[index + 1] - 1
        return end - self.text.endswith("\r\n", self._starts[index], end + 1)

    @property
    def count(self) -> int:
        """Return how many lines there are; an empty text has one."""
        return len(self._starts)

    def line(self, number: int) -> str:
        """Return the text of a line without its break."""
        return self.text[self._starts[number - 1] : self._end(number - 1)]

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset; one outside the text is moved to its edge."""
        offset = min(max(offset, 0), len(self.text))
        index = bisect_right(self._starts, offset) - 1
        return index + 1, min(offset, self._end(index)) - self._starts[index] + 1

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a line and column; a place outside the text is moved to its edge."""
        index = min(max(line, 1), len(self._starts)) - 1
        return min(max(self._starts[index] + column - 1, self._starts[index]), self._end(index))

    def span(self, file: str, start: int, end: int) -> Span:
        """Return the span between two offsets; the end is exclusive."""
        return Span(file, *self.place(start), *self.place(max(start, end)))


class Source(Protocol):
    """A file that findings point into; `compiler.source.document.Document` is one."""

    @property
    def file(self) -> str:
        """Return the name of the file as the user gave it."""

    @property
    def lines(self) -> Lines:
        """Return the text, by lines."""

    def span(self, path: YamlPath, *, at_key: bool = False) -> Span:
        """Return where `path` stands; for a path that is not there, its nearest parent's key."""

    def edit_range(self, path: YamlPath, *, at_key: bool = False, removal: bool = False) -> tuple[int, int] | None:
        """Return the offsets of what a fix at `path` replaces or removes; `None` if the path is not there."""


Sources = Source | Mapping[str, Source]
"""The files of a run by name, the platform file first; or the platform file alone."""


def by_name(sources: Sources) -> Mapping[str, Source]:
    """Return the files by name, the platform file first."""
    return sources if isinstance(sources, Mapping) else {sources.file: sources}


def locate(path: YamlPath, sources: Mapping[str, Source], *, at_key: bool = False) -> Span:
    """Return where a path of the platform file stands; without any file, the start of an unnamed one."""
    for platform_file in sources.values():
        return platform_file.span(path, at_key=at_key)
    return Span("", 1, 1, 1, 1)


def place_findings(findings: Iterable[Diagnostic], sources: Sources) -> list[tuple[Span, Diagnostic]]:
    """Return the findings with their places, in the order of telling and each exactly once.

    The order is file, position, severity, code, message; what is still equal is ordered by the rest of its text,
    so that the order in which stages reported never shows.
    """
    files = by_name(sources)
    keyed = []
    for finding in findings:
        span = finding.span or locate(finding.path, files, at_key=finding.at_key)
        keyed.append((_key(span, finding), span, finding))
    keyed.sort(key=lambda entry: entry[0])
    told: list[tuple[Span, Diagnostic]] = []
    for index, (key, span, finding) in enumerate(keyed):
        before = index - 1
        while before >= 0 and keyed[before][0] == key and keyed[before][2] != finding:
            before -= 1
        if before < 0 or keyed[before][0] != key:
            told.append((span, finding))
    return told


def sort_findings(findings: Iterable[Diagnostic], sources: Sources) -> list[Diagnostic]:
    """Return the findings in the order of telling (see `place_findings`), without exact duplicates."""
    return [finding for _, finding in place_findings(findings, sources)]


def _key(span: Span, finding: Diagnostic) -> tuple[object, ...]:
    return (
        span.file,
        span.line,
        span.column,
        finding.severity.rank,
        finding.code,
        finding.message,
        span.end_line,
        span.end_column,
        format_path(finding.path),
        finding.notes,
        finding.help or "",
    )
