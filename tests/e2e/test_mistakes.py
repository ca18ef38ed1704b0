"""Every mistake of `tests/mistakes/` is found on its very place, with a way out, and nothing else is said."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from compiler.diagnostics.model import Severity
from compiler.source.loader import text_only
from tests.mistakes.casebook import FILE, FOLDER, Mistake, files_of, found, mistakes, understood

LEAST = 150
"""So many distinct mistakes have to be found."""


@pytest.mark.parametrize("mistake", mistakes(), ids=lambda mistake: mistake.id)
def test_a_mistake_is_found_where_it_was_made_and_nothing_else_is(mistake: Mistake) -> None:
    texts = {FILE: mistake.text, **mistake.files}
    lines = {file: text_only(text.encode(), file).lines for file, text in texts.items()}
    expected = [
        (each.file, *lines[each.file].place(each.offset), each.code, each.severity) for each in mistake.expected
    ]
    everything = found(mistake)
    told = [
        (each.span.file, each.span.line, each.span.column, each.finding.code, each.finding.severity)
        for each in everything
    ]
    assert sorted(told, key=str) == sorted(expected, key=str)
    assert all(each.finding.help for each in everything)
    fixed = Counter(each.finding.code for each in everything if each.finding.fix is not None)
    assert fixed == Counter(each.code for each in mistake.expected if each.fix)


@pytest.mark.parametrize("base", sorted((FOLDER / "bases").glob("*.yaml")), ids=lambda base: base.stem)
def test_without_a_mistake_nothing_is_said(base: Path) -> None:
    findings = understood(base.read_bytes(), files_of(base.stem)).diagnostics
    assert [finding for finding in findings if finding.severity is not Severity.INFO] == []


def test_there_are_enough_and_no_two_are_the_same() -> None:
    every = mistakes()
    assert len(every) >= LEAST
    texts = [(mistake.text, *mistake.files.items()) for mistake in every]
    assert [text for text, count in Counter(texts).items() if count > 1] == []
    assert [name for name, count in Counter(mistake.id for mistake in every).items() if count > 1] == []
    assert sum(len(mistake.expected) >= 4 for mistake in every) >= 5
