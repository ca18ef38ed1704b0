"""Laws of compiler.emit.yaml: what goes in comes out of both kinds of reader, and the same data is the same bytes."""

from __future__ import annotations

from typing import Any

import ruamel.yaml
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from compiler.emit.yaml import dump, dump_plain

TRICKY = (
    "", " ", "  a", "a ", "a  b", "~", "=", "<<", "-", "--", "---", "...", "--- a", "?", ":", "::", "a:", ":a", "a: b",
    "a #b", "a#b", "#a", "&a", "*a", "!a", "|", ">", "@a", "`a", "%a", "%YAML 1.1", "{a}", "[a]", "a,b", ", a", "'",
    '"', "it's", "\\", "\\n", "y", "Y", "yes", "No", "on", "OFF", "true", "False", "null", "NULL", "Null", "nan",
    ".nan",
    ".inf", "-.INF", "0", "010", "0o10", "0x1F", "0b11", "1_000", "1e3", "1E3", "1.5", "1.", ".5", "+1", "-1", "1.31",
    "12:30:45", "190:20:30.15", "2026-10-01", "2026-10-01T12:00:00Z", "2001-12-14 21:59:43.10 -5", "1Gi", "250m", "1E",
    "1Ei", "64", "12e4567", "e3", "v1", "_", "_1", "/", "./a", "../a", "..", ".", "$(A)", "--a=b,c", "$", "\t", "a\tb",
    "\n", "\n\n", "a\n", "a\nb", "a\nb\n", "a\nb\n\n", "\na\n", "\n a\n", " a\nb", "a\n  b\n", "a\n \nb", "a \nb \n",
    "a\r\nb", "\ta\nb", "a\n\tb\n", "a\n---\nb", "a\n# b\n", "# a\nb", "a: b\nc: d\n", "a\n\n", "\x85", "a\x85b",
    "\xa0",
    "\u2028", "a\u2029\nb", "\ufeff", "\ufeffa\nb", "\x00", "\x07", "\x1b[0m", "\x7f", "\x9f", "\ud7ff", "\ue000",
    "\ufffd",
    "\uffff", "\U0001f600", "\U0010ffff", "Zo\xeb", "\u65e5\u672c", "a\u200bb", "\u202eabc", "'a'\n\"b\"",
    "x" * 2000, "x y " * 600,
)  # fmt: skip
"""Texts that one reader or the other takes for something else, or that stand badly on a line or in a block."""

TEXTS = st.one_of(
    st.sampled_from(TRICKY),
    st.text(st.characters(exclude_categories=["Cs"])),
    # Close to what means something: few characters, so that they meet often.
    st.text(
        st.sampled_from("aY1 0.:-#?,[]{}&*!|>'\"%@`\\\n\t\r~=<_/$()+eExno\x85\xa0\ufeff\u2028\U0001f600"), max_size=12
    ),
)
NUMBERS = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.none())
VALUES = st.recursive(
    st.one_of(TEXTS, NUMBERS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=12,
)
OBJECTS = st.dictionaries(TEXTS, VALUES, max_size=5)


def read_as_1_1(text: bytes) -> list[Any]:
    """Read as PyYAML with libyaml does, a reader of YAML 1.1; kubectl and kustomize are near it."""
    return list(yaml.load_all(text, Loader=yaml.CSafeLoader))


def read_as_1_2(text: bytes) -> list[Any]:
    """Read as ruamel does when it is told nothing, a reader of YAML 1.2."""
    reader = ruamel.yaml.YAML(typ="safe", pure=True)
    reader.version = (1, 2)
    return list(reader.load_all(text.decode()))


def assert_same(left: Any, right: Any) -> None:
    """Compare with types, because `True == 1` and `1 == 1.0`."""
    assert type(left) is type(right)
    if isinstance(left, dict):
        assert list(left) == list(right)
        for key in left:
            assert_same(left[key], right[key])
    elif isinstance(left, list):
        assert len(left) == len(right)
        for one, other in zip(left, right, strict=True):
            assert_same(one, other)
    else:
        assert left == right


@given(TEXTS)
def test_every_text_survives_both_readers_wherever_it_stands(text: str) -> None:
    data = {
        "value": text,
        "item": [text, [text, text], {"first": text, "second": [text]}],
        "nested": {"deeper": {"value": text, "after": 1}},
        "keys": {text: text, "inside": {text: {text: [text]}}},
    }
    content = dump([data, data], "header")
    for read in (read_as_1_1, read_as_1_2):
        for document in read(content):
            assert_same(document, data)


def test_every_tricky_text_survives_both_readers() -> None:
    data = {"values": list(TRICKY), "keys": dict.fromkeys(TRICKY, 1)}
    content = dump_plain(data).encode()
    for read in (read_as_1_1, read_as_1_2):
        assert_same(read(content), [data])


@given(st.lists(OBJECTS, min_size=1, max_size=3))
@example([{"a": [[[]], {}, [{}], None, {"b": []}]}])
def test_every_structure_survives_both_readers(documents: list[dict[str, Any]]) -> None:
    content = dump(documents, "made from a test")
    for read in (read_as_1_1, read_as_1_2):
        found = read(content)
        assert len(found) == len(documents)
        for document, original in zip(found, documents, strict=True):
            first = [key for key in ("apiVersion", "kind", "metadata") if key in original]
            order = [*first, *(key for key in original if key not in first)]
            assert_same(document, {key: original[key] for key in order})


@given(st.lists(OBJECTS, max_size=3))
def test_equal_data_is_equal_bytes_whatever_was_written_before(documents: list[dict[str, Any]]) -> None:
    once = dump(documents, "header")
    dump([{"between": [str(documents)]}], "header")
    assert dump([_copy(document) for document in documents], "header") == once


@given(OBJECTS)
def test_text_is_made_of_lines_without_hidden_characters(data: dict[str, Any]) -> None:
    text = dump_plain(data)
    assert text.endswith("\n")
    assert not set(text) & set("\r\x85\u2028\u2029\ufeff\x00\x1b\u202e\u200b")
    # Splitting at what Python takes for a line end finds no line that YAML does not see.
    assert len(text.splitlines()) == text.count("\n")


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {_copy(key): _copy(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_copy(inner) for inner in value]
    # A text that is equal but not the same object.
    return value if not isinstance(value, str) else value.encode("utf-8").decode("utf-8")
