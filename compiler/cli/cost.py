"""`cost`: what the GPU pools cost, by pool and by team, as text, data, or a table for a report."""

from __future__ import annotations

import argparse
import json

from compiler.cli.exit_codes import ExitCode
from compiler.cli.session import Session, exit_for, report

NAME = "cost"
SUMMARY = "say what the GPU pools cost, by pool and by team"

_MONTH = 730


def add(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "--hours",
        type=_hours,
        default=_MONTH,
        metavar="N",
        help=f"for so many hours (default: {_MONTH}, a month)",
    )
    parser.add_argument(
        "--format", choices=("text", "json", "markdown"), default="text", help="tables to read, data, or Markdown"
    )


def run(arguments: argparse.Namespace) -> ExitCode:
    """Run the command and return its exit code."""
    from compiler.placement.bill import as_data, as_markdown, as_text
    from compiler.placement.cost import cost_of

    session = Session.of(arguments)
    understanding = session.understand()
    report(understanding)
    if understanding.platform is not None:
        costs = cost_of(understanding.platform)
        if arguments.format == "json":
            print(json.dumps(as_data(costs, arguments.hours), indent=2, ensure_ascii=False))
        else:
            lines = as_markdown if arguments.format == "markdown" else as_text
            print("\n".join(lines(costs, arguments.hours)))
    return exit_for(understanding.diagnostics)


def _hours(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or not 0 < int(text) <= 100_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of hours from 1 to 100000")
    return int(text)
