"""What a run had to say about the platform, kept so that it can be said again without reading a line of YAML.

Findings speak of paths; the places of those paths are kept with them. Knows neither stages nor commands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compiler.diagnostics.model import Diagnostic, Fix, Label, Severity, Span, Suggestion, YamlPath
from compiler.diagnostics.place import Lines, Source

_Key = tuple[YamlPath, bool]
_Change = tuple[YamlPath, bool, bool]
"""Path, whether its key is meant, and whether the entry is to go."""


@dataclass(frozen=True)
class RememberedSource:
    """The platform file as a remembered verdict knows it: its text, and the places that its findings need."""

    file: str
    lines: Lines
    spans: Mapping[_Key, Span]
    edits: Mapping[_Change, tuple[int, int]]

    def span(self, path: YamlPath, *, at_key: bool = False) -> Span:
        """Return where `path` stands."""
        return self.spans[path, at_key]

    def edit_range(self, path: YamlPath, *, at_key: bool = False, removal: bool = False) -> tuple[int, int] | None:
        """Return the offsets of what a fix at `path` replaces or removes."""
        return self.edits.get((path, at_key, removal))


def remember(findings: Sequence[Diagnostic], source: Source | None) -> dict[str, Any] | None:
    """Return findings and their places as plain data, or `None` where there is no platform file to place them in."""
    if source is None:
        return None
    spans: dict[_Key, Span] = {}
    edits: dict[_Change, tuple[int, int]] = {}
    for finding in findings:
        for path, at_key in _paths(finding):
            spans[path, at_key] = source.span(path, at_key=at_key)
        for fix in _fixes(finding):
            is_removal = fix.replacement is None
            span = source.edit_range(fix.path, at_key=fix.at_key, removal=is_removal)
            if span is not None:
                edits[fix.path, fix.at_key, is_removal] = span
    return {
        "findings": [_plain(finding) for finding in findings],
        "spans": [[list(path), at_key, *_numbers(span)] for (path, at_key), span in spans.items()],
        "edits": [[list(path), *how, *span] for (path, *how), span in edits.items()],
    }


def recall(data: Mapping[str, Any], file: str, text: str) -> tuple[list[Diagnostic], RememberedSource]:
    """Return the findings of a remembered verdict and the source that places them.

    Raises: `KeyError`, `ValueError` or `TypeError` for data that `remember` did not make.
    """
    spans = {(tuple(path), at_key): Span(file, *numbers) for path, at_key, *numbers in data["spans"]}
    edits = {(tuple(path), at_key, is_removal): (start, end) for path, at_key, is_removal, start, end in data["edits"]}
    return [_finding(each) for each in data["findings"]], RememberedSource(file, Lines(text), spans, edits)


def _paths(finding: Diagnostic) -> Iterable[_Key]:
    yield finding.path, finding.at_key
    yield from ((label.path, label.at_key) for label in finding.related)
    yield from ((fix.path, fix.at_key) for fix in _fixes(finding))


def _fixes(finding: Diagnostic) -> list[Fix]:
    return ([finding.fix] if finding.fix else []) + [each.fix for each in finding.suggestions]


def _numbers(span: Span) -> tuple[int, int, int, int]:
    return (span.line, span.column, span.end_line, span.end_column)


def _plain(finding: Diagnostic) -> dict[str, Any]:
    fix, span = finding.fix, finding.span
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "path": list(finding.path),
        "at_key": finding.at_key,
        "span": None if span is None else [span.file, *_numbers(span)],
        "related": [[list(label.path), label.message, label.at_key] for label in finding.related],
        "notes": list(finding.notes),
        "help": finding.help,
        "fix": None if fix is None else [list(fix.path), fix.replacement, fix.at_key],
        "sources": list(finding.sources),
        "suggestions": [
            [each.text, list(each.fix.path), each.fix.replacement, each.fix.at_key] for each in finding.suggestions
        ],
    }


def _finding(data: Mapping[str, Any]) -> Diagnostic:
    fix, span = data["fix"], data["span"]
    return Diagnostic(
        code=data["code"],
        severity=Severity(data["severity"]),
        message=data["message"],
        path=tuple(data["path"]),
        at_key=data["at_key"],
        span=None if span is None else Span(*span),
        related=tuple(Label(tuple(path), message, at_key) for path, message, at_key in data["related"]),
        notes=tuple(data["notes"]),
        help=data["help"],
        fix=None if fix is None else Fix(tuple(fix[0]), fix[1], fix[2]),
        sources=tuple(data["sources"]),
        suggestions=tuple(
            Suggestion(text, Fix(tuple(path), replacement, at_key))
            for text, path, replacement, at_key in data["suggestions"]
        ),
    )
