"""JUnit XML as its readers see it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from compiler.diagnostics.junit import render_junit
from compiler.diagnostics.model import Label, Span, error, info, warning
from compiler.diagnostics.place import Source, sort_findings

WRONG = error(
    "unknown-pool",
    'pool <"a10"> & more is not declared',
    ("teams", 0, "pool"),
    related=(Label(("teams",), "asked for here"),),
    notes=("a note",),
    help="did you mean `a100`?",
    sources=("https://example.org/pools",),
)
ALL = [
    info("late", "late \x1b[31m\x00 ö", ("late",)),
    warning("empty-file", "nothing", span=Span("other.yaml", 1, 1, 2, 3)),
    WRONG,
]


def cases(text: str) -> list[ET.Element]:
    root = ET.fromstring(text)  # noqa: S314 - our own text
    assert root.tag == "testsuites"
    (suite,) = root
    found = list(suite)
    for element in (root, suite):
        assert element.attrib["tests"] == str(len(found))
        assert element.attrib["failures"] == str(sum(case.find("failure") is not None for case in found))
    return found


def test_each_finding_is_a_case_in_the_order_of_telling(platform: Source) -> None:
    found = cases(render_junit([*ALL, *ALL], platform))
    assert [case.attrib["name"].split()[0] for case in found] == [
        finding.code for finding in sort_findings(ALL, platform)
    ]


def test_an_error_fails_and_says_all(platform: Source) -> None:
    (case,) = cases(render_junit([WRONG], platform))
    assert case.attrib == {
        "classname": "platform.yaml",
        "name": "unknown-pool at 3:26",
        "file": "platform.yaml",
        "line": "3",
        "time": "0",
    }
    (failure,) = case
    assert failure.attrib == {"type": "unknown-pool", "message": 'pool <"a10"> & more is not declared'}
    assert (failure.text or "").splitlines() == [
        'platform.yaml:3:26: error[unknown-pool]: pool <"a10"> & more is not declared',
        "note: platform.yaml:2:1: asked for here",
        "note: a note",
        "help: did you mean `a100`?",
        "source: https://example.org/pools",
    ]


def test_a_warning_passes_and_control_characters_are_shown(platform: Source) -> None:
    (case,) = cases(render_junit(ALL[:1], platform))
    (output,) = case
    assert output.tag == "system-out"
    assert "late ␛[31m␀ ö" in (output.text or "")


def test_without_findings_one_case_passes(platform: Source) -> None:
    (case,) = cases(render_junit([], platform))
    assert case.attrib["name"] == "no findings"
    assert list(case) == []


def test_the_text_is_ascii(platform: Source) -> None:
    assert render_junit(ALL, platform).isascii()
