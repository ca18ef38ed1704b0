"""Findings in bounded space: the first of each code are kept, and all are counted."""

from __future__ import annotations

import pytest

from compiler.diagnostics.collection import MAX_OF_A_CODE, Findings, only_counted
from compiler.diagnostics.model import Diagnostic, Severity, error, info, warning


def flood(code: str, count: int) -> list[Diagnostic]:
    return [error(code, f"number {number}", (code, number)) for number in range(count)]


def test_what_fits_is_told_as_it_came() -> None:
    findings = Findings()
    findings += flood("a", MAX_OF_A_CODE)
    findings.append(info("b", "b"))
    assert findings.told() == [*flood("a", MAX_OF_A_CODE), info("b", "b")]


def test_of_each_code_the_rest_is_counted_at_the_first_that_is_not_told() -> None:
    findings = Findings()
    findings += flood("a", MAX_OF_A_CODE + 12_345)
    findings.extend(flood("b", 3))
    *told, cut = findings.told()
    assert told == [*flood("a", MAX_OF_A_CODE), *flood("b", 3)]
    assert (cut.code, cut.severity, cut.path) == ("too-many-mistakes", Severity.ERROR, ("a", MAX_OF_A_CODE))
    assert "12,345 more findings of the code a" in cut.message


def test_what_stands_for_others_is_as_grave_as_they_are() -> None:
    findings = Findings()
    findings += [warning("a", "a")] * (MAX_OF_A_CODE + 1)
    assert findings.told()[-1].severity is Severity.WARNING
    findings.append(error("a", "a"))
    assert findings.told()[-1].severity is Severity.ERROR


def test_a_finding_need_not_be_made_to_be_counted() -> None:
    findings = Findings()
    findings += flood("a", MAX_OF_A_CODE - 1)
    assert not only_counted(findings, "a", ())
    findings += flood("a", 1)
    assert only_counted(findings, "a", ("x",))
    assert not only_counted(findings, "b", ())
    assert not only_counted(flood("a", MAX_OF_A_CODE + 1), "a", ()), "an ordinary list keeps everything"
    assert "1 more" in findings.told()[-1].message


def test_nothing_is_put_before_what_came_first() -> None:
    with pytest.raises(TypeError, match="the order in which they came"):
        Findings().insert(0, error("a", "a"))
