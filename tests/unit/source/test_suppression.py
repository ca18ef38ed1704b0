"""Comments that allow findings: what they reach, and what is said of them."""

from __future__ import annotations

import pytest

from compiler.diagnostics.model import Diagnostic, error, info, warning
from compiler.source.document import Document
from compiler.source.loader import load
from compiler.source.suppression import allow, read_allowances

KNOWN = ("slow-disk", "old-age", "bad-name")


def document(text: str) -> Document:
    found, _ = load(text.encode(), "platform.yaml")
    assert found is not None
    return found


def codes(text: str, *findings: Diagnostic) -> list[str]:
    return [finding.code for finding in allow(document(text), findings, lambda: KNOWN)]


DISK = warning("slow-disk", "the disk is slow", ("disk",))
AGE = info("old-age", "it is old", ("disk",))


def test_a_comment_on_the_line_allows() -> None:
    assert codes("disk: 1  # compiler: allow slow-disk because it is a test\n", DISK, AGE) == ["old-age"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_comments_above_allow_even_several(end: str) -> None:
    text = end.join(
        [
            "a: 1",
            "# compiler: allow slow-disk because of x",
            "# and",
            "#compiler:allow old-age because of y",
            "disk: 1",
            "",
        ]
    )
    assert codes(text, DISK, AGE) == []


def test_the_comment_of_the_line_above_is_of_that_line() -> None:
    text = "a: 1  # compiler: allow slow-disk because of x\ndisk: 1\n"
    assert codes(text, DISK) == ["slow-disk", "unused-allow"]


def test_a_blank_line_ends_what_a_comment_reaches() -> None:
    assert codes("# compiler: allow slow-disk because of x\n\ndisk: 1\n", DISK) == ["slow-disk", "unused-allow"]


def test_without_a_reason_nothing_is_allowed() -> None:
    for text in ("# compiler: allow slow-disk\ndisk: 1\n", "disk: 1 # compiler: allow slow-disk because \n"):
        assert codes(text, DISK) == ["slow-disk", "allow-without-reason"]


def test_an_error_is_not_allowed() -> None:
    wrong = error("slow-disk", "the disk is far too slow", ("disk",))
    text = "disk: 1  # compiler: allow slow-disk because it is a test\n"
    assert codes(text, wrong) == ["slow-disk", "error-not-allowed"]
    assert codes(text, wrong, DISK) == ["slow-disk", "error-not-allowed"]


def test_an_unused_comment_is_told_only_when_no_error_may_hide_its_finding() -> None:
    text = "disk: 1  # compiler: allow slow-disk because it is a test\n"
    assert codes(text) == ["unused-allow"]
    assert codes(text, error("bad-name", "no", ("a",))) == ["bad-name"]


def test_an_unknown_code_has_its_nearest() -> None:
    (finding,) = allow(document("disk: 1  # compiler: allow slowdisk because of x\n"), [], lambda: KNOWN)
    assert finding.code == "unknown-code-allowed"
    assert finding.help == "did you mean `slow-disk`?"
    assert finding.span is not None
    assert (finding.span.line, finding.span.column) == (1, 10)
    assert codes("disk: 1  # compiler: allow\n") == ["unknown-code-allowed"]


@pytest.mark.parametrize(
    "text",
    [
        "disk: 'x # compiler: allow slow-disk because of y'\n",
        'disk: "x # compiler: allow slow-disk because of y"\n',
        "disk: |\n  x\n  # compiler: allow slow-disk because of y\n",
        "disk: x#compiler: allow slow-disk because of y\n",
        "disk: 1  # the compiler may allow slow-disk\n",
    ],
)
def test_text_is_no_comment(text: str) -> None:
    found, _ = load(text.encode(), "platform.yaml")
    assert found is None or list(read_allowances(found)) == []


def test_known_codes_are_asked_for_only_where_nothing_is_found() -> None:
    def refuse() -> tuple[str, ...]:
        raise AssertionError

    text = "disk: 1  # compiler: allow slow-disk because of x\n"
    assert allow(document(text), [DISK], refuse) == []
    assert allow(document("disk: 1\n"), [DISK], refuse) == [DISK]
