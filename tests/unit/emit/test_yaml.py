"""compiler.emit.yaml: what the text looks like, and what it refuses. That it survives readers: tests/property."""

from __future__ import annotations

from collections import OrderedDict
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import pytest

from compiler.emit import yaml
from compiler.emit.yaml import dump, dump_plain


def text_of(value: Any) -> str:
    return dump_plain({"key": value}).removeprefix("key:").removeprefix(" ").removesuffix("\n")


def test_documents_look_like_what_kubectl_prints() -> None:
    role = {
        "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]}, {"verbs": []}],
        "metadata": {"name": "reader", "labels": {"app": "a"}},
        "kind": "Role",
        "apiVersion": "rbac.authorization.k8s.io/v1",
    }
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}, "spec": {"hard": {"pods": "200"}}}

    assert dump([role, quota], "Code generated from teams.vision. DO NOT EDIT.\n# second line").decode() == (
        "# Code generated from teams.vision. DO NOT EDIT.\n"
        "# second line\n"
        "apiVersion: rbac.authorization.k8s.io/v1\n"
        "kind: Role\n"
        "metadata:\n"
        "  name: reader\n"
        "  labels:\n"
        "    app: a\n"
        "rules:\n"
        "- apiGroups:\n"
        '  - ""\n'
        "  resources:\n"
        "  - pods\n"
        "  verbs:\n"
        "  - get\n"
        "  - list\n"
        "- verbs: []\n"
        "---\n"
        "apiVersion: v1\n"
        "kind: ResourceQuota\n"
        "metadata:\n"
        "  name: q\n"
        "spec:\n"
        "  hard:\n"
        '    pods: "200"\n'
    )


def test_the_order_of_a_plain_mapping_is_kept() -> None:
    assert dump_plain({"z": 1, "kind": "K", "a": {"d": 1, "c": 2}}) == "z: 1\nkind: K\na:\n  d: 1\n  c: 2\n"


@pytest.mark.parametrize(
    "text",
    [
        "Deployment", "apps/v1", "kubeflow-user@example.com", "https://kubernetes.default.svc:6443/a?b=c", "256Gi",
        "250m",
        "1.5Gi", "10s", "../base", "./patch.yaml", "--flag=a,b", "$(POD_NAME)", "Allow access to Pipelines",
        "it's fine",
        "v1.34.2", "ghcr.io/acme/notebook:2026.10", "app.kubernetes.io/name", "nullable", "yesterday", "_x",
        "/healthz",
        "system:masters", "a  b"[:1],
    ],
)  # fmt: skip
def test_ordinary_texts_are_left_plain(text: str) -> None:
    assert text_of(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "", " a", "a ", "a  b", "~", "=", "<<", "-", "?", "---", "a: b", "a:", "a #b", "*a", "&a", "!a", "%a",
        "@a", "{a", "[a",
        "y", "N", "yes", "Off", "TRUE", "null", "1", "0x1f", "1.31", "1e3", "1_000", "12:30:45", "2026-10-01",
        ".5", ".inf", "+1",
        "-1", "10.0.0.1", "1.10.2", "1E", "#a", "|", ">", "Zo\xeb",
    ],
)  # fmt: skip
def test_texts_that_a_reader_could_misread_are_quoted(text: str) -> None:
    assert text_of(text) == f'"{text}"'


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('{"a": 1}', "'{\"a\": 1}'"),
        ("^it's \\d+ #", "'^it''s \\d+ #'"),
        ("a\tb", '"a\\tb"'),
        ("\x1b[0m\x00\x85", '"\\x1B[0m\\0\\x85"'),
        ("\u2028\ufeff\u202e", '"\\u2028\\uFEFF\\u202E"'),
        ("\U000e0041 \U0001f600", '"\\U000E0041 \U0001f600"'),
        ("a\r\nb", '"a\\r\\nb"'),
        ("\n", '"\\n"'),
    ],
)
def test_quotes_and_escapes_keep_a_text_on_one_line(text: str, written: str) -> None:
    assert text_of(text) == written


def test_long_texts_stay_on_one_line() -> None:
    assert text_of("word " * 500 + "end") == "word " * 500 + "end"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a\nb", "|-\n  a\n  b"),
        ("a\nb\n", "|\n  a\n  b"),
        ("a\n\nb\n\n", "|+\n  a\n\n  b\n"),
        ("  a\nb\n", "|2\n    a\n  b"),
        ("\na\n", "|\n\n  a"),
        ("#!/bin/sh\n\techo: 'a' \"b\"\n---\n", "|\n  #!/bin/sh\n  \techo: 'a' \"b\"\n  ---"),
    ],
)
def test_several_lines_stand_as_a_literal_block(text: str, written: str) -> None:
    assert text_of(text) == written


@pytest.mark.parametrize("text", ["a\n \nb", "\ta\nb", "a\n\x07b", "a\n\u2028b", "\n\n", " \na"])
def test_several_lines_that_a_block_would_change_are_quoted(text: str) -> None:
    assert text_of(text).startswith('"')


def test_blocks_follow_the_depth_of_their_place() -> None:
    assert dump_plain({"a": [{"b": "x\ny\n", "c": ["x\ny"]}]}) == (
        "a:\n- b: |\n    x\n    y\n  c:\n  - |-\n    x\n    y\n"
    )


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "null"), (True, "true"), (False, "false"), (0, "0"), (-5, "-5"), (2**63, "9223372036854775808"),
        (1.0, "1.0"),
        (0.1, "0.1"), (1e16, "1.0e+16"), (1.5e-07, "1.5e-07"), ({}, "{}"), ([], "[]"), ((), "[]"),
        (MappingProxyType({}), "{}"),
    ],
)  # fmt: skip
def test_other_values(value: object, written: str) -> None:
    assert text_of(value) == written


def test_kinds_of_mappings_and_sequences_make_no_difference() -> None:
    class Word(StrEnum):
        ON = "on"
        LINES = "a\nb"

    plain = {"on": "on", "a": [{"b": ["on"]}, {"c": "a\nb"}, ["x", "y"]]}
    exotic = OrderedDict(
        [(Word.ON, Word.ON), ("a", (OrderedDict(b=("on",)), MappingProxyType({"c": Word.LINES}), ("x", "y")))]
    )
    assert dump_plain(exotic) == dump_plain(plain)


def test_a_key_too_long_for_a_reader_to_find_its_colon_stands_alone() -> None:
    key = "k" * 1100
    assert dump_plain({"a": {key: 1, "b": {key: {"c": "d"}}}}) == (
        f"a:\n  ? {key}\n  : 1\n  b:\n    ? {key}\n    :\n      c: d\n"
    )


def test_empty_documents_and_streams() -> None:
    assert dump([{}], "") == b"{}\n"
    assert dump([], "nothing") == b"# nothing\n"
    assert dump_plain({}) == "{}\n"


@pytest.mark.parametrize("value", ["\ud800", "a\udfff\nb", float("nan"), float("inf")])
def test_what_no_file_can_hold_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        dump([{"a": [value]}], "")
    with pytest.raises(ValueError):
        dump([{"a": {"b": value}}], "")


@pytest.mark.parametrize("value", [b"a", {1, 2}, object()])
def test_what_is_no_data_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="has no place in YAML"):
        dump_plain({"a": value})


@pytest.mark.parametrize("key", [1, True, None])
def test_keys_are_texts(key: Any) -> None:
    with pytest.raises(TypeError, match="a key of a Kubernetes object is a text"):
        dump_plain({"a": {key: 1}})


def test_a_header_cannot_smuggle_in_a_document() -> None:
    with pytest.raises(ValueError, match="control characters"):
        dump([{"a": 1}], "from teams.x\u2028apiVersion: v1")
    assert dump([{"a": 1}], "one\n\n# two\n") == b"# one\n#\n# two\na: 1\n"


def test_the_memory_of_texts_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml, "_CACHE_SIZE", 10)
    values = {f"key-{i}": f"value {i}" for i in range(100)}
    expected = "".join(f"key-{i}: value {i}\n" for i in range(100))
    assert dump_plain(values) == expected
    assert len(yaml._SCALARS) <= 10
    assert len(yaml._KEYS) <= 10
    dump_plain({"a": "x" * 300})
    assert "x" * 300 not in yaml._SCALARS
