"""What an explanation is: sections of statements, each with its place and source; and its text and its data."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.diagnostics.display import visible
from compiler.diagnostics.model import Span
from compiler.frozen import frozen

VERSION = 1
"""Counts the incompatible changes of the data."""


@frozen
class Statement:
    """One statement; `text` may have several lines. `place` is where it stands in the platform file."""

    text: str
    place: Span | None = None
    source: str = ""


@frozen
class Section:
    """Statements under a title; one without statements is not shown."""

    title: str
    statements: tuple[Statement, ...]


@frozen
class Answer:
    """The whole explanation. `kind` is code, product, component, platform, cluster, application, file, path or gpu."""

    kind: str
    subject: str
    summary: str
    sections: tuple[Section, ...]
    place: Span | None = None


def as_text(answer: Answer) -> str:
    """Return the explanation as people read it, safe for a terminal whatever the platform file holds."""
    where = f"  ({_where(answer.place)})" if answer.place else ""
    lines = [f"{answer.subject}{where}", answer.summary]
    for section in answer.sections:
        if section.statements:
            lines += ["", f"{section.title}:"]
            lines += [line for statement in section.statements for line in _lines(statement)]
    return "\n".join(visible(line) for line in lines) + "\n"


def _lines(statement: Statement) -> Iterator[str]:
    first, *more = statement.text.splitlines() or [""]
    where = f"  ({_where(statement.place)})" if statement.place else ""
    yield f"  {first}{where}"
    yield from (f"  {line}".rstrip() for line in more)
    if statement.source:
        yield f"    source: {statement.source}"


def _where(span: Span) -> str:
    return f"{span.file}:{span.line}:{span.column}"


def as_data(answer: Answer) -> dict[str, object]:
    """Return the explanation as plain data; lines and columns count from 1."""
    return {
        "version": VERSION,
        "kind": answer.kind,
        "subject": answer.subject,
        "summary": answer.summary,
        "place": _place(answer.place),
        "sections": [
            {
                "title": section.title,
                "statements": [
                    {"text": each.text, "place": _place(each.place), "source": each.source or None}
                    for each in section.statements
                ],
            }
            for section in answer.sections
            if section.statements
        ],
    }


def _place(span: Span | None) -> dict[str, object] | None:
    return None if span is None else {"file": span.file, "line": span.line, "column": span.column}
