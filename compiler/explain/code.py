"""Explains a code: what it means, why it is a finding, what to do, and an example with what `check` says of it."""

from __future__ import annotations

from datetime import date

from compiler.catalog.load import Catalog
from compiler.diagnostics.rule import Rule
from compiler.explain.answer import Answer, Section, Statement
from compiler.pipeline import PLATFORM_FILE, Sources, Understanding, understand
from compiler.rules import whole_example


def explain_code(rule: Rule, catalog: Catalog, as_of: date) -> Answer:
    """Return what a code means; its bad example is tried on the day."""
    said = _said(rule, catalog, as_of) if rule.bad else ""
    return Answer(
        "code",
        rule.code,
        f"{rule.severity.value}: {rule.summary}",
        (
            Section("Why", (Statement(rule.why),)),
            Section("What to do", _texts(rule.help)),
            Section("Has the finding", _texts(rule.bad.rstrip())),
            Section("Then check says", _texts(said)),
            Section("Has it not", _texts(rule.good.rstrip())),
            Section("Sources", tuple(map(Statement, rule.sources))),
        ),
    )


def try_example(rule: Rule, catalog: Catalog, as_of: date) -> Understanding:
    """Return what the bad example of a rule is understood as."""
    sources = Sources(PLATFORM_FILE, whole_example(rule.bad).encode(), None, "", lambda _: None)
    return understand(sources, catalog, as_of=as_of)


def _said(rule: Rule, catalog: Catalog, as_of: date) -> str:
    from compiler.diagnostics.text import render_text

    tried = try_example(rule, catalog, as_of)
    found = [finding for finding in tried.diagnostics if finding.code == rule.code][:1]
    if not found or tried.document is None:
        return "\n".join(f"{each.severity.value}[{each.code}]: {each.message}" for each in found)
    text = render_text(found, tried.document, colour=False)
    return text.rpartition("\n\n")[0]


def _texts(text: str) -> tuple[Statement, ...]:
    return (Statement(text),) if text else ()
