"""`check`: everything but compiling; starts neither Node nor git nor the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.cli.exit_codes import ExitCode
from compiler.cli.session import FORMATS, Session, exit_for, show
from compiler.diagnostics.failure import UsageMistake
from compiler.diagnostics.model import Diagnostic
from compiler.judgement import judge
from compiler.workspace.cache import load_cache, save_cache

if TYPE_CHECKING:
    import argparse

NAME = "check"
SUMMARY = "validate the platform file and report every mistake"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--format", choices=FORMATS, default="text", help="how to show findings (default: text)")
    parser.add_argument("--fix", action="store_true", help="correct in the platform file what can be corrected safely")
    parser.add_argument("--diff", action="store_true", help="print what --fix would change, and write nothing")


def run(arguments: argparse.Namespace) -> ExitCode:
    """Run the command and return its exit code."""
    session = Session.of(arguments)
    sources = session.sources()
    if isinstance(sources, Diagnostic):
        show([sources], None, format=arguments.format, to_stdout=True)
        return ExitCode.PLATFORM_ERRORS
    if arguments.fix or arguments.diff:
        from compiler.cli.fix import fix_file, show_fixes

        if arguments.diff and arguments.format != "text":
            raise UsageMistake("--diff prints a diff, not findings", "leave out --format, or run --fix")
        if arguments.diff:
            return show_fixes(session, sources)
        sources = fix_file(session, sources)
    cache = load_cache(session.path, with_stats=False)
    judgement = judge(sources, lambda: session.catalog, cache, as_of=session.as_of)
    if judgement.understanding is not None:
        save_cache(session.path, cache, with_stats=False)
    show(judgement.findings, judgement.source, format=arguments.format, to_stdout=True)
    if arguments.format == "text" and not judgement.findings:
        print(f"{session.path}: no findings")
    return exit_for(judgement.findings)
