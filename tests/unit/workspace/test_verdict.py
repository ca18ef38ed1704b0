"""A remembered verdict is told word by word like the one that was made."""

from __future__ import annotations

import json

import pytest

from compiler.diagnostics.machine import render_github, render_json
from compiler.diagnostics.model import Diagnostic, Fix, Label, Severity, Span, Suggestion, error, info, warning
from compiler.diagnostics.text import render_text
from compiler.source.loader import load
from compiler.workspace.verdict import recall, remember

TEXT = """\
metadata: {name: äöü}
teams:
  - name: vision   # one
    gpus: [{pool: a1oo}]
"""
FINDINGS = [
    error(
        "unknown-pool", "there is none", ("teams", 0, "gpus", 0, "pool"), help="write one", sources=("https://x.io",)
    ),
    error(
        "unknown-key",
        "no such key",
        ("teams", 0, "gpus"),
        at_key=True,
        fix=Fix(("teams", 0, "gpus"), "gpu", at_key=True),
    ),
    warning("odd", "odd", ("metadata", "name"), fix=Fix(("metadata", "name"), '"x"'), notes=("one", "two")),
    warning("surplus", "too much", ("teams", 0, "name"), fix=Fix(("teams", 0, "name"), None)),
    error(
        "conflict",
        "one of them",
        ("teams", 0, "name"),
        suggestions=(
            Suggestion("another", Fix(("teams", 0, "name"), "y")),
            Suggestion("none", Fix(("teams", 0, "name"), None)),
        ),
    ),
    info("hint", "look", (), related=(Label(("teams",), "there", at_key=True), Label(("metadata",), "and there"))),
    Diagnostic("elsewhere", Severity.ERROR, "not here", span=Span("platform.lock.yaml", 3, 1, 3, 5)),
    error("gone", "what is not there", ("nothing", "here")),
]


def test_every_format_tells_the_same() -> None:
    document, _ = load(TEXT.encode(), "platform.yaml")
    assert document is not None
    kept = json.loads(json.dumps(remember(FINDINGS, document)))
    findings, source = recall(kept, "platform.yaml", TEXT)
    assert findings == FINDINGS
    for colour in (False, True):
        assert render_text(findings, source, colour=colour) == render_text(FINDINGS, document, colour=colour)
    assert render_json(findings, source) == render_json(FINDINGS, document)
    assert render_github(findings, source) == render_github(FINDINGS, document)


def test_without_a_source_nothing_is_remembered() -> None:
    assert remember(FINDINGS, None) is None


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"findings": [], "spans": 3, "edits": []},
        {"findings": [{}], "spans": [], "edits": []},
        {"findings": [], "spans": [[["a"], False, 1]], "edits": []},
        {"findings": [], "spans": [], "edits": [[["a"]]]},
    ],
)
def test_what_it_did_not_make_is_refused(data: dict[str, object]) -> None:
    with pytest.raises((KeyError, ValueError, TypeError)):
        recall(data, "platform.yaml", TEXT)
