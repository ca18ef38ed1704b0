"""`verify`: every overlay through real kustomize, every object against the schemas of its cluster."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from compiler.cli.exit_codes import ExitCode
from compiler.cli.session import FORMATS, Session, exit_for, say, show
from compiler.diagnostics.arguments import require_known

if TYPE_CHECKING:
    import argparse

NAME = "verify"
SUMMARY = "render every overlay with kustomize and check the objects"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--cluster", action="append", metavar="NAME", help="verify this cluster only (repeatable)")
    parser.add_argument("--format", choices=FORMATS, default="text", help="how to show findings (default: text)")


def run(arguments: argparse.Namespace) -> ExitCode:
    """Run the command and return its exit code."""
    from compiler.cli.progress import Progress
    from compiler.verify.verify import verify_cluster
    from compiler.workspace.kustomize import find_kustomize
    from compiler.workspace.tree import applications

    session = Session.of(arguments)
    understanding = session.understand()
    if understanding.platform is None or understanding.has_errors:
        show(understanding.diagnostics, understanding.document, format=arguments.format)
        return exit_for(understanding.diagnostics)
    names = [cluster.name for cluster in understanding.platform.clusters]
    require_known("cluster", arguments.cluster or [], names)
    find_kustomize(session.root)
    tree = applications(session.root)
    clusters = [
        each for each in understanding.platform.clusters if not arguments.cluster or each.name in arguments.cluster
    ]
    unbuilt = [cluster.name for cluster in clusters if not tree.get(cluster.name)]
    if unbuilt:
        say(f"error: nothing stands in overlays/ for {', '.join(unbuilt)}")
        say("help: build first: python -m compiler build")
        return ExitCode.DRIFT
    findings = []
    from threading import Lock

    guard = Lock()
    total = sum(len(tree.get(cluster.name, ())) for cluster in clusters)
    with Progress("rendering", "overlays") as progress:

        def advance(name: str) -> None:
            with guard:  # several kustomizes end at a time
                progress.advance(name, total)

        for cluster in clusters:
            proofs, found = verify_cluster(
                session.root,
                cluster,
                tree.get(cluster.name, []),
                workers=os.cpu_count() or 1,
                on_rendered=advance,
            )
            findings += found
            objects = sum(proof.objects for proof in proofs)
            say(f"{cluster.name}: {len(proofs)} overlays, {objects} objects")
    show(findings, understanding.document, format=arguments.format)
    return exit_for(findings)
