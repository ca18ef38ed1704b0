"""Broken text: one finding for each cause, exactly where it is, and the rest read on."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.diagnostics.model import YamlPath
from compiler.source.loader import load, text_only

CASES: list[tuple[str, list[tuple[str, int, str]], Any]] = [
    # text; code, line and marked text of each finding; what is read of it
    ("a: b: c\nd: 1\n", [("colon-in-text", 1, ":")], {"d": 1}),
    ("a: {b: c: d}\ne: 1\n", [("colon-in-text", 1, ":")], {"e": 1}),
    ("name: foo\n  bar: x\n  baz: x\nz: 1\n", [("bad-indentation", 2, "bar")], {"name": "foo", "z": 1}),
    ("x: 1\nname:foo\nowner: x\n", [("missing-space-after-colon", 2, "name:foo")], {"x": 1, "owner": "x"}),
    ("name:foo\nowner: x\n", [("missing-space-after-colon", 1, "name:foo")], {"owner": "x"}),
    (
        "a:\n  - name:foo\n    owner: x\n  - name: b\n",
        [("missing-space-after-colon", 2, "name:foo")],
        {"a": [{"name": "b"}]},
    ),
    ("x: 1\nname foo\nowner: x\n", [("missing-colon", 2, "name foo")], {"x": 1, "owner": "x"}),
    ("x: 1\nname\n", [("missing-colon", 2, "name")], {"x": 1}),
    ('name: "foo\nowner: "bar"\nx: 1\n', [("unclosed-quote", 1, '"foo')], {"owner": "bar", "x": 1}),
    ('name: "foo\nowner: bar\n', [("unclosed-quote", 1, '"foo')], {"owner": "bar"}),
    ("name: it's\nowner: 'it''s \nx: 1\n", [("unclosed-quote", 2, "'it''s")], {"name": "it's", "x": 1}),
    ('a: {name: "fo\\"o, x: 1}\nb: "q"\n', [("unclosed-quote", 1, '"fo\\"o, x: 1}')], {"b": "q"}),
    ("a: {b: c\nd: 1\n", [("unclosed-bracket", 1, "{")], {"d": 1}),
    ("a:\n  - {b: c\n  - {d: 1}\n", [("unclosed-bracket", 2, "{")], {"a": [{"d": 1}]}),
    ("d: 1\na: [b, {c: [1]}\n", [("unclosed-bracket", 2, "[")], {"d": 1}),
    ("a: [b, c}\nd: 1\n", [("mismatched-bracket", 1, "}")], {"d": 1}),
    ("a: {b: c d: 1}\ne: 2\n", [("missing-comma", 1, " d")], {"e": 2}),
    ('a: ["x" "y"]\ne: 2\n', [("missing-comma", 1, '"y"')], {"e": 2}),
    ("a: {\n  b: 1\n  c: 2\n}\nd: 1\n", [("missing-comma", 2, "\n  c")], {"d": 1}),
    ("a: {\n  b: [1]\n  c: 2\nd: 1\n", [("missing-comma", 3, "c:")], {"d": 1}),
    ("a: {b: c}}\nd: 1\n", [("stray-bracket", 1, "}")], {"d": 1}),
    ("a: {: c}\nd: 1\n", [("key-not-text", 1, ":")], {"d": 1}),
    ("a: @foo # x\nd: 1\n", [("reserved-character", 1, "@foo")], {"d": 1}),
    ("a: *.foo.com\nd: 1\n", [("reserved-character", 1, "*.foo.com")], {"d": 1}),
    ("a: [&, b]\nd: 1\n", [("reserved-character", 1, "&")], {"d": 1}),
    ("a: %foo\nd: 1\n", [("reserved-character", 1, "%foo")], {"d": 1}),
    ("%foo: 1\nd: 1\n", [("reserved-character", 1, "%foo: 1")], {"d": 1}),
    ("a: !<foo\nd: 1\n", [("reserved-character", 1, "!<foo")], {"d": 1}),
    ("a: | foo\nd: 1\n", [("bad-block-header", 1, "foo")], {"d": 1}),
    ("a: - b\nd: 1\n", [("list-on-key-line", 1, "- b")], {"d": 1}),
    ("a:\n    b: 1\n  c: 2\n  d: 3\nz: 1\n", [("bad-indentation", 3, "c: 2")], {"a": {"b": 1}, "z": 1}),
    ("a:\n  - b: 1\n   c: 2\n", [("bad-indentation", 3, "c: 2")], {"a": [{"b": 1}]}),
    # What follows at the right depth is read on.
    ("a:\n    b: 1\n   c: 2\n    d: 3\n", [("bad-indentation", 3, "c: 2")], {"a": {"b": 1, "d": 3}}),
    ('a: "\\q"\nd: 1\n', [("bad-escape", 1, "\\q")], {"d": 1}),
    ('a: "\\xzz"\nd: 1\n', [("bad-escape", 1, "\\x")], {"d": 1}),
    ('a: "foo" bar\nd: 1\n', [("text-after-value", 1, "bar")], {"d": 1}),
    ("a: {b: c} e\nd: 1\n", [("text-after-value", 1, "e")], {"d": 1}),
    ("a: &x 1\nb: *x y\nd: 1\n", [("text-after-value", 2, "y")], {"a": 1, "d": 1}),
    ("a: 1\n- b\n- c\nd: 1\n", [("list-among-keys", 2, "- b")], {"a": 1, "d": 1}),
    ("a:\n  - b\n  c: 1\n  e: 2\n  - d\n", [("missing-dash", 3, "c: 1")], {"a": ["b", "d"]}),
    ("a: 1\n: c\nd: 1\n", [("key-not-text", 2, ":")], {"a": 1, "d": 1}),
    ("a: 1\n... foo\n", [("syntax-error", 2, "foo")], {"a": 1}),
    # Several at once.
    (
        'teams:\n  - name: "x\n    by: a\n  - name: y\n    by: b: c\n    k: v\nall:\n  - {name: a\n  - {name: b}\n',
        [("unclosed-quote", 2, '"x'), ("colon-in-text", 5, ":"), ("unclosed-bracket", 8, "{")],
        {"teams": [{"name": "y", "k": "v"}], "all": [{"name": "b"}]},
    ),
    ("a: b: c\nd: 1\nd: 2\n", [("colon-in-text", 1, ":"), ("duplicate-key", 3, "d")], {"d": 1}),
    ("a: foo\n  bar\n  : x\nd: 1\n", [("key-not-text", 3, ":")], {"a": "foo bar", "d": 1}),
    ('"a\n b": 1\nd: 1\n', [("unclosed-quote", 1, '"a')], {"d": 1}),
    ("a:\n  b: [1,\n  2]]\nd: 1\n", [("stray-bracket", 3, "]")], {"a": None, "d": 1}),
    ("a: {b: 1,\n  c: 2} e\nd: 1\n", [("text-after-value", 2, "e")], {"d": 1}),
    ("a: 1\n}\nd: 1\n", [("stray-bracket", 2, "}")], {"a": 1, "d": 1}),
    ("a: ? b\nd: 1\n", [("syntax-error", 1, "?")], {"d": 1}),
    ("a: &a &b c\nd: 1\n", [("syntax-error", 1, "&b")], {"d": 1}),
    ('a: "x\n---\nb: 1\n', [("unclosed-quote", 1, '"x')], {"b": 1}),
    # Nothing is left.
    ("a: {b: c\n", [("unclosed-bracket", 1, "{")], None),
    ("- b\nc: 1\n", [("missing-dash", 2, "c: 1")], None),
    # What Git could not merge.
    (
        "a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> main\nd: 1\n",
        [("merge-conflict", 2, "<<<<<<< HEAD")],
        {"a": 1, "d": 1},
    ),
    (
        "a:\n  b: 1\n>>>>>>> main\n  c: 1\nd: 1\n",
        [("merge-conflict", 3, ">>>>>>> main")],
        {"a": {"b": 1, "c": 1}, "d": 1},
    ),
    ("a: '\n=======\n  x'\nd: 1\n", [], {"a": " ======= x", "d": 1}),
    # White space that is none.
    ("a:\u00a0b\nd: 1\n", [("invisible-character", 1, "\u00a0")], {"a": "b", "d": 1}),
    (
        "a:\n\u00a0 b: 1\n  c:\u2003[\u00a0x]\n",
        [("invisible-character", 2, "\u00a0"), ("invisible-character", 3, "\u2003")],
        {"a": {"b": 1, "c": ["x"]}},
    ),
    ("a:\n\tb: 1\n\tc: 2\n", [("tab-character", 2, "\t"), ("tab-character", 3, "\t")], {"a": {"b": 1, "c": 2}}),
    (
        "teams:\n  - name: x\n\towner: y\n  - name: z\nk: {v: 1\nz: 1\n",
        [("unclosed-bracket", 5, "{"), ("tab-character", 3, "\t")],
        {"teams": [{"name": "x"}, {"name": "z"}], "z": 1},
    ),
    ("a:\tb\nc: [x,\ty]\n", [("tab-character", 1, "\t"), ("tab-character", 2, "\t")], {"a": "b", "c": ["x", "y"]}),
    ("-\tb: 1\n", [("tab-character", 1, "\t")], None),
    ("a: \"\t\"  # \t\nb: |\n  y\n  \tx\n# \t\nc: '#\t'\n", [], {"a": "\t", "b": "y\n\tx\n", "c": "#\t"}),
    (
        "a:\n \u00a0b: 1\nc: '\u00a0'\nd: x\u00a0y\n",
        [("invisible-character", 2, "\u00a0"), ("invisible-character", 4, "\u00a0")],
        {"a": {"b": 1}, "c": "\u00a0", "d": "x y"},
    ),
    ("\tx: [\n", [("tab-character", 1, "\t")], None),
    ("a: |\n  \tx\n", [("tab-character", 2, "\t")], {"a": "x\n"}),
]


@pytest.mark.parametrize(("text", "expected", "data"), CASES)
def test_broken_text(text: str, expected: list[tuple[str, int, str]], data: Any) -> None:
    document, findings = load(text.encode(), "p.yaml")
    shown = document or text_only(text.encode(), "p.yaml")
    told = [(each.code, each.span.line, shown.text_of(each.span)) for each in findings if each.span]
    assert told == expected
    assert (document and document.data) == data
    assert all(finding.help for finding in findings)


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ("a: b: c\n", '"b: c"'),
        ('a: say "b": c\n', "'say \"b\": c'"),
        ("a: it's: c\n", '"it\'s: c"'),
        ("name:foo\nx: 1\n", "name: foo"),
        ("x: 1\nname foo bar\n", "name: foo bar"),
        ("a: *.foo.com # why\n", '"*.foo.com"'),
        ("a:\n  b: - c\n", "  b:\n    - c"),
        ("a: {b: c\nd: 1\n", "{b: c}"),
        ("a: {b: [c\nd: 1\n", "[c]"),
        ('a: "foo" bar\n', '"foo bar"'),
        ("a:\n    b: 1\n  c: 2\n", "indent it like its neighbours:\n    c: 2"),
        ("a:\n\tb: 1\n\t\tc: 2\n", "write spaces:\n  b: 1"),
        ("a: b: " + "x" * 300, "put quotes around the whole text"),
    ],
)
def test_the_help_can_be_pasted(text: str, help: str) -> None:
    assert load(text.encode(), "p.yaml")[1][0].help == help


@pytest.mark.parametrize(
    ("text", "incomplete"),
    [
        ("a: b: c\nd: 1\n", {()}),
        ("teams:\n  - name: x\n    owner: b: c\n  - name: y\n", {("teams", 0)}),
        ("teams:\n- name: x\n- {name: y\n- name: z\n", {("teams",)}),
        ("teams:\n  - name: x\n    quota:\n      cpu: 'x\n  - name: y\n", {("teams", 0, "quota")}),
        ("teams:\n  - name: x\n\towner: y\n", {(), ("teams",), ("teams", 0), ("teams", 0, "name")}),
    ],
)
def test_where_something_was_set_aside_is_known(text: str, incomplete: set[YamlPath]) -> None:
    document, _ = load(text.encode(), "p.yaml")
    assert document is not None
    assert document.incomplete == incomplete


def test_more_tabs_than_can_be_read_are_counted() -> None:
    findings = load(b"a:\n" + b"\tb: [\n" * 40, "p.yaml")[1]
    assert [finding.code for finding in findings].count("tab-character") == 20
    assert findings[-1].notes[-1] == "20 more such lines follow in this file"


def test_after_too_many_broken_places_only_the_first_is_believed() -> None:
    text = "".join(f"k{index}: a: b\n" for index in range(30))
    assert [finding.code for finding in load(text.encode(), "p.yaml")[1]] == ["colon-in-text"]


def test_findings_before_the_broken_place_are_kept_where_nothing_can_be_read() -> None:
    text = "a: 1\na: 2\n" + "".join(f"k{index}: a: b\n" for index in range(30))
    assert [finding.code for finding in load(text.encode(), "p.yaml")[1]] == ["colon-in-text", "duplicate-key"]
