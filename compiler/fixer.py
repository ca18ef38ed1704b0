"""Corrects a platform file by the fixes of its findings, round by round, and never makes it worse.

Knows no file system: bytes in, bytes out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from compiler.diagnostics.model import Diagnostic, Severity
from compiler.frozen import frozen
from compiler.pipeline import Sources, Understanding
from compiler.source.edit import Splice, as_bytes, is_faithful, spliced, splices

MAX_ROUNDS = 100
"""A fix may uncover the next mistake; no platform nests mistakes deeper than that."""

Judge = Callable[[Sources], Understanding]
"""Understands a platform file."""


@frozen
class Change:
    """One edit that was made, or left out with the reason: the code, the message, and where it stood.

    Units: line and column count from 1, in the text of the round in which the edit was due.
    """

    code: str
    message: str
    line: int
    column: int
    because: str = ""

    def __str__(self) -> str:
        """Return `code at line:column`."""
        return f"{self.code} at {self.line}:{self.column}"


@dataclass(slots=True)
class Fixed:
    """The file after its fixes, and what it is understood as then.

    `made` are the edits in their order, `left_out` those that would have made the file worse.
    """

    text: bytes
    understanding: Understanding
    made: list[Change] = field(default_factory=list)
    left_out: list[Change] = field(default_factory=list)


def fix(sources: Sources, judge: Judge) -> Fixed:
    """Return the file with every fix that can be made.

    Fixes that do not overlap are made at once; then the file is judged again, until nothing is left to fix. Where the
    number of errors grows, or the file could not be read any more, the fixes are tried in halves, and the one that is
    to blame is left out. A file that is no UTF-8 throughout is left as it is.
    """
    run = _Run(sources, judge)
    for _ in range(MAX_ROUNDS):
        if not run.round():
            break
    return run.result


_LEFT_TO_PEOPLE = {("removed",), ("moved",)}
"""Parts of the file that give leave to drop data: what they mean is nobody's guess."""


class _Run:
    """One file on its way."""

    def __init__(self, sources: Sources, judge: Judge) -> None:
        self._sources = sources
        self._judge = judge
        self._refused: set[tuple[str, str, object]] = set()
        self._seen = {sources.text}
        self.result = Fixed(sources.text, judge(sources))

    def round(self) -> bool:
        """Make the fixes that are due; return whether anything was changed."""
        document = self.result.understanding.document
        if document is None or not is_faithful(document, self.result.text):
            return False
        due = [
            finding
            for finding in self.result.understanding.diagnostics
            if _identity(finding) not in self._refused and finding.path[:1] not in _LEFT_TO_PEOPLE
        ]
        return self._attempt(splices(document, due))

    def _attempt(self, chosen: Sequence[Splice]) -> bool:
        """Make the edits together, or else each half by itself; return whether anything was changed."""
        document = self.result.understanding.document
        if not chosen or document is None:
            return False
        text = as_bytes(spliced(document, chosen), self.result.text)
        after = self._judge(replace(self._sources, text=text))
        problem = "" if text not in self._seen else "it would undo another fix"
        problem = problem or _worse(self.result.understanding, after, chosen)
        # What an alias leads to has a finding by each way, and is one change all the same.
        made = (_change(splice, finding, self.result, problem) for splice in chosen for finding in splice.findings)
        changes = list({(change.code, change.line, change.column): change for change in made}.values())
        if not problem:
            self._seen.add(text)
            self.result = Fixed(text, after, self.result.made + changes, self.result.left_out)
            return True
        if len(chosen) == 1:
            self._refused.update(_identity(finding) for finding in chosen[0].findings)
            self.result.left_out += changes
            return False
        middle = len(chosen) // 2
        if self._attempt(chosen[:middle]):
            # The text has changed, and every place in it: what is still due is found again in the next round.
            return True
        return self._attempt(chosen[middle:])


def _identity(finding: Diagnostic) -> tuple[str, str, object]:
    return (finding.code, finding.message, finding.path)


def _worse(before: Understanding, after: Understanding, chosen: Sequence[Splice]) -> str:
    """Return why a file is worse than before; nothing where it is not.

    Several edits together may bring no new error, so that none of them hides behind what the others mend; a single
    one may uncover an error for the one that it mends. What only changes the case of letters is what the user meant
    for sure: whatever it uncovers was wrong before.
    """
    if after.document is None or (before.spec is not None and after.spec is None):
        return "the file could not be read any more"
    if all(_keeps_the_letters(splice, before) for splice in chosen):
        return ""
    mended = _errors(finding for splice in chosen for finding in splice.findings) if len(chosen) > 1 else 0
    grown = _errors(after.diagnostics) - (_errors(before.diagnostics) - mended)
    return f"there would be {grown} more {'error' if grown == 1 else 'errors'}" if grown > 0 else ""


def _keeps_the_letters(splice: Splice, before: Understanding) -> bool:
    assert before.document is not None
    replaced = before.document.text[splice.edit.start : splice.edit.end]
    return replaced.casefold() == splice.edit.text.casefold()


def _errors(findings: Iterable[Diagnostic]) -> int:
    return sum(finding.severity is Severity.ERROR for finding in findings)


def _change(splice: Splice, finding: Diagnostic, result: Fixed, because: str) -> Change:
    document = result.understanding.document
    assert document is not None
    line, column = document.lines.place(splice.edit.start)
    return Change(finding.code, finding.message, line, column, because)
