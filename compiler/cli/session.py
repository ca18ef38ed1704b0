"""What every command needs: the platform file, how to read it, and how to speak to the user."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.cli.exit_codes import ExitCode
from compiler.diagnostics.model import Diagnostic, Severity, Span, error
from compiler.emit import layout
from compiler.pipeline import PLATFORM_FILE, Sources, Understanding, understand
from compiler.workspace.work_tree import git_root

if TYPE_CHECKING:
    import argparse

    from compiler.catalog.load import Catalog
    from compiler.diagnostics.place import Source

FORMATS = ("text", "json", "github", "sarif", "junit")


@dataclass(frozen=True)
class Session:
    """One run over one platform file.

    `path` is the file as the user named it or as it was found; everything else is found from its folder, `root`.
    """

    path: Path
    as_of: date

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> Session:
        """Return the session that the arguments ask for."""
        path = Path(arguments.file) if arguments.file else find_platform_file(Path.cwd())
        return cls(path, arguments.as_of or date.today())  # noqa: DTZ011 - dates of life cycles have no time zone

    @property
    def root(self) -> Path:
        """Return the folder of the platform file, absolute and without links."""
        return self.path.parent.resolve()

    @cached_property
    def catalog(self) -> Catalog:
        """Return the catalog; it is loaded piece by piece as it is asked."""
        from compiler.catalog.load import Catalog

        return Catalog()

    def sources(self) -> Sources | Diagnostic:
        """Return what the run reads, or why the platform file cannot be read."""
        try:
            status = self.path.stat()
            # A pipe or a device could be read for ever.
            if not stat.S_ISREG(status.st_mode):
                return _unreadable(self.path, "it is a folder" if stat.S_ISDIR(status.st_mode) else "it is no file")
            text = self.path.read_bytes()
        except (OSError, ValueError) as failure:
            return _unreadable(self.path, getattr(failure, "strerror", None) or str(failure))
        return Sources(os.fspath(self.path), text, self.read(layout.LOCK), self._folder(), self.read)

    def _folder(self) -> str:
        """Return the folder of the platform file from the Git root, as Argo CD must name it; empty without Git."""
        repository = git_root(self.root)
        path = "." if repository is None else self.root.relative_to(repository).as_posix()
        return "" if path == "." else f"{path}/"

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file inside the platform file's folder, links followed; `None` for anything else.

        A path with `/` at its end is a folder, whose content is the paths of all files below it, one a line.
        """
        try:
            target = Path(os.path.realpath(self.root / path))
            if path.endswith("/"):
                return _listing(self.root, path) if target.is_relative_to(self.root) else None
            return target.read_bytes() if target.is_relative_to(self.root) and target.is_file() else None
        except (OSError, ValueError):  # ValueError: a NUL in the path
            return None

    def understand(self) -> Understanding:
        """Return what the platform file means, with all findings."""
        sources = self.sources()
        if isinstance(sources, Diagnostic):
            return Understanding([sources])
        return understand(sources, self.catalog, as_of=self.as_of)


def _listing(root: Path, folder: str) -> bytes | None:
    found = [
        os.path.relpath(os.path.join(here, name), root)  # noqa: PTH118 - no Path for each of many files
        for here, _, names in os.walk(root / folder)
        for name in names
    ]
    return "\n".join(sorted(found)).encode(errors="surrogateescape") if found else None


def find_platform_file(start: Path) -> Path:
    """Return `platform.yaml` here or in the nearest parent up to the Git root; the one here if there is none."""
    top = git_root(start)
    for folder in (start, *start.parents):
        if (folder / PLATFORM_FILE).exists():
            return Path(os.path.relpath(folder / PLATFORM_FILE, start))
        if folder == top:
            break
    return Path(PLATFORM_FILE)


def _unreadable(path: Path, reason: str) -> Diagnostic:
    return error(
        "unreadable-file",
        f"cannot read {path}: {reason}",
        span=Span(os.fspath(path), 1, 1, 1, 2),
        help="run the command where platform.yaml is, or name the file: --file PATH",
    )


def report(understanding: Understanding) -> None:
    """Show on stderr why the platform is not what its file says; what is no error is for `check` and `build` to tell.

    To be called when nothing is left to complain about in the command line, which is told alone.
    """
    show([each for each in understanding.diagnostics if each.severity is Severity.ERROR], understanding.document)


def show(
    findings: Sequence[Diagnostic], source: Source | None, *, format: str = "text", to_stdout: bool = False
) -> None:
    """Show findings: machine formats on stdout, text on stderr unless it is what the command was asked for."""
    if format == "text" and not findings:
        return
    from compiler.cli.named_files import with_named_files

    findings, documents = with_named_files(findings, source)
    if format == "text":
        from compiler.diagnostics.text import render_text

        stream = sys.stdout if to_stdout else sys.stderr
        print(render_text(findings, documents, colour=wants_colour(stream)), file=stream, end="")
        return
    print(_for_machines(findings, documents, format), end="")


def _for_machines(findings: Sequence[Diagnostic], documents: Mapping[str, Source], format: str) -> str:
    if format == "junit":
        from compiler.diagnostics.junit import render_junit

        return render_junit(findings, documents)
    if format == "sarif":
        from compiler import __version__
        from compiler.diagnostics.sarif import render_sarif
        from compiler.rules import all_rules

        return render_sarif(findings, documents, all_rules() if findings else {}, __version__)
    from compiler.diagnostics.machine import render_github, render_json

    return (render_json if format == "json" else render_github)(findings, documents)


def wants_colour(stream: object) -> bool:
    """Return whether emphasis by colour is welcome there (https://no-color.org)."""
    isatty = getattr(stream, "isatty", None)
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and bool(isatty and isatty())


def exit_for(findings: Iterable[Diagnostic]) -> ExitCode:
    """Return the exit code that findings about the platform ask for."""
    bug = any(finding.code == "internal-error" for finding in findings)
    if bug:
        return ExitCode.BUG
    return ExitCode.PLATFORM_ERRORS if any(f.severity is Severity.ERROR for f in findings) else ExitCode.OK


def say(text: str) -> None:
    """Talk to the user: a line on stderr."""
    print(text, file=sys.stderr)
