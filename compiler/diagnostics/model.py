"""What a finding is: severity, place, labels, notes, help and fix; knows neither YAML nor terminals.

Stages speak of places as symbolic paths (`YamlPath`). A path becomes a file, line and column (`Span`)
only when a finding is rendered, so no stage ever handles line numbers.
"""

from __future__ import annotations

from enum import Enum

from compiler.frozen import frozen

YamlPath = tuple[str | int, ...]
"""Keys and list indexes from the root of a document, e.g. `("teams", 0, "gpus", 1, "pool")`."""


class Severity(Enum):
    """How bad a finding is; only an error keeps output from being written."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """Return 0 for the gravest severity, counting up."""
        return _RANKS[self]


_RANKS = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


@frozen
class Span:
    """A stretch of one file. Lines and columns count from 1, columns in characters; the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


@frozen
class Label:
    """A related place and what is to be said of it."""

    path: YamlPath
    message: str
    at_key: bool = False


@frozen
class Fix:
    """A safe edit: put `replacement` in place of the value (or, with `at_key`, the key) at `path`.

    `replacement` is YAML text as it is to stand in the file; `None` removes the entry.
    """

    path: YamlPath
    replacement: str | None
    at_key: bool = False


@frozen
class Suggestion:
    """A change that mends a finding and that only a person may choose: `text` says it in words, `fix` is its edit.

    It is never made by itself: another version is not a correction of what was written.
    """

    text: str
    fix: Fix


@frozen
class Diagnostic:
    """One finding. A value: stages return it, nothing raises it.

    `path` is the primary place in the platform file. `span` is set instead where there is no path:
    text that is no YAML, or a file other than the platform file. With `at_key` the mark stands under the key.
    `suggestions` are the alternatives to choose from, the nearest first; any one of them is enough.
    """

    code: str
    severity: Severity
    message: str
    path: YamlPath = ()
    at_key: bool = False
    span: Span | None = None
    related: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    help: str | None = None
    fix: Fix | None = None
    sources: tuple[str, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()


def error(code: str, message: str, path: YamlPath = (), **rest: object) -> Diagnostic:
    """Return an error; `rest` are further fields of `Diagnostic`."""
    return Diagnostic(code, Severity.ERROR, message, path, **rest)  # type: ignore[arg-type]


def warning(code: str, message: str, path: YamlPath = (), **rest: object) -> Diagnostic:
    """Return a warning; `rest` are further fields of `Diagnostic`."""
    return Diagnostic(code, Severity.WARNING, message, path, **rest)  # type: ignore[arg-type]


def info(code: str, message: str, path: YamlPath = (), **rest: object) -> Diagnostic:
    """Return an info; `rest` are further fields of `Diagnostic`."""
    return Diagnostic(code, Severity.INFO, message, path, **rest)  # type: ignore[arg-type]


def format_path(path: YamlPath) -> str:
    """Return the path as users write it: `teams[0].gpus[1].pool`; the root is `.`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
    return text or "."
