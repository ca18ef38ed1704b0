"""`build`: validate, resolve, compile, write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.cli.exit_codes import ExitCode
from compiler.cli.session import FORMATS, Session, exit_for, say, show
from compiler.diagnostics.model import Severity

if TYPE_CHECKING:
    import argparse

    from compiler.builder import Result
    from compiler.workspace.plan import Plan

NAME = "build"
SUMMARY = "compile the platform file into generated/ and overlays/"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--check", action="store_true", help="write nothing; exit 3 if the tree is not up to date")
    parser.add_argument("--cluster", action="append", metavar="NAME", help="build this cluster only (repeatable)")
    parser.add_argument("--full", action="store_true", help="compile every unit, whatever the inventory says")
    parser.add_argument("--commit", action="store_true", help="commit what is the compiler's, and nothing else")
    parser.add_argument("--discard-edits", action="store_true", help="overwrite generated files edited by hand")
    parser.add_argument("--no-git", action="store_true", help="write although the folder is in no Git repository")
    parser.add_argument("--format", choices=FORMATS, default="text", help="how to show findings (default: text)")


def run(arguments: argparse.Namespace) -> ExitCode:
    """Run the command and return its exit code."""
    from compiler.builder import Request, build
    from compiler.cli.progress import Progress

    session = Session.of(arguments)
    request = Request(
        frozenset(arguments.cluster) if arguments.cluster else None,
        full=arguments.full,
        dry=arguments.check,
        discard_edits=arguments.discard_edits,
        outside_git=arguments.no_git,
    )
    with Progress("compiling", "units") as progress:
        result = build(
            session.path,
            session.sources,
            lambda: session.catalog,
            request,
            as_of=session.as_of,
            on_wait=lambda: say("another build is running here; waiting for it"),
            on_unit=progress.advance,
        )
    if arguments.check and result.plan is not None:
        return _checked(result, result.plan, arguments.format)
    show(result.findings, result.judgement.source, format=arguments.format)
    code = exit_for(result.findings)
    if code is ExitCode.OK and result.plan is not None:
        say(_summary(result, result.plan))
        if arguments.commit:
            _commit(session)
    return code


def _commit(session: Session) -> None:
    """Commit the tree and the lock, and say so."""
    from compiler.workspace.repo import commit_tree
    from compiler.workspace.tree import owned_files

    commit = commit_tree(session.root, owned_files(session.root), f"Build the tree of {session.path.name}")
    say("nothing to commit" if commit is None else f"committed {commit[:12]}")


def _checked(result: Result, plan: Plan, format: str) -> ExitCode:
    """Tell stale from hand-edited files; either is drift. Other errors are told first: with them no build would do."""
    edited = [finding for finding in result.findings if finding.code == "edited-file"]
    is_wrong = any(finding.severity is Severity.ERROR and finding not in edited for finding in result.findings)
    if format == "text" or is_wrong:
        show(result.findings, result.judgement.source, format=format)
    else:
        from compiler.workspace.plan import drift_findings

        show([*result.findings, *drift_findings(plan)], result.judgement.source, format=format)
    if is_wrong:
        return exit_for(result.findings)
    if result.is_fresh and not edited:
        say(_summary(result, plan))
        return ExitCode.OK
    if format == "text":
        for verb, paths in (("missing", plan.create), ("stale", plan.update), ("left over", plan.delete)):
            for path in paths:
                print(f"{verb}: {path}")
        for finding in edited:
            print(f"edited: {finding.span.file if finding.span else ''}")
    if result.is_unfinished:
        say("a build was killed here before it was done")
    elif plan.is_empty and not edited:
        say("generated/inventory.json is stale")
    say("help: run python -m compiler build and commit what it writes")
    return ExitCode.DRIFT


def _summary(result: Result, plan: Plan) -> str:
    if plan.is_empty:
        return f"{plan.keep} files are up to date"
    changes = [
        f"{len(paths)} {verb}"
        for verb, paths in (("created", plan.create), ("updated", plan.update), ("deleted", plan.delete))
        if paths
    ]
    return f"{', '.join(changes)}, {plan.keep} unchanged; {len(result.compiled)} units compiled"
