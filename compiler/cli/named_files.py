"""Finds the files beside the platform file that findings point into, and calls them as the user would open them.

Stages call them from the platform file's folder, as `platform.yaml` does; who runs a command may stand elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from compiler.diagnostics.model import Diagnostic, Span, YamlPath
from compiler.diagnostics.place import Lines, Source
from compiler.model.secret_file import FOLDER

_LIMIT = 1024 * 1024
"""Most bytes of a file that are read to show one of its lines."""
_WHOLE = (1, 1, 1, 2)
"""The place of a finding that is about a file, and not about a line of it."""


@dataclass(frozen=True)
class NamedFile:
    """The text of such a file; findings bring their places along, and no fix is made in it."""

    file: str
    lines: Lines

    def span(self, path: YamlPath, *, at_key: bool = False) -> Span:
        """Return the start of the file."""
        del path, at_key
        return Span(self.file, *_WHOLE)

    def edit_range(self, path: YamlPath, *, at_key: bool = False, removal: bool = False) -> None:
        """Return nothing."""
        del path, at_key, removal


def with_named_files(
    findings: Sequence[Diagnostic], source: Source | None
) -> tuple[list[Diagnostic], dict[str, Source]]:
    """Return the findings with their files as the user would open them, and the texts that lines are shown of.

    Of what belongs to a Secret no line is shown: logs of CI are read by more people than the repository.
    """
    if source is None:
        return list(findings), {}
    files: dict[str, Source] = {source.file: source}
    folder = os.path.dirname(source.file)  # noqa: PTH120 - a name as it was given, which Path would tidy up
    told = []
    for finding in findings:
        span = finding.span
        if span is None or span.file == source.file:
            told.append(finding)
            continue
        name = os.path.join(folder, span.file)  # noqa: PTH118 - as above
        told.append(replace(finding, span=replace(span, file=name)))
        is_about_a_line = (span.line, span.column, span.end_line, span.end_column) != _WHOLE
        if is_about_a_line and name not in files and not span.file.startswith(f"{FOLDER}/"):
            text = _text(name)
            if text is not None:
                files[name] = NamedFile(name, Lines(text))
    return told, files


def _text(name: str) -> str | None:
    try:
        with Path(name).open("rb") as file:
            return file.read(_LIMIT).decode(errors="replace")
    except OSError:
        return None
