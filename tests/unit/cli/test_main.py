"""Every way a run can end has its exit code, and none shows a traceback."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

import pytest

from compiler.cli import check
from compiler.cli.exit_codes import ExitCode
from compiler.cli.main import build_parser, main
from compiler.diagnostics.failure import EnvironmentFailure, UsageMistake


@pytest.fixture
def ending(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException | ExitCode], int]:
    """Return what runs a command that ends in the given way, and returns the exit code."""

    def end(how: BaseException | ExitCode) -> int:
        def run(_: argparse.Namespace) -> ExitCode:
            if isinstance(how, BaseException):
                raise how
            return how

        monkeypatch.setattr(check, "run", run)
        return main(["check"])

    return end


Ending = Callable[[BaseException | ExitCode], int]


@pytest.mark.parametrize("code", ExitCode)
def test_a_commands_own_code_is_kept(ending: Ending, code: ExitCode) -> None:
    assert ending(code) == code


@pytest.mark.parametrize(
    ("how", "code", "said"),
    [
        (EnvironmentFailure("no Node", "get one"), 4, "error: no Node\nhelp: get one\n"),
        (EnvironmentFailure("no Node"), 4, "error: no Node\n"),
        (UsageMistake("no cluster x", "did you mean `y`?"), 2, "error: no cluster x\nhelp: did you mean `y`?\n"),
        (KeyboardInterrupt(), 130, "interrupted\n"),
        (PermissionError(13, "Permission denied", "generated"), 4, "error: generated: Permission denied\n"),
        (OSError("odd"), 4, "error: odd\n"),
    ],
)
def test_an_exception_is_a_line_and_a_code(
    ending: Ending, capsys: pytest.CaptureFixture[str], how: BaseException, code: int, said: str
) -> None:
    assert ending(how) == code
    printed = capsys.readouterr()
    assert printed.err == said
    assert printed.out == ""


def test_a_bug_is_ours(ending: Ending, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert ending(ZeroDivisionError("by nothing")) == 70
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("internal error: ZeroDivisionError: by nothing (test_main.py:")
    assert "PLATFORM_COMPILER_DEBUG=1" in second
    monkeypatch.setenv("PLATFORM_COMPILER_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        ending(ZeroDivisionError("by nothing"))


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["check", "--help"]])
def test_questions_about_the_command_are_answered(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 0
    assert capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["check", "--form", "json"], ["check", "--as-of", "20-1-1"]])
def test_a_misunderstood_command_line_is_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert "usage:" in capsys.readouterr().err


def test_the_day_may_be_given() -> None:
    assert str(build_parser().parse_args(["check", "--as-of", "2026-11-01"]).as_of) == "2026-11-01"


def test_output_is_utf_8_in_every_locale(
    ending: Ending, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("out") / "out"
    with file.open("w", encoding="ascii") as out:
        monkeypatch.setattr("sys.stdout", out)

        def run(_: argparse.Namespace) -> ExitCode:
            print("größe", os.fsdecode(b"caf\xe9"))  # noqa: T201 - what a command does
            return ExitCode.OK

        ending(ExitCode.OK)
        monkeypatch.setattr(check, "run", run)
        assert main(["check"]) == 0
    assert file.read_bytes() == "größe caf\\udce9\n".encode()
