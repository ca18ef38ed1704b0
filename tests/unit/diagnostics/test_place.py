"""Lines, places and the order of telling."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from compiler.diagnostics.model import Span, error, info, warning
from compiler.diagnostics.place import Lines, Source, by_name, locate, place_findings, sort_findings


def test_lines_end_as_editors_end_them() -> None:
    lines = Lines("a\r\nb\rc\n\u2028d\x85e")
    assert [lines.line(number) for number in range(1, lines.count + 1)] == ["a", "b", "c", "\u2028d\x85e"]


def test_an_empty_text_has_one_line() -> None:
    assert Lines("").count == 1
    assert Lines("").span("f", 0, 1) == Span("f", 1, 1, 1, 1)


@pytest.mark.parametrize(
    ("offset", "place"), [(0, (1, 1)), (1, (1, 2)), (2, (1, 2)), (3, (2, 1)), (4, (2, 2)), (99, (2, 2)), (-5, (1, 1))]
)
def test_every_offset_has_a_place(offset: int, place: tuple[int, int]) -> None:
    assert Lines("a\r\nb").place(offset) == place


@pytest.mark.parametrize(
    ("place", "offset"), [((1, 1), 0), ((2, 1), 3), ((2, 9), 4), ((9, 1), 3), ((0, 0), 0), ((1, 7), 1)]
)
def test_every_place_has_an_offset(place: tuple[int, int], offset: int) -> None:
    assert Lines("a\r\nb").offset(*place) == offset


def test_a_span_never_ends_before_it_starts() -> None:
    assert Lines("abc").span("f", 2, 1) == Span("f", 1, 3, 1, 3)


def test_one_file_is_named_by_itself(platform: Source) -> None:
    assert by_name(platform) == {"platform.yaml": platform}
    assert by_name({"other": platform}) == {"other": platform}


def test_without_a_file_a_path_stands_nowhere(platform: Source) -> None:
    assert locate(("teams",), {}) == Span("", 1, 1, 1, 1)
    assert locate(("teams",), {"platform.yaml": platform}).line == 2


def test_findings_are_ordered_by_place_severity_code_and_message(platform: Source) -> None:
    elsewhere = Span("another.yaml", 9, 9, 9, 9)
    expected = [
        info("z", "m", span=elsewhere),
        error("a", "at the start"),
        error("b", "m", ("teams",)),
        error("b", "n", ("teams",)),
        error("c", "a", ("teams",)),
        warning("a", "m", ("teams",)),
        info("a", "m", ("teams",)),
        error("a", "m", ("teams", 0, "name")),
    ]
    for order in itertools.islice(itertools.permutations(expected), 0, 40_320, 997):
        assert sort_findings(order, platform) == expected


def test_equal_places_and_messages_are_ordered_by_the_rest(platform: Source) -> None:
    one = error("a", "m", ("teams",), notes=("1",))
    two = error("a", "m", ("teams",), notes=("2",), help="h")
    assert sort_findings([two, one], platform) == sort_findings([one, two], platform) == [one, two]


def test_exact_duplicates_are_told_once(platform: Source) -> None:
    one = error("a", "m", ("teams",))
    alike = replace(one, sources=("https://example.org",))
    assert sort_findings([one, alike, replace(one), replace(alike), one], platform) == [one, alike]


def test_an_explicit_span_wins_over_the_path(platform: Source) -> None:
    span = Span("platform.yaml", 4, 1, 4, 2)
    [(place, _)] = place_findings([error("a", "m", ("teams",), span=span)], platform)
    assert place == span
