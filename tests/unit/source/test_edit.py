"""Fixes as minimal splices."""

from __future__ import annotations

from compiler.diagnostics.model import Diagnostic, Fix, error
from compiler.source.document import Document
from compiler.source.edit import as_bytes, is_faithful, spliced, splices
from compiler.source.loader import load


def document(text: bytes) -> Document:
    found, _ = load(text, "platform.yaml")
    assert found is not None
    return found


def finding(*fixes: Fix) -> list[Diagnostic]:
    return [error("wrong", f"{fix.path}", fix.path, fix=fix) for fix in fixes]


def edited(text: str, *fixes: Fix) -> str:
    found = document(text.encode())
    return spliced(found, splices(found, finding(*fixes)))


def test_of_two_that_overlap_the_first_is_made() -> None:
    assert edited("a: {b: 1}\n", Fix(("a", "b"), "2"), Fix(("a",), "{}")) == "a: {}\n"
    assert edited("a: {b: 1}\n", Fix(("a", "b"), "2"), Fix(("a", "b"), "3")) == "a: {b: 2}\n"


def test_one_edit_for_two_findings_counts_for_both() -> None:
    found = document(b"a: 1\n")
    twice = [error(code, code, ("a",), fix=Fix(("a",), "2")) for code in ("one", "two")]
    (splice,) = splices(found, twice)
    assert [each.code for each in splice.findings] == ["one", "two"]


def test_a_comment_is_never_taken_away() -> None:
    text = "a:\n  - 1  # why\n  - 2\n"
    assert edited(text, Fix(("a",), "[]")) == text
    assert edited("a:\n  - 1\n  - 2\n# why\n", Fix(("a",), "[]")).endswith("# why\n")


def test_an_edit_that_changes_nothing_is_none() -> None:
    assert splices(document(b"a: 1\n"), finding(Fix(("a",), "1"))) == []


def test_a_byte_order_mark_and_line_ends_stay() -> None:
    original = "\ufeffa: 1\r\nb: 'x'  # c\r\n".encode()
    found = document(original)
    assert is_faithful(found, original)
    after = as_bytes(spliced(found, splices(found, finding(Fix(("a",), "2")))), original)
    assert after == "\ufeffa: 2\r\nb: 'x'  # c\r\n".encode()


def test_what_is_not_utf_8_cannot_be_written_back() -> None:
    for original in (b"a: 1\nb: '\xe9'\n", "a: 1\n".encode("utf-16")):
        assert not is_faithful(document(original), original)
