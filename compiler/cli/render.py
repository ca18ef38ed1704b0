"""`render`: one overlay through real kustomize, as Argo CD will see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.cli.exit_codes import ExitCode
from compiler.cli.session import Session, say
from compiler.diagnostics.arguments import require_known
from compiler.diagnostics.failure import UsageMistake

if TYPE_CHECKING:
    import argparse

NAME = "render"
SUMMARY = "print what kustomize makes of one overlay"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("target", metavar="CLUSTER/APPLICATION", help="for example prod-eu/katib")


def run(arguments: argparse.Namespace) -> ExitCode:
    """Run the command and return its exit code."""
    from compiler.verify.verify import render
    from compiler.workspace.tree import overlays

    session = Session.of(arguments)
    cluster, _, application = arguments.target.partition("/")
    tree = overlays(session.root)
    if not tree:
        raise UsageMistake("nothing stands in overlays/ yet", "build first: python -m compiler build")
    require_known("overlay", [arguments.target], [f"{name}/{each}" for name, found in tree.items() for each in found])
    rendering = render(session.root, cluster, application)
    if rendering.failure is not None:
        say(f"error: kustomize cannot build {arguments.target}")
        say(rendering.failure)
        return ExitCode.SURROUNDINGS if rendering.is_unreachable else ExitCode.PLATFORM_ERRORS
    if rendering.unopened:
        say(f"info: still encrypted, as only Argo CD opens them: {', '.join(rendering.unopened)}")
    print(rendering.text, end="")
    return ExitCode.OK
