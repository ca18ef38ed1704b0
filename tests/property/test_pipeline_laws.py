"""Laws of everything up to the shown findings: whatever a file holds, there is an answer, and each format gives it."""

from __future__ import annotations

import copy
import json
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.catalog.load import Catalog
from compiler.diagnostics.junit import render_junit
from compiler.diagnostics.machine import render_github, render_json
from compiler.diagnostics.model import YamlPath
from compiler.diagnostics.place import Source, place_findings
from compiler.diagnostics.sarif import render_sarif
from compiler.diagnostics.text import render_text
from compiler.pipeline import Sources, Understanding, understand
from compiler.rules import all_rules
from compiler.source.loader import text_only
from tests.mistakes.casebook import mistakes

CATALOG = Catalog()
RULES = all_rules()
DAY = date(2026, 6, 1)
VALID = sorted((Path(__file__).parents[1] / "samples" / "valid").glob("*.yaml"))
SMALL = 6_000
"""Bytes of the largest sample that is mutated: one of forty teams says no more than one of two."""


@cache
def texts() -> tuple[str, ...]:
    """Return sound files of every kind, and files with each mistake that the casebook has."""
    sound = [path.read_bytes().decode("utf-8-sig") for path in VALID if path.stat().st_size < SMALL]
    return (*sound, *(mistake.text for mistake in mistakes()))


@cache
def trees() -> tuple[Any, ...]:
    """Return the data of the sound files."""
    return tuple(data for text in texts() if isinstance(data := _plain(text), dict))


def _plain(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        return None


def places(value: Any, path: YamlPath = ()) -> list[YamlPath]:
    """Return the path of every value below the root."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for step, item in steps for found in [(*path, step), *places(item, (*path, step))]]


ODD = [
    "", " ", "~", "x" * 300, "-", ".", "..", "/", "a/b", "*", "&a", "{}", "[]", "\x00", "\x1b[31m", "\u202e", "\u2028",
    "\ud7ff", "é", "😀", "\u0660", "1e9", "1" * 400, "-1", "0x10", "1.34", "v1.34", "99.99", ">=1, <2", "64Gi", "1e400",
    "9" * 30 + "Gi", "https://", "http://[", "https://u:p@h/x.git", "a@b", "@", "nvidia-t4", "gke", "prod", "kubeflow",
    "kube-system", "%s%n", "{0}", "$(x)", "{{ x }}", "::error::x", "</failure>", "]]>",
]  # fmt: skip
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, -1, 1, 10**9, 10**40, -(10**400), 0.5, 1e308, float("inf"), float("nan"), 26.03]),
    st.integers(),
    st.sampled_from(ODD),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(ODD), inner, max_size=3)
)


def deep(depth: int, leaf: Any) -> Any:
    """Return a value within so many lists and mappings."""
    for level in range(depth):
        leaf = [leaf] if level % 2 else {"name": leaf}
    return leaf


@st.composite
def mutated_trees(draw: st.DrawFn) -> bytes:
    """Return a file, as JSON, of which nodes were replaced, removed, doubled, swapped, renamed or nested."""
    data = copy.deepcopy(draw(st.sampled_from(trees())))
    for _ in range(draw(st.integers(1, 4))):
        every = places(data)
        if not every:
            break
        path = draw(st.sampled_from(every))
        other = draw(st.sampled_from(every))
        holder = _at(data, path[:-1])
        last: Any = path[-1]
        action = draw(st.sampled_from(["replace", "remove", "double", "swap", "rename", "nest", "many", "retype"]))
        if action == "replace":
            holder[last] = draw(VALUES)
        elif action == "remove":
            del holder[last]
        elif action == "double" and isinstance(holder, list):
            holder.insert(last, copy.deepcopy(holder[last]))
        elif action in {"double", "swap"}:
            holder[last] = copy.deepcopy(_at(data, other))
        elif action == "rename" and isinstance(holder, dict):
            holder[draw(st.sampled_from(ODD) | st.just(f"{last}s"))] = holder.pop(last)
        elif action == "many":
            holder[last] = [copy.deepcopy(holder[last])] * draw(st.integers(0, 40))
        elif action == "retype":
            value = holder[last]
            holder[last] = draw(
                st.sampled_from([[value], {"name": value}, str(value), [value, value], {str(value): 1}])
            )
        else:
            holder[last] = deep(draw(st.sampled_from([1, 2, 3, 60, 70])), holder[last])
    return json.dumps(data, ensure_ascii=draw(st.booleans()), indent=draw(st.sampled_from([None, 1]))).encode(
        "utf-8", "surrogatepass"
    )


def _at(data: Any, path: YamlPath) -> Any:
    for step in path:
        data = data[step]
    return data


@st.composite
def mutated_texts(draw: st.DrawFn) -> bytes:
    """Return a file of which lines were removed, doubled, swapped, indented, or got odd pieces."""
    lines = draw(st.sampled_from(texts())).splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 5))):
        if not lines:
            break
        index = draw(st.integers(0, len(lines) - 1))
        other = draw(st.integers(0, len(lines) - 1))
        action = draw(st.sampled_from(["remove", "double", "swap", "indent", "odd", "comment", "splice"]))
        if action == "remove":
            del lines[index]
        elif action == "double":
            lines.insert(other, lines[index])
        elif action == "swap":
            lines[index], lines[other] = lines[other], lines[index]
        elif action == "indent":
            lines[index] = draw(st.sampled_from([" ", "  ", "\t", "- "])) + lines[index]
        elif action == "comment":
            code = draw(st.sampled_from(sorted(RULES)))
            lines[index] = f"{lines[index].rstrip()} # compiler: allow {code} because of a test\n"
        elif action == "odd":
            column = draw(st.integers(0, len(lines[index])))
            cut = column + draw(st.integers(0, 8))
            piece = draw(st.sampled_from([*ODD, ":", ": ", "- ", "'", '"', "|", "&x ", "*x", "!!int ", "<<: "]))
            lines[index] = lines[index][:column] + piece + lines[index][cut:]
        else:
            lines[index:index] = draw(st.sampled_from(texts())).splitlines(keepends=True)[:other]
    text = "".join(lines)
    if draw(st.booleans()):
        text = text.replace("\n", draw(st.sampled_from(["\r\n", "\r", "\n\n"])))
    return text.encode("utf-8", "surrogatepass")


TEXTS = st.text(max_size=80).map(lambda text: text.encode("utf-8", "surrogatepass"))
FILES = st.one_of(mutated_trees(), mutated_texts(), mutated_texts(), TEXTS, st.binary(max_size=60))


def judged(text: bytes) -> Understanding:
    """Return what all stages say of a file."""
    return understand(Sources("platform.yaml", text, None, "", lambda _: None), CATALOG, as_of=DAY)


@settings(max_examples=120)
@given(FILES)
def test_any_file_has_an_answer_in_every_format(text: bytes) -> None:
    assert_answered(text)


@pytest.mark.parametrize("chapter", sorted({mistake.chapter for mistake in mistakes()}))
def test_every_format_tells_the_same_of_each_mistake(chapter: str) -> None:
    for mistake in mistakes():
        if mistake.chapter == chapter:
            assert_answered(mistake.text.encode())


def assert_answered(text: bytes) -> None:
    """Hold that each format has each finding, known by its code and line, in the same order."""
    understanding = judged(text)
    findings = understanding.diagnostics
    source: Source = understanding.document or text_only(text, "platform.yaml")
    assert [each for each in findings if each.code == "internal-error"] == []
    assert understanding.platform is not None or understanding.has_errors
    placed = place_findings(findings, source)
    assert all(each.code in RULES for each in findings)
    assert all(1 <= span.line <= span.end_line <= source.lines.count for span, _ in placed)
    expected = [(each.code, span.line) for span, each in placed]
    shown = render_text(findings, source, colour=False, limit=10**6)
    in_text = re.findall(r"^platform\.yaml:(\d+):\d+: \w+\[([a-z0-9-]+)\]", shown, re.MULTILINE)
    assert [(code, int(line)) for line, code in in_text] == expected
    report = json.loads(render_json(findings, source))
    assert [(each["code"], each["line"]) for each in report["findings"]] == expected
    in_github = re.findall(r"^::\w+ .*?line=(\d+),.*?title=([a-z0-9-]+)", render_github(findings, source), re.MULTILINE)
    assert [(code, int(line)) for line, code in in_github] == expected
    (run,) = json.loads(render_sarif(findings, source, RULES, "1"))["runs"]
    starts = [each["locations"][0]["physicalLocation"]["region"]["startLine"] for each in run["results"]]
    assert list(zip((each["ruleId"] for each in run["results"]), starts, strict=True)) == expected
    cases = ET.fromstring(render_junit(findings, source)).iter("testcase")  # noqa: S314 - our own text
    names = [case.attrib["name"].rpartition(":")[0] for case in cases]
    assert names == ([f"{code} at {line}" for code, line in expected] or [""])


@settings(max_examples=30)
@given(FILES)
def test_the_same_file_has_the_same_answer(text: bytes) -> None:
    assert judged(text).diagnostics == judged(text).diagnostics


def test_the_files_are_many_and_of_every_kind() -> None:
    """The laws above would hold of a pipeline that is never reached."""
    assert len(texts()) > 250
    reached = sum(judged(text.encode()).platform is not None for text in texts()[:60])
    assert reached > 30
