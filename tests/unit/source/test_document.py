"""Places: every key and value of a document, in every style of YAML."""

from __future__ import annotations

import pytest

from compiler.diagnostics.model import Span, YamlPath
from compiler.source.document import Document
from compiler.source.loader import load

TEXT = """\
# comment
metadata: {name: acme, "größe 😀": 'it''s'}\r
teams:
  - name: a
    note: |
      two
      lines

    long: "over
      two lines"
  -   - x
      - y
empty:
last: [1,
  2]
"""


@pytest.fixture
def document() -> Document:
    loaded, findings = load(TEXT.encode(), "p.yaml")
    assert findings == []
    assert loaded is not None
    return loaded


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("metadata",), "metadata", "{name: acme, \"größe 😀\": 'it''s'}"),
        (("metadata", "name"), "name", "acme"),
        (("metadata", "größe 😀"), '"größe 😀"', "'it''s'"),
        (("teams", 0, "name"), "name", "a"),
        (("teams", 0, "note"), "note", "|\n      two\n      lines"),
        (("teams", 0, "long"), "long", '"over\n      two lines"'),
        (("teams", 0), None, None),
        (("teams", 1, 1), "y", "y"),
        (("empty",), "empty", ""),
        (("last",), "last", "[1,\n  2]"),
        (("last", 1), "2", "2"),
    ],
)
def test_keys_and_values_are_found_exactly(
    document: Document, path: YamlPath, key: str | None, value: str | None
) -> None:
    if key is not None:
        assert document.written(path, at_key=True) == key
        assert document.text_of(document.span(path, at_key=True)) == key
    if value is not None:
        assert document.written(path) == value
        assert document.text_of(document.span(path)) == (value or key)


def test_columns_count_characters_and_lines_count_any_break(document: Document) -> None:
    assert document.span(("metadata", "größe 😀")) == Span("p.yaml", 2, 35, 2, 42)
    assert document.span(("teams",), at_key=True) == Span("p.yaml", 3, 1, 3, 6)
    assert document.span(("teams", 0, "long")) == Span("p.yaml", 9, 11, 10, 17)


def test_a_path_that_is_not_there_has_the_place_of_its_nearest_parent(document: Document) -> None:
    key = document.span(("metadata",), at_key=True)
    assert document.span(("metadata", "nope")) == key
    assert document.span(("metadata", "nope", "deeper", 3)) == key
    assert document.span(("metadata", 0)) == key
    assert document.span(("teams", 9)) == document.span(("teams",), at_key=True)
    assert document.span(("teams", -1)) == document.span(("teams",), at_key=True)
    assert document.span(("teams", "name")) == document.span(("teams",), at_key=True)
    assert document.span(("empty", "x")) == document.span(("empty",), at_key=True)
    assert document.range_of(("metadata", "nope")) is None
    assert document.written(("metadata", "nope")) is None


def test_the_root_is_marked_at_its_start(document: Document) -> None:
    assert document.span(()) == Span("p.yaml", 2, 1, 2, 2)
    assert document.span(("nope",)) == Span("p.yaml", 2, 1, 2, 2)


def test_an_item_that_is_a_mapping_is_marked_whole_and_its_missing_key_too(document: Document) -> None:
    span = document.span(("teams", 0))
    assert (span.line, span.column, span.end_line) == (4, 5, 10)
    assert document.span(("teams", 0, "owner")) == span


def removed(text: str, path: YamlPath) -> str | None:
    document, _ = load(text.encode(), "p.yaml")
    assert document is not None
    found = document.edit_range(path, removal=True)
    return None if found is None else text[: found[0]] + text[found[1] :]


@pytest.mark.parametrize(
    ("text", "path", "left"),
    [
        ("a: 1\nb: 2  # why\nc: 3\n", ("b",), "a: 1\nb: 2  # why\nc: 3\n".replace("b: 2  # why\n", "")),
        ("a: 1\nb:\n  c: 1\n  d: 2\n", ("b",), "a: 1\n"),
        ("a: 1\nb: 2", ("b",), "a: 1\n"),
        ("a:\n  - x\n  - y\n", ("a", 0), "a:\n  - y\n"),
        ("a:\n  - b: 1\n    c: 2\n", ("a", 0, "b"), "a:\n  - c: 2\n"),
        ("a: {b: 1, c: 2}\n", ("a", "b"), "a: {c: 2}\n"),
        ("a: {b: 1, c: 2}\n", ("a", "c"), "a: {b: 1}\n"),
        ("a: {b: 1}\n", ("a", "b"), "a: {}\n"),
        ("a: [x, y]\n", ("a", 1), "a: [x]\n"),
        ("a: 1\n", ("nope",), None),
        ("a: 1\n", (), None),
    ],
)
def test_a_removal_takes_the_whole_entry(text: str, path: YamlPath, left: str | None) -> None:
    assert removed(text, path) == left


def test_a_replacement_takes_the_value_or_the_key() -> None:
    document, _ = load(b"a: 1\n", "p.yaml")
    assert document is not None
    assert document.edit_range(("a",)) == (3, 4)
    assert document.edit_range(("a",), at_key=True) == (0, 1)
