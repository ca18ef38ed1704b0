"""Fixes as edits of text."""

from __future__ import annotations

import pytest

from compiler.diagnostics.edit import Edit, apply_edits, edit_for
from compiler.diagnostics.model import Fix
from compiler.diagnostics.place import Source
from compiler.source.loader import load


def edited(text: str, *fixes: Fix) -> str:
    document, _ = load(text.encode(), "platform.yaml")
    assert document is not None
    edits = [edit for fix in fixes if (edit := edit_for(fix, document)) is not None]
    return apply_edits(document.text, edits)


def test_a_replacement_takes_the_place_of_the_value_alone() -> None:
    text = "a:  1.30  # keep\r\nb: 'x'\r\n"
    assert edited(text, Fix(("a",), '"1.30"')) == "a:  \"1.30\"  # keep\r\nb: 'x'\r\n"


def test_an_empty_value_gets_a_space_before_it() -> None:
    assert edited("a:\n  b:\n  c: 1\n", Fix(("a", "b"), "{}")) == "a:\n  b: {}\n  c: 1\n"
    assert edited("a: {b: , c: 1}\n", Fix(("a", "b"), "{}")) in {"a: {b: {}, c: 1}\n", "a: {b: {} , c: 1}\n"}


def test_several_edits_are_made_at_once() -> None:
    text = "aa: 1\nb: [1, 2]\n"
    assert edited(text, Fix(("b", 1), "x"), Fix(("aa",), "a", at_key=True), Fix(("b", 0), None)) == "a: 1\nb: [x]\n"


def test_what_is_not_there_has_no_edit(platform: Source) -> None:
    assert edit_for(Fix(("nowhere",), "x"), platform) is None


@pytest.mark.parametrize(
    ("one", "two", "overlap"),
    [
        ((0, 2), (2, 4), False),
        ((0, 3), (2, 4), True),
        ((1, 1), (1, 1), True),
        ((0, 4), (1, 2), True),
        ((2, 2), (0, 2), False),
    ],
)
def test_overlaps(one: tuple[int, int], two: tuple[int, int], overlap: bool) -> None:
    assert Edit(*one, "").overlaps(Edit(*two, "")) is overlap
    assert Edit(*two, "").overlaps(Edit(*one, "")) is overlap
