"""Findings as programs read them: versioned JSON and GitHub annotations; knows neither YAML nor terminals.

The JSON is published as `schemas/findings.schema.json`; `VERSION` counts its incompatible changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from compiler.diagnostics.display import visible
from compiler.diagnostics.edit import edit_for
from compiler.diagnostics.model import Diagnostic, Fix, Label, Severity, Span, format_path
from compiler.diagnostics.place import Source, Sources, by_name, locate, place_findings
from compiler.diagnostics.summary import summarize

VERSION = 1

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def findings_report(findings: Iterable[Diagnostic], documents: Sources) -> dict[str, object]:
    """Return the findings in order, each once, as data that fits `schemas/findings.schema.json`."""
    files = by_name(documents)
    placed = place_findings(findings, files)
    summary = summarize(finding for _, finding in placed)
    return {
        "version": VERSION,
        "findings": [_finding(span, finding, files) for span, finding in placed],
        "summary": {"errors": summary.errors, "warnings": summary.warnings, "infos": summary.infos},
    }


def render_json(findings: Iterable[Diagnostic], documents: Sources) -> str:
    """Return the findings as JSON text in ASCII; lines and columns count from 1, ends are exclusive."""
    import json

    return json.dumps(findings_report(findings, documents), indent=2) + "\n"


def render_github(findings: Iterable[Diagnostic], documents: Sources) -> str:
    """Return one workflow command a line, which GitHub shows beside the code.

    Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands. Columns are given only
    for a mark within one line: GitHub refuses them for longer ones.
    """
    return "".join(_annotation(span, finding) + "\n" for span, finding in place_findings(findings, documents))


def _finding(span: Span, finding: Diagnostic, files: Mapping[str, Source]) -> dict[str, object]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "file": span.file,
        **_range(span),
        "path": format_path(finding.path) if finding.path or finding.span is None else "",
        "notes": list(finding.notes),
        "help": finding.help,
        "fix": None if finding.fix is None else _fix(finding.fix, files),
        "related": [_related(label, files) for label in finding.related],
        "sources": list(finding.sources),
        "suggestions": [{"text": each.text, **_fix(each.fix, files)} for each in finding.suggestions],
    }


def _range(span: Span) -> dict[str, int]:
    return {"line": span.line, "column": span.column, "endLine": span.end_line, "endColumn": span.end_column}


def _related(label: Label, files: Mapping[str, Source]) -> dict[str, object]:
    span = locate(label.path, files, at_key=label.at_key)
    return {
        "message": label.message,
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "path": format_path(label.path),
    }


def _fix(fix: Fix, files: Mapping[str, Source]) -> dict[str, object]:
    edits = []
    for source in list(files.values())[:1]:
        edit = edit_for(fix, source)
        if edit is not None:
            span = source.lines.span(source.file, edit.start, edit.end)
            edits.append({"file": span.file, **_range(span), "text": edit.text})
    return {"path": format_path(fix.path), "atKey": fix.at_key, "replacement": fix.replacement, "edits": edits}


def _annotation(span: Span, finding: Diagnostic) -> str:
    place = [("file", span.file), ("line", span.line), ("endLine", span.end_line)]
    if span.line == span.end_line:
        place += [("col", span.column), ("endColumn", span.end_column)]
    place.append(("title", finding.code))
    properties = ",".join(f"{name}={_escape_property(str(value))}" for name, value in place)
    remarks = [f"note: {note}" for note in (*(label.message for label in finding.related), *finding.notes)]
    if finding.help:
        remarks.append(f"help: {finding.help}")
    remarks += [f"source: {source}" for source in finding.sources]
    lines = [line for text in (finding.message, *remarks) for line in text.splitlines()]
    message = "\n".join(map(visible, lines))
    return f"::{_COMMANDS[finding.severity]} {properties}::{_escape(message)}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
