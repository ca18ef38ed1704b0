"""The entry: arguments to a command, and every way a run can end to an exit code."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from compiler import __version__
from compiler.cli import (
    bootstrap,
    build,
    catalog,
    check,
    cost,
    doctor,
    explain,
    images,
    lock,
    matrix,
    render,
    schema,
    show,
    verify,
    who_can,
)
from compiler.cli.exit_codes import ExitCode
from compiler.diagnostics.failure import EnvironmentFailure, UsageMistake

COMMANDS = (
    build, check, explain, matrix, render, verify, bootstrap, doctor,
    show, images, who_can, cost, lock, schema, catalog,
)  # fmt: skip
"""The commands in the order in which `--help` lists them; each is a module with NAME, SUMMARY, `add` and `run`."""

_DEBUG = "PLATFORM_COMPILER_DEBUG"


class _Help(argparse.HelpFormatter):
    """Keeps the longest command on one line with its summary: argparse forgets how far commands are indented."""

    def add_argument(self, action: argparse.Action) -> None:
        """Add an argument, and room for its commands."""
        super().add_argument(action)
        if action.dest == "command":
            self._action_max_length += self._indent_increment


def build_parser(words: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """Return the parser of the whole command line, or of what these words may be: the others' arguments stay unmade."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "-f",
        "--file",
        metavar="PATH",
        help="the platform file (default: platform.yaml here or in the nearest parent up to the Git root)",
    )
    shared.add_argument(
        "--as-of", type=_day, metavar="DATE", help="judge life cycles as of this day, YYYY-MM-DD (default: today)"
    )
    parser = argparse.ArgumentParser(
        prog="python -m compiler",
        description="Compile platform.yaml into the Git tree that Argo CD syncs.",
        epilog="Exit codes: 0 fine, 1 errors in the platform, 2 usage, 3 drift, 4 surroundings (git, Node, disk), "
        "70 a bug of ours, 130 interrupted.",
        allow_abbrev=False,
        formatter_class=_Help,
    )
    parser.add_argument("--version", action="version", version=__version__, help="print the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in COMMANDS:
        description = f"{command.SUMMARY[0].upper()}{command.SUMMARY[1:]}."
        sub = commands.add_parser(
            command.NAME, help=command.SUMMARY, description=description, parents=[shared], allow_abbrev=False
        )
        if words is None or command.NAME in words:
            command.add(sub)
        sub.set_defaults(run=command.run)
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as failure:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as YYYY-MM-DD") from failure


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; nothing but a bug of ours shows as one."""
    _prepare_streams()
    code = ExitCode.OK
    try:
        code = _run(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        # The reader of our output left, as `head` does; that is no failure of ours.
        _discard_output()
    except OSError as failure:
        if code is not ExitCode.SURROUNDINGS:
            _complain(f"cannot write the output: {failure.strerror or failure}")
        code = ExitCode.SURROUNDINGS
        _discard_output()
    return code


def _run(arguments: Sequence[str] | None) -> ExitCode:
    """Run one command; every exception but that of a broken pipe becomes a line of text and an exit code."""
    try:
        words = sys.argv[1:] if arguments is None else arguments
        parsed = build_parser(words).parse_args(words)
        return ExitCode(parsed.run(parsed))
    except SystemExit as ended:  # argparse, after --help, --version or its own complaint
        return ExitCode(int(ended.code or 0))
    except EnvironmentFailure as failure:
        _complain(failure.message, failure.help)
        return ExitCode.SURROUNDINGS
    except UsageMistake as mistake:
        _complain(mistake.message, mistake.help)
        return ExitCode.USAGE
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        raise
    except OSError as failure:
        where = f"{failure.filename}: " if failure.filename else ""
        _complain(f"{where}{failure.strerror or failure}")
        return ExitCode.SURROUNDINGS
    except Exception as bug:
        # The last line of defence: a traceback is no message to a user.
        if os.environ.get(_DEBUG):
            raise
        print(f"internal error: {type(bug).__name__}: {bug} ({_innermost(bug)})", file=sys.stderr)
        advice = f"this is a bug of the compiler; run again with {_DEBUG}=1 and report what it prints"
        print(f"help: {advice}", file=sys.stderr)
        return ExitCode.BUG


def _prepare_streams() -> None:
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # The caller has closed it; `print` would take the other one in its place.
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - until the end
        elif isinstance(stream, io.TextIOWrapper):
            # The same bytes in every locale; what is no character (a file name may hold it) is shown, not fatal.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _complain(message: str, help: str = "") -> None:
    print(f"error: {message}", file=sys.stderr)
    if help:
        print(f"help: {help}", file=sys.stderr)


def _discard_output() -> None:
    """Let the rest of the output go nowhere: the interpreter would try once more to write it, and complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())


def _innermost(bug: BaseException) -> str:
    trace = bug.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "no place known"
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
