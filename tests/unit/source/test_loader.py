"""The loader as later stages see it: data, places, findings, and what is set aside."""

from __future__ import annotations

import subprocess
import sys

import pytest

from compiler.diagnostics.failure import EnvironmentFailure
from compiler.diagnostics.model import Severity
from compiler.source.document import Document
from compiler.source.encoding import MAX_BYTES
from compiler.source.loader import load, text_only
from compiler.source.tree import MAX_ALIASED_NODES, MAX_DEPTH
from compiler.source.tree_mistakes import MAX_FINDINGS


def codes(text: str | bytes) -> list[str]:
    data = text.encode() if isinstance(text, str) else text
    return [finding.code for finding in load(data, "p.yaml")[1]]


def good(text: str) -> Document:
    document, findings = load(text.encode(), "p.yaml")
    assert findings == []
    assert document is not None
    return document


def told(text: str) -> list[tuple[str, str]]:
    """Return for each finding its code and the text under its mark."""
    document, findings = load(text.encode(), "p.yaml")
    shown = document or text_only(text.encode(), "p.yaml")
    return [(finding.code, shown.text_of(finding.span)) for finding in findings if finding.span]


def test_a_sound_file_is_its_data_without_findings() -> None:
    document = good("a: 1\nb: [x, {c: null}]\nd:\n- 'q'\n- |\n  two\n  lines\n")
    assert document.data == {"a": 1, "b": ["x", {"c": None}], "d": ["q", "two\nlines\n"]}
    assert document.incomplete == frozenset()


def test_words_and_numbers_are_those_of_yaml_1_2() -> None:
    document = good("a: [yes, on, 010, 1:30, 0o10, 0x1F, 1.10, 1e3, .inf, ~, True, 12e, 1_000, 2026-10-01]")
    assert document.data == {
        "a": ["yes", "on", 10, "1:30", 8, 31, 1.1, 1000.0, float("inf"), None, True, "12e", "1_000", "2026-10-01"]
    }


def test_quoted_text_stays_text() -> None:
    assert good('a: "1"\nb: \'~\'\nc: "true"\n').data == {"a": "1", "b": "~", "c": "true"}


def test_a_utf8_byte_order_mark_moves_no_column() -> None:
    document, findings = load(b"\xef\xbb\xbfa: 1\n", "p.yaml")
    assert findings == []
    assert document is not None
    assert document.data == {"a": 1}
    assert document.span(("a",), at_key=True).column == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["empty-file"]),
        ("# only a comment\n", ["empty-file"]),
        ("---\n", ["empty-file"]),
        ("- a\n", ["root-not-mapping"]),
        ("hello\n", ["root-not-mapping"]),
        ("a: 1\n---\nb: 1\n", ["several-documents"]),
        ("%YAML 1.1\n---\na: 1\n", ["old-yaml-version"]),
        ("%YAML 1.2\n---\na: 1\n...\n", []),
        ("a: *missing\n", ["unknown-alias"]),
        ("a: &a [*a]\n", ["recursive-alias"]),
        ("*missing : 1\n", ["unknown-alias"]),
    ],
)
def test_what_a_file_cannot_be(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_the_second_document_is_set_aside() -> None:
    document, _ = load(b"a: 1\n---\nb: 1\n", "p.yaml")
    assert document is not None
    assert document.data == {"a": 1}


def test_an_old_version_is_only_a_warning() -> None:
    assert load(b"%YAML 1.1\n---\na: 1\n", "p.yaml")[1][0].severity is Severity.WARNING


def test_every_duplicate_key_is_told_and_the_first_counts() -> None:
    document, findings = load(b"a: 1\nb: {c: [1], c: 2}\na: {x: 1, x: 2}\n", "p.yaml")
    assert document is not None
    assert document.data == {"a": 1, "b": {"c": [1]}}
    assert [(finding.code, finding.path, finding.span and finding.span.line) for finding in findings] == [
        ("duplicate-key", ("b", "c"), 2),
        ("duplicate-key", ("a", "x"), 3),
        ("duplicate-key", ("a",), 3),
    ]
    assert document.is_incomplete(("a",))
    assert document.is_incomplete(("b", "c"))
    assert not document.is_incomplete(("b",))
    assert document.span(findings[0].related[0].path, at_key=True).column == 5


def test_keys_that_are_no_text_are_set_aside() -> None:
    text = "1: x\n? [a]\n: b\n~: c\ntrue: e\n{b: c}: 1\nf: {{ g }}\n<<: {a: 1}\n1.5: x\nok: 1\n"
    assert told(text) == [
        ("key-not-text", "1"),
        ("key-not-text", "[a]"),
        ("key-not-text", "~"),
        ("key-not-text", "true"),
        ("key-not-text", "{b: c}"),
        ("key-not-text", "{ g }"),
        ("merge-key", "<<"),
        ("key-not-text", "1.5"),
    ]
    document, findings = load(text.encode(), "p.yaml")
    assert document is not None
    assert document.data == {"f": {}, "ok": 1}
    assert document.is_incomplete(())
    assert findings[0].help == 'quote the key: `"1":`'


def test_braces_of_a_template_are_told_once() -> None:
    assert told("{{ x }}: 1\n") == [("key-not-text", "{ x }")]


def test_a_value_without_key_is_told() -> None:
    assert told("a: {: d, e: 1}\n") == [("key-not-text", ":")]
    assert told("a: {? : d}\n?\n: x\n") == [("key-not-text", ""), ("key-not-text", "")]
    assert told("a: 1\n: d\nb: 2\n") == [("key-not-text", ":")]


def test_quoted_numbers_and_merge_signs_are_ordinary_keys() -> None:
    assert good('"1": x\n"<<": y\n').data == {"1": "x", "<<": "y"}


def test_tags_of_the_core_schema_type_a_value() -> None:
    document = good(
        "a: !!str 1.30\nb: !!int 0x10\nc: !!float 1\nd: !!bool true\ne: !!null ''\nf: !!map {}\ng: !!seq []\n"
    )
    assert document.data == {"a": "1.30", "b": 16, "c": 1.0, "d": True, "e": None, "f": {}, "g": []}
    assert isinstance(document.data, dict)
    assert isinstance(document.data["c"], float)


def test_other_tags_are_told_and_the_value_is_kept() -> None:
    text = "a: !foo b\nb: &x !!binary aa\nc: !!set {a}\nd: !!int x\ne: !!seq {}\nf: !<x:y> z\n"
    assert told(text) == [
        ("unknown-tag", "!foo"),
        ("unknown-tag", "!!binary"),
        ("unknown-tag", "!!set"),
        ("tag-mismatch", "!!int x"),
        ("unknown-tag", "!!seq"),
        ("unknown-tag", "!<x:y>"),
    ]
    document, _ = load(text.encode(), "p.yaml")
    assert document is not None
    assert document.data == {"a": "b", "b": "aa", "c": {"a": None}, "d": "x", "e": {}, "f": "z"}


def test_small_aliases_share_what_they_stand_for() -> None:
    document = good("a: &a {x: 1}\nb: *a\nc: [*a, &t text, *t]\n&k key: 1\nd: {*k : 2}\n")
    assert document.data == {
        "a": {"x": 1}, "b": {"x": 1}, "c": [{"x": 1}, "text", "text"], "key": 1, "d": {"key": 2}
    }  # fmt: skip
    assert document.written(("b",)) == "*a"
    assert document.span(("b", "x")) == document.span(("a", "x"))


def test_an_unknown_alias_is_set_aside_with_the_nearest_anchor() -> None:
    document, findings = load(b"a: &domain x\nb: *domian\nc: [*domian]\n", "p.yaml")
    assert document is not None
    assert document.data == {"a": "x", "c": []}
    assert [finding.help for finding in findings] == ["did you mean `domain`?"] * 2
    assert document.incomplete == {(), ("c",)}


def test_an_alias_bomb_is_told_once_and_does_not_go_off() -> None:
    lines = ["a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]"]
    lines += [f"a{index}: &a{index} [{', '.join([f'*a{index - 1}'] * 10)}]" for index in range(1, 30)]
    document, findings = load("\n".join(lines).encode(), "p.yaml")
    assert [finding.code for finding in findings] == ["alias-bomb"]
    assert document is not None

    def size(value: object) -> int:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return 1 + sum(map(size, inner))

    assert size(document.data) < 3 * MAX_ALIASED_NODES


@pytest.mark.parametrize("opening", ["[", "- ", "{a: ", "? "])
def test_depth_is_bounded(opening: str) -> None:
    assert load(("a: 1\nb:\n  " + opening * 100_000).encode(), "p.yaml")[0] is None
    assert codes("b:\n  " + opening * 100_000) == ["deep-nesting"]


def test_the_deepest_allowed_value_is_read() -> None:
    count = MAX_DEPTH - 1
    assert codes("a: " + "[" * count + "]" * count) == []
    assert codes("a: " + "[" * (count + 1) + "]" * (count + 1)) == ["deep-nesting"]


def test_size_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes(b"#" * (MAX_BYTES + 1)) == ["file-too-large"]
    monkeypatch.setattr("compiler.source.tree.MAX_NODES", 10)
    assert codes("a: [1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]\n") == ["too-many-values"]


def test_a_flood_of_mistakes_is_cut_with_a_word() -> None:
    found = codes("a: 1\n" * (MAX_FINDINGS + 50))
    assert len(found) == MAX_FINDINGS + 1
    assert found[-1] == "too-many-mistakes"


def test_missing_space_within_braces_is_told() -> None:
    document, findings = load(b"a: {b:c, d: 1, 'x:y': , \"q\": }\n", "p.yaml")
    assert [finding.code for finding in findings] == ["missing-space-after-colon"]
    assert findings[0].help == "b: c"
    assert document is not None
    assert document.data == {"a": {"d": 1, "x:y": None, "q": None}}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("a: 1\n".encode("utf-16"), ["not-utf-8"]),
        ("a: 1\n".encode("utf-16-le"), ["not-utf-8"]),
        ("a: 1\n".encode("utf-16-be"), ["not-utf-8"]),
        ("a: 1\n".encode("utf-32"), ["not-utf-8"]),
        (b"a: caf\xe9\n", ["not-utf-8"]),
        (b"a: \x00b\n", ["control-character"]),
        (b"a: \x1b[31m\nb: \x7f\n", ["control-character", "control-character"]),
        ("a: \u202eb\n".encode(), ["control-character"]),
        ("a: x\u2028b # y\n".encode(), ["control-character"]),
        (b"\x00\x01\x02\x03\x04", ["control-character"] * 5),
    ],
)
def test_characters_that_no_file_may_hold(data: bytes, expected: list[str]) -> None:
    assert codes(data) == expected


def test_a_file_in_another_encoding_is_read_on() -> None:
    document, findings = load("a: 1\nb: é\nb: 2\n".encode("utf-16"), "p.yaml")
    assert [finding.code for finding in findings] == ["not-utf-8", "duplicate-key"]
    assert findings[0].help == "iconv -f UTF-16 -t UTF-8 p.yaml > converted.yaml"
    assert document is not None
    assert document.data == {"a": 1, "b": "é"}


def test_bytes_of_another_encoding_are_guessed() -> None:
    document, findings = load(b"a: caf\xe9\n", "p.yaml")
    assert findings[0].notes == ("in Windows-1252 this would be `é`",)
    assert document is not None
    assert document.data == {"a": "caf\ufffd"}


def test_many_bad_characters_are_counted() -> None:
    findings = load(b"a: '" + b"\x01 " * 50 + b"'\n", "p.yaml")[1]
    assert len(findings) == 20
    assert findings[-1].notes[-1] == "30 more such places follow in this file"


def test_without_libyaml_the_surroundings_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml._yaml", None)
    with pytest.raises(EnvironmentFailure, match="libyaml"):
        load(b"a: 1\n", "p.yaml")


@pytest.mark.real(reason="what an import does shows in a process of its own only")
def test_importing_the_loader_is_light() -> None:
    program = "import sys, compiler.source.loader; print(sorted({'yaml', 'pydantic', 'subprocess'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_text_only_shows_a_file_that_has_no_tree() -> None:
    document = text_only(b"a: \xff[\r\nb", "p.yaml")
    assert document.text == "a: \ufffd[\r\nb"
    assert document.span(("a",)) == document.span(())
    assert document.range_of(("a",)) is None
    assert document.data is None
