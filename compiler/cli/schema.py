"""`schema`: the JSON Schema of the platform file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.cli.exit_codes import ExitCode
from compiler.cli.session import Session

if TYPE_CHECKING:
    import argparse

NAME = "schema"
SUMMARY = "print the JSON Schema of the platform file, for editors"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments: none."""


def run(arguments: argparse.Namespace) -> ExitCode:
    """Run the command and return its exit code."""
    from compiler.pipeline import platform_schema

    print(platform_schema(Session.of(arguments).catalog), end="")
    return ExitCode.OK
