"""Laws of the first stage: no text breaks it, and every place that it names lies inside the file."""

from __future__ import annotations

import json
import math
import unicodedata
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics.machine import render_github, render_json
from compiler.diagnostics.model import Diagnostic, Span
from compiler.diagnostics.place import Lines
from compiler.diagnostics.text import render_text
from compiler.source.document import Document
from compiler.source.loader import load, text_only

PLATFORM = """\
apiVersion: platform/v1alpha1
kind: Platform
metadata: {name: acme-ml}   # the name
versions:
  kubeflow: "26.03"
  argo-cd: '3.4'
clusters:
  - name: laptop
    provider: k3d
    domain: &domain ml.acme.com
    notes: |
      two
      lines
  - {name: prod-eu, provider: gke, zones: [europe-west4-a, europe-west4-b], domain: *domain}
teams:
- name: vision
  owner: {user: "älice@acme.com"}
  gpus:
    - {pool: a100, nominal: 4, ratio: 1.50, spot: false, none: ~}
"""
SYNTAX = "\t|\n|\r\n|\r| |  |: |:|- |-|? |#| # c|'|\"|{|}|[|]|,|&a |*a|!x |!!int |>-|%|@|`|---|...|<<: |\\"
ODD = ["|", "\x00", "\x85", "\u2028", "\ufeff", "\u00a0", "é", "😀", "1.10", "name", "~"]
PIECES = [*SYNTAX.split("|"), *ODD, "name: x\n", "a: b: c\n", "a:b\n", "  - x\n"]


@st.composite
def broken_platforms(draw: st.DrawFn) -> str:
    """Return a platform file with a few cuts and insertions."""
    text = PLATFORM
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        text = text[:start] + draw(st.sampled_from(["", *PIECES])) + text[end:]
    return text


ANY_TEXT = st.one_of(
    broken_platforms(), st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.text(max_size=200)
)
ANY_BYTES = st.one_of(ANY_TEXT.map(lambda text: text.encode("utf-8", "surrogatepass")), st.binary(max_size=200))


def check_inside(span: Span, lines: Lines) -> None:
    assert 1 <= span.line <= span.end_line <= lines.count
    assert 1 <= span.column <= len(lines.line(span.line)) + 1
    assert 1 <= span.end_column <= len(lines.line(span.end_line)) + 1
    assert (span.line, span.column) <= (span.end_line, span.end_column)


def check_findings(findings: list[Diagnostic], lines: Lines) -> None:
    for finding in findings:
        assert finding.help
        assert finding.span is not None
        check_inside(finding.span, lines)


def paths_of(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(inner for step, child in entries for inner in paths_of(child, (*path, step)))]


@given(ANY_BYTES)
def test_no_bytes_break_the_loader_and_every_finding_lies_inside_the_file(data: bytes) -> None:
    document, findings = load(data, "platform.yaml")
    shown = document or text_only(data, "platform.yaml")
    check_findings(findings, shown.lines)
    assert document is not None or findings
    if document is not None:
        assert isinstance(document.data, dict)
        for path in paths_of(document.data):
            check_inside(document.span(path), document.lines)
            check_inside(document.span(path, at_key=True), document.lines)
            assert document.range_of(path) is not None
    assert load(data, "platform.yaml")[1] == findings


@given(ANY_BYTES)
def test_every_renderer_takes_whatever_the_loader_says(data: bytes) -> None:
    document, findings = load(data, "platform.yaml")
    shown = document or text_only(data, "platform.yaml")
    text = render_text(findings, shown, colour=False)
    unsafe = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert not [each for each in text if unicodedata.category(each) in unsafe and each not in "\n\u200c\u200d"]
    assert text.endswith("\n")
    report = json.loads(render_json(findings, shown))
    assert len(report["findings"]) == sum(report["summary"].values())
    github = render_github(findings, shown).splitlines()
    assert len(github) == len(report["findings"])
    assert all(line.startswith("::") for line in github)


KEYS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1, max_size=8)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | KEYS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, PLAIN, min_size=1, max_size=5), st.sampled_from([None, 2]))
def test_json_is_read_as_json_reads_it(data: dict[str, Any], indent: int | None) -> None:
    document, findings = load(json.dumps(data, indent=indent, ensure_ascii=False).encode(), "platform.yaml")
    assert findings == []
    assert document is not None
    assert document.data == data


@given(st.dictionaries(KEYS, PLAIN, min_size=1, max_size=5))
def test_what_is_written_at_a_path_means_what_stands_there(data: dict[str, Any]) -> None:
    document = loaded(json.dumps(data, ensure_ascii=False))
    for path in paths_of(data):
        value: Any = document.data
        for step in path:
            value = value[step]
        written = document.written(path)
        assert written is not None
        assert json.loads(written) == value
        if path and isinstance(path[-1], str):
            key = document.written(path, at_key=True)
            assert key is not None
            assert json.loads(key) == path[-1]
        assert document.text_of(document.span(path)) in {written, document.text[:1]}


@given(st.floats(), st.integers())
def test_numbers_are_those_of_the_core_schema(number: float, count: int) -> None:
    text = {math.inf: ".inf", -math.inf: "-.inf"}.get(number, ".nan" if math.isnan(number) else repr(number))
    document = loaded(f"number: {text}\ncount: {count}\n")
    assert repr(document.data) == repr({"number": number, "count": count})


@given(st.text(max_size=60), st.integers(0, 70))
def test_places_and_offsets_agree(text: str, offset: int) -> None:
    lines = Lines(text)
    line, column = lines.place(offset)
    found = lines.offset(line, column)
    assert lines.place(found) == (line, column)
    assert found == min(offset, len(text)) or text[found : found + 2] == "\r\n"
    assert lines.count == len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def loaded(text: str) -> Document:
    document, findings = load(text.encode(), "platform.yaml")
    assert findings == []
    assert document is not None
    return document
