"""What `build` says of how it went, and the code it ends with."""

from __future__ import annotations

import json

import pytest

from compiler.builder import Result
from compiler.cli.build import _checked, _summary
from compiler.cli.exit_codes import ExitCode
from compiler.diagnostics.model import Diagnostic, Span, error, warning
from compiler.judgement import Judgement
from compiler.workspace.plan import Plan

EDITED = error("edited-file", "edited", span=Span("generated/e", 1, 1, 1, 2))
FRESH = Plan((), (), (), 3)
STALE = Plan(("generated/c",), ("generated/u",), ("overlays/d",), 3)


def result(plan: Plan, *findings: Diagnostic, is_fresh: bool = False, is_unfinished: bool = False) -> Result:
    """Return how a build went."""
    judgement = Judgement([], None, "", ())
    return Result(judgement, list(findings), plan, ("a/b",), is_fresh=is_fresh, is_unfinished=is_unfinished)


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (FRESH, "3 files are up to date"),
        (STALE, "1 created, 1 updated, 1 deleted, 3 unchanged; 1 units compiled"),
        (Plan((), ("x", "y"), (), 0), "2 updated, 0 unchanged; 1 units compiled"),
    ],
)
def test_the_summary_counts(plan: Plan, said: str) -> None:
    assert _summary(result(plan), plan) == said


@pytest.mark.parametrize(
    ("how", "code", "out"),
    [
        (result(FRESH, is_fresh=True), ExitCode.OK, ""),
        (result(FRESH, warning("w", "w"), is_fresh=True), ExitCode.OK, ""),
        (result(STALE), ExitCode.DRIFT, "missing: generated/c\nstale: generated/u\nleft over: overlays/d\n"),
        (result(FRESH, EDITED), ExitCode.DRIFT, "edited: generated/e\n"),
        (result(FRESH), ExitCode.DRIFT, ""),
        (result(FRESH, is_unfinished=True), ExitCode.DRIFT, ""),
        (result(STALE, error("foreign-file", "x")), ExitCode.PLATFORM_ERRORS, ""),
        (result(STALE, EDITED, error("internal-error", "x")), ExitCode.BUG, ""),
    ],
)
def test_a_check_tells_drift_from_errors(
    capsys: pytest.CaptureFixture[str], how: Result, code: ExitCode, out: str
) -> None:
    assert how.plan is not None
    assert _checked(how, how.plan, "text") is code
    assert capsys.readouterr().out == out


def test_a_check_says_why_a_tree_without_a_stale_file_is_stale(capsys: pytest.CaptureFixture[str]) -> None:
    _checked(result(FRESH), FRESH, "text")
    assert "generated/inventory.json is stale" in capsys.readouterr().err
    _checked(result(FRESH, is_unfinished=True), FRESH, "text")
    assert "a build was killed here" in capsys.readouterr().err


def test_programs_get_drift_as_findings_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert _checked(result(STALE, EDITED), STALE, "json") is ExitCode.DRIFT
    report = json.loads(capsys.readouterr().out)
    assert [(each["code"], each["file"]) for each in report["findings"]] == [
        ("missing-file", "generated/c"),
        ("edited-file", "generated/e"),
        ("stale-file", "generated/u"),
        ("left-over-file", "overlays/d"),
    ]
    assert _checked(result(STALE, error("foreign-file", "x")), STALE, "json") is ExitCode.PLATFORM_ERRORS
    assert [each["code"] for each in json.loads(capsys.readouterr().out)["findings"]] == ["foreign-file"]
