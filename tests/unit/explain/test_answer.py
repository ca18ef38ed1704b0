"""Explanations as text and as data."""

from __future__ import annotations

from compiler.diagnostics.model import Span
from compiler.explain.answer import Answer, Section, Statement, as_data, as_text

PLACE = Span("platform.yaml", 3, 5, 3, 9)
ANSWER = Answer(
    "path",
    "teams[0]",
    "a \x1b team",
    (
        Section("Why", (Statement("one\n  two", PLACE, "https://example.org"), Statement("three"))),
        Section("Empty", ()),
    ),
    PLACE,
)


def test_text() -> None:
    assert as_text(ANSWER) == (
        "teams[0]  (platform.yaml:3:5)\n"
        "a ␛ team\n"
        "\n"
        "Why:\n"
        "  one  (platform.yaml:3:5)\n"
        "    two\n"
        "    source: https://example.org\n"
        "  three\n"
    )


def test_data() -> None:
    place = {"file": "platform.yaml", "line": 3, "column": 5}
    assert as_data(ANSWER) == {
        "version": 1,
        "kind": "path",
        "subject": "teams[0]",
        "summary": "a \x1b team",
        "place": place,
        "sections": [
            {
                "title": "Why",
                "statements": [
                    {"text": "one\n  two", "place": place, "source": "https://example.org"},
                    {"text": "three", "place": None, "source": None},
                ],
            }
        ],
    }
