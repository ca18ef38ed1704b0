"""Laws of reading again: a part read by itself gives what reading the whole gives, or nothing is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from yaml._yaml import CParser

from compiler.source import loader
from compiler.source.document import Document, Entry
from compiler.source.loader import load
from compiler.source.reread import Reading, dumped, loaded, reread

TEXT = """\
apiVersion: platform/v1alpha1
versions: {kubeflow: "26.03"}
clusters:
- name: laptop
  notes: |
    two
    lines

# a comment
- {name: prod-eu, zones: [a, b], kubernetes: "1.34"}
- name: prod-us   # with one
  domain: >-
    folded
    text
teams:
  - name: vision
    owner: {user: alice@acme.com}
    gpus:
      - {pool: a100, nominal: 4, ratio: 1.50, spot: false, none: ~}
      - pool: t4

  - plain text
    on two lines
  # before the next
  - name: speech
    description: "quoted
      on lines"
  - name: last
    keep: |+
      kept

namespaces:
  -   name: shared
  - - nested
    - list
"""
PIECES = ["", " ", "  ", "\n", "\n\n", ":", ": ", "- ", "  - ", "\n- x\n", "\n  - name: new\n", "#", " # c\n", "'", '"']
PIECES += ["{", "}", "[", "]", ",", "&a ", "*a", "!!str ", "|\n", ">-\n", "|+\n\n\n", "%", "\n---\n", "\n...\n", "? "]
PIECES += ["name", "x: 1\n", "\nroot: 1\n", "64", "\r\n", "\r", "<<: {}", "\\", "@", "\n    k: v", "\n%YAML 1.1\n", "-"]


@st.composite
def edits(draw: st.DrawFn) -> str:
    """Return the text with one stretch replaced, or a few near to each other."""
    text = TEXT
    # Sampled: of these texts twice as many can be read in part as of those with whole numbers drawn.
    near = draw(st.sampled_from(range(len(TEXT))))
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 3]))):
        start = max(0, min(len(text), near + draw(st.sampled_from(range(-20, 20)))))
        end = min(len(text), start + draw(st.sampled_from([0, 0, 1, 2, 5, 12, 40, 120])))
        pieces = draw(st.lists(st.sampled_from(PIECES), max_size=3))
        text = text[:start] + "".join(pieces) + text[end:]
    return text


@pytest.fixture(autouse=True, scope="module")
def large() -> Any:
    """Take every text for a large one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loader, "LARGE", 0)
        yield


def whole(text: str) -> Document | None:
    """Return the document of a text that has no mistake."""
    document, findings = load(text.encode(), "p.yaml")
    return None if findings else document


def reading(text: str = TEXT) -> Reading:
    """Return a reading as the next run has it."""
    document = whole(text)
    assert document is not None
    found = loaded(dumped(document))
    assert found is not None
    return found


def again(text: str, before: str = TEXT) -> Document | None:
    """Return what is read again of a text, as the loader asks for it."""
    if not text.isascii() or "\t" in text:
        return None
    return reread(reading(before), text, "p.yaml", CParser)


def places(entries: Sequence[Entry] | None) -> Any:
    """Return entries with all that is inside."""
    return None if entries is None else [(*each[:4], places(each[4])) for each in entries]


@given(edits())
@example(TEXT)
@example(TEXT.replace("name: speech", "name: other"))
@example(TEXT.replace("  - name: speech", "  - name: speech\n..."))
@example(TEXT.replace("lines\n\n# a comment\n- {", "lines {"))
def test_a_part_read_again_is_what_the_whole_is(text: str) -> None:
    found = again(text)
    if found is None:
        return
    expected = whole(text)
    assert expected is not None
    assert (found.file, found.text, found.data) == (expected.file, expected.text, expected.data)
    assert isinstance(found.data, dict)
    assert list(found.data) == list(reading().data)
    assert places([found.root]) == places([expected.root])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: vision", "name: computer-vision"),
        ("nominal: 4", "nominal: 16"),
        ("      - pool: t4\n", ""),
        ("  - plain text\n    on two lines\n", ""),
        ("  - name: last", "  - name: one\n  - name: two\n  - name: last"),
        ('kubernetes: "1.34"', 'kubernetes: "1.35"'),
        ("- nested", "- deep"),
        ("", ""),
    ],
)
def test_an_edit_of_an_item_is_read_again_by_itself(old: str, new: str) -> None:
    text = TEXT.replace(old, new, 1)
    expected = whole(text)
    read: list[str] = []

    def parser(part: str) -> CParser:
        read.append(part)
        return CParser(part)

    found = reread(reading(), text, "p.yaml", parser)
    assert found is not None
    assert expected is not None
    assert places([found.root]) == places([expected.root])
    assert found.data == expected.data
    assert sum(map(len, read)) < len(text) / 2
    assert found.nodes is None, "it is not remembered: what it was made from is"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("kubeflow", "kubeflow-x"),
        ("name: vision", "name: &a vision"),
        ("name: vision", "name: vision\n    name: twice"),
        ("teams:", "people:"),
        ("  - name: vision", "  - name: vision\n---"),
        ("a, b]", "a, b"),
        ("  - name: speech", " - name: speech"),
    ],
)
def test_what_may_be_another_thing_in_its_place_is_left_to_the_whole(old: str, new: str) -> None:
    assert again(TEXT.replace(old, new, 1)) is None


def test_a_part_counts_against_the_limits_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    document = whole(TEXT)
    assert document is not None
    assert document.nodes is not None
    text = TEXT.replace("nominal: 4", "nominal: 4, more: 5")
    more = whole(text)
    assert more is not None
    assert more.nodes == document.nodes + 1
    monkeypatch.setattr("compiler.source.tree.MAX_NODES", document.nodes)
    assert again(TEXT.replace("nominal: 4", "nominal: 5")) is not None
    assert again(text) is None
    monkeypatch.undo()
    assert again(TEXT.replace("nominal: 4", f"nominal: {'[' * 40}{']' * 40}")) is None


@pytest.mark.parametrize("text", [TEXT.replace("vision", "visión"), TEXT.replace("vision", "&a vision"), "a: [1"])
def test_what_has_parts_elsewhere_is_not_remembered(text: str) -> None:
    document, _ = load(text.encode(), "p.yaml")
    assert document is None or document.nodes is None


@pytest.mark.parametrize("content", [b"", b"\xff", b"N", b"(no)"])
def test_what_is_no_reading_is_none(content: bytes) -> None:
    assert loaded(content) is None
