"""`lock`: which version of each product each cluster gets, from which commit, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.cli.exit_codes import ExitCode
from compiler.cli.session import Session, exit_for, report

if TYPE_CHECKING:
    import argparse

NAME = "lock"
SUMMARY = "print the lock that a build would write"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments: none."""


def run(arguments: argparse.Namespace) -> ExitCode:
    """Run the command and return its exit code."""
    from compiler.resolve.lock import lock_text

    understanding = Session.of(arguments).understand()
    report(understanding)
    if understanding.lock is not None and not understanding.has_errors:
        print(lock_text(understanding.lock).decode(), end="")
    return exit_for(understanding.diagnostics)
