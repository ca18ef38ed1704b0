"""`explain`: why something is so, with lines and sources; and what a line makes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from compiler.cli.exit_codes import ExitCode
from compiler.cli.session import Session, say, show
from compiler.diagnostics.model import Diagnostic

if TYPE_CHECKING:
    import argparse

NAME = "explain"
SUMMARY = "say what a code means, what a line makes, or what made a file"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "what",
        metavar="WHAT",
        nargs="+",
        help="a code (unknown-key), a product or component (kubeflow), CLUSTER, CLUSTER/APPLICATION, platform.yaml or "
        "a file of the tree (overlays/...), a path (teams[0].gpus[1], teams.vision), or `gpu TEAM POOL`: why a team's "
        "work gets a GPU",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="text or data (default: text)")


def run(arguments: argparse.Namespace) -> ExitCode:
    """Run the command and return its exit code."""
    from compiler.explain.answer import as_data, as_text
    from compiler.explain.ask import explain
    from compiler.explain.subject import Subject
    from compiler.pipeline import Sources
    from compiler.rules import all_rules

    session = Session.of(arguments)
    what = " ".join(arguments.what)
    if what in all_rules():
        sources: Sources | Diagnostic = Sources(str(session.path), b"", None, "", lambda _: None)
    else:
        sources = session.sources()
    if isinstance(sources, Diagnostic):
        show([sources], None)
        return ExitCode.PLATFORM_ERRORS
    subject = Subject(sources, session.catalog, session.as_of)
    answer = explain(what, subject)
    if answer.kind != "code" and subject.understanding.has_errors:
        say(f"warning: {session.path} has errors, and what is wrong is left out here: python -m compiler check")
    if arguments.format == "json":
        print(json.dumps(as_data(answer), indent=2, ensure_ascii=False))
    else:
        print(as_text(answer), end="")
    return ExitCode.OK
