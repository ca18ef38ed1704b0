"""Findings as JUnit XML, which every CI system shows as tests: one test case a finding; knows neither YAML nor CI.

Source: the schema of the Jenkins JUnit plugin, which other readers follow:
https://github.com/jenkinsci/junit-plugin (src/main/resources/hudson/tasks/junit).
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from compiler.diagnostics.display import visible
from compiler.diagnostics.model import Diagnostic, Severity, Span
from compiler.diagnostics.place import Sources, by_name, locate, place_findings
from compiler.diagnostics.summary import summarize

SUITE = "platform-compiler"


def render_junit(findings: Iterable[Diagnostic], documents: Sources) -> str:
    """Return the findings in the order of telling, each once, as XML in ASCII.

    An error is a failed case; a warning or info is one that passed and has something to say. Without findings there is
    one case that passed, as some readers take an empty report for a failure.
    """
    files = by_name(documents)
    placed = place_findings(findings, files)
    cases = []
    for span, finding in placed:
        related = [(locate(label.path, files, at_key=label.at_key), label.message) for label in finding.related]
        cases.append(_case(span, finding, related))
    if not cases:
        cases = [f'<testcase classname={_attribute(next(iter(files), SUITE))} name="no findings" time="0"/>']
    failures = summarize(finding for _, finding in placed).errors
    counts = f'tests="{len(cases)}" failures="{failures}" errors="0" skipped="0" time="0"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="{SUITE}" {counts}>',
        f'<testsuite name="{SUITE}" {counts}>',
        *cases,
        "</testsuite>",
        "</testsuites>",
    ]
    text = "\n".join(lines) + "\n"
    return text.encode("ascii", "xmlcharrefreplace").decode()


def _case(span: Span, finding: Diagnostic, related: list[tuple[Span, str]]) -> str:
    place = f"{span.file}:{span.line}:{span.column}"
    name = _attribute(f"{finding.code} at {span.line}:{span.column}")
    head = (
        f"<testcase classname={_attribute(span.file)} name={name} "
        f'file={_attribute(span.file)} line="{span.line}" time="0">'
    )
    remarks = [f"note: {where.file}:{where.line}:{where.column}: {message}" for where, message in related]
    remarks += [f"note: {note}" for note in finding.notes]
    remarks += [f"help: {finding.help}"] if finding.help else []
    remarks += [f"source: {source}" for source in finding.sources]
    headline = f"{place}: {finding.severity.value}[{finding.code}]: {finding.message}"
    body = escape("\n".join(visible(line) for text in (headline, *remarks) for line in text.splitlines()))
    if finding.severity is Severity.ERROR:
        inner = f"<failure type={_attribute(finding.code)} message={_attribute(finding.message)}>{body}</failure>"
    else:
        inner = f"<system-out>{body}</system-out>"
    return f"{head}{inner}</testcase>"


def _attribute(text: str) -> str:
    """Return text as an attribute's value with its quotes; control characters, which XML forbids, are shown."""
    return f'"{escape(" ".join(map(visible, text.splitlines())))}"'
