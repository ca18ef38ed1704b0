"""What a terminal gets to see."""

from __future__ import annotations

import pytest

from compiler.diagnostics.display import cells, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("größe 😀 中", "größe 😀 中"),
        ("\x1b[31mred\x07", "␛[31mred␇"),
        ("a\nb\tc\r", "a␊b␉c␍"),
        ("\x7f\x85", "␡<U+0085>"),
        ("\u202e\u2066\ufeff\u2028\u2029", "<U+202E><U+2066><U+FEFF><U+2028><U+2029>"),
        ("\udcff", "<U+DCFF>"),
        ("👩\u200d💻", "👩\u200d💻"),
    ],
)
def test_nothing_is_sent_that_a_terminal_obeys(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_cells_count_columns() -> None:
    assert cells("a\tb") == [("a", 1), ("   ", 3), ("b", 1)]
    assert cells("中é😀e\u0301\u200d") == [("中", 2), ("é", 1), ("😀", 2), ("e", 1), ("\u0301", 0), ("\u200d", 0)]
    assert cells("\u202e\x1b") == [("<U+202E>", 8), ("␛", 1)]
    assert cells("中\t") == [("中", 2), ("  ", 2)]
