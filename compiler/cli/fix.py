"""`check --fix` and `check --diff`: corrects the platform file, or shows how it would be corrected."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.cli.exit_codes import ExitCode
from compiler.cli.session import Session, exit_for, say, show
from compiler.fixer import Change, Fixed, fix
from compiler.pipeline import understand

if TYPE_CHECKING:
    from compiler.pipeline import Sources

_TOLD = 40
"""So many edits are told one by one."""


def fix_file(session: Session, sources: Sources) -> Sources:
    """Correct the platform file where it stands, say what was done and what was not, and return what it is now."""
    from compiler.workspace.replace import replace_file

    fixed = _fixed(session, sources)
    if fixed.text != sources.text:
        replace_file(session.path, fixed.text, expected=sources.text)
    _tell("fixed", fixed.made, fixed.left_out)
    return replace(sources, text=fixed.text)


def show_fixes(session: Session, sources: Sources) -> ExitCode:
    """Print what `--fix` would change as a unified diff, and on stderr what would be left; write nothing.

    Ends with the errors that would be left; else with drift where there is something to change.
    """
    fixed = _fixed(session, sources)
    before, after = (text.decode("utf-8", errors="surrogateescape") for text in (sources.text, fixed.text))
    print("".join(unified_diff(before, after, os.fspath(session.path))), end="")
    _tell("would fix", fixed.made, fixed.left_out)
    show(fixed.understanding.diagnostics, fixed.understanding.document)
    code = exit_for(fixed.understanding.diagnostics)
    return ExitCode.DRIFT if code is ExitCode.OK and fixed.made else code


def _fixed(session: Session, sources: Sources) -> Fixed:
    return fix(sources, lambda changed: understand(changed, session.catalog, as_of=session.as_of))


def unified_diff(before: str, after: str, file: str) -> Iterator[str]:
    """Yield the lines of a unified diff that `git apply` and `patch -p1` take, whatever the line ends are."""
    import difflib

    name = file.lstrip("/").removeprefix("./")
    for line in difflib.unified_diff(_lines(before), _lines(after), f"a/{name}", f"b/{name}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    """Return the lines with their ends; only LF ends a line, as for `git`."""
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _tell(verb: str, made: Sequence[Change], left_out: Sequence[Change]) -> None:
    if made:
        more = f" and {len(made) - _TOLD} more" if len(made) > _TOLD else ""
        say(f"{verb} {len(made)}: {', '.join(map(str, made[:_TOLD]))}{more}")
    elif not left_out:
        say("nothing to fix")
    for change in left_out:
        say(f"not fixed: {change}, as {change.because}")
