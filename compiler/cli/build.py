"""`build`: validate, resolve, compile, write."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from compiler.cli.exit_codes import ExitCode
from compiler.cli.session import FORMATS, Session, exit_for, say, show
from compiler.diagnostics.model import Diagnostic, Severity

if TYPE_CHECKING:
    import argparse

    from compiler.builder import Result

NAME = "build"
SUMMARY = "compile the platform file into generated/ and overlays/"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--check", action="store_true", help="write nothing; exit 3 if the tree is not up to date")
    parser.add_argument("--cluster", action="append", metavar="NAME", help="build this cluster only (repeatable)")
    parser.add_argument("--full", action="store_true", help="compile every unit, whatever the inventory says")
    parser.add_argument("--commit", action="store_true", help="commit what is the compiler's, and nothing else")
    parser.add_argument("--discard-edits", action="store_true", help="overwrite generated files edited by hand")
    parser.add_argument("--format", choices=FORMATS, default="text", help="how to show findings (default: text)")


def run(arguments: argparse.Namespace) -> ExitCode:
    """Run the command and return its exit code."""
    from compiler.builder import Request, build
    from compiler.cli.progress import Progress

    session = Session.of(arguments)
    sources = session.sources()
    if isinstance(sources, Diagnostic):
        show([sources], None, format=arguments.format)
        return ExitCode.PLATFORM_ERRORS
    clusters = frozenset(arguments.cluster) if arguments.cluster else None
    request = Request(clusters, full=arguments.full, dry=arguments.check, discard_edits=arguments.discard_edits)
    with Progress("compiling", "units") as progress:
        result = build(
            session.path,
            sources,
            lambda: session.catalog,
            request,
            as_of=session.as_of,
            on_wait=lambda: say("another build is running here; waiting for it"),
            on_unit=progress.advance,
        )
    show(result.findings, result.judgement.source, format=arguments.format)
    code = exit_for(result.findings)
    if arguments.check and result.plan is not None:
        return _checked(result, code)
    if code is ExitCode.OK and result.plan is not None:
        say(_summary(result))
        if arguments.commit:
            _commit(session)
    return code


def _commit(session: Session) -> None:
    """Commit the tree and the lock, and say so."""
    from compiler.workspace.repo import commit_tree
    from compiler.workspace.tree import owned_files

    commit = commit_tree(session.root, owned_files(session.root), f"Build the tree of {session.path.name}")
    say("nothing to commit" if commit is None else f"committed {commit[:12]}")


def _checked(result: Result, code: ExitCode) -> ExitCode:
    """Say what is stale and what was edited; either is drift."""
    assert result.plan is not None
    edited = [finding for finding in result.findings if finding.code == "edited-file"]
    if any(finding.severity is Severity.ERROR and finding not in edited for finding in result.findings):
        return code
    for verb, paths in (
        ("missing", result.plan.create),
        ("stale", result.plan.update),
        ("left over", result.plan.delete),
    ):
        for path in paths:
            print(f"{verb}: {path}")
    for finding in edited:
        print(f"edited: {finding.span.file if finding.span else ''}")
    if result.is_fresh and not edited:
        print(f"{result.files} files are up to date", file=sys.stderr)
        return ExitCode.OK
    if result.plan.is_empty and not edited:
        print("stale: generated/inventory.json")
    say("help: run python -m compiler build and commit what it writes")
    return ExitCode.DRIFT


def _summary(result: Result) -> str:
    plan = result.plan
    assert plan is not None
    if plan.is_empty:
        return f"{result.files} files are up to date"
    changes = [
        f"{len(paths)} {verb}"
        for verb, paths in (("created", plan.create), ("updated", plan.update), ("deleted", plan.delete))
        if paths
    ]
    return f"{', '.join(changes)}, {plan.keep} unchanged; {len(result.compiled)} units compiled"
