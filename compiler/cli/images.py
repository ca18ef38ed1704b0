"""`images`: every container image that the platform asks for, also those inside ConfigMaps and arguments."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from compiler.cli.exit_codes import ExitCode
from compiler.cli.session import Session, exit_for, report
from compiler.diagnostics.arguments import require_known

if TYPE_CHECKING:
    import argparse

NAME = "images"
SUMMARY = "list every container image, for mirrors and scanners"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--cluster", metavar="NAME", help="list the images of this cluster only")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="a line each, or who asks for it")


def run(arguments: argparse.Namespace) -> ExitCode:
    """Run the command and return its exit code."""
    from compiler.lowering.images import images

    session = Session.of(arguments)
    understanding = session.understand()
    platform = understanding.platform
    if platform is not None:
        names = [cluster.name for cluster in platform.clusters]
        require_known("cluster", [arguments.cluster] if arguments.cluster else [], names)
    report(understanding)
    if platform is not None:
        found = {
            cluster.name: images(cluster, platform, session.catalog)
            for cluster in platform.clusters
            if arguments.cluster in (None, cluster.name)
        }
        if arguments.format == "json":
            print(json.dumps(found, indent=2))
        else:
            for image in sorted({image for asked in found.values() for image in asked}):
                print(image)
    return exit_for(understanding.diagnostics)
