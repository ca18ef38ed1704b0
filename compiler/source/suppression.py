"""Comments that allow findings: `# compiler: allow CODE because REASON`, on the line of a finding or the one above.

Knows no code but those of its own findings. Errors cannot be allowed: what is compiled in spite of one is unsound.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from compiler.diagnostics.collection import Findings
from compiler.diagnostics.model import Diagnostic, Severity, Span, warning
from compiler.diagnostics.suggest import Patience, did_you_mean
from compiler.frozen import frozen
from compiler.source.document import Document

FORM = "# compiler: allow CODE because REASON"

_COMMENT = re.compile(
    r"(?:^|(?<=[ \t]))#[ \t]*compiler:[ \t]*allow\b[ \t]*(?P<code>[^ \t\r\n]*)"
    r"(?:[ \t]+because\b[ \t]*(?P<reason>[^\r\n]*))?",
    re.MULTILINE,
)


@frozen
class Allowance:
    """One comment. `line` is the line whose findings it allows, `span` the comment; `reason` is empty without one."""

    code: str
    reason: str
    line: int
    span: Span


def allow(document: Document, findings: Sequence[Diagnostic], known: Callable[[], Collection[str]]) -> list[Diagnostic]:
    """Return the findings that no comment allows, and those that the comments themselves have.

    Args: `known` gives the codes that findings can have; it is asked only for a comment that allows nothing.
    Reports: allow-without-reason, error-not-allowed, unknown-code-allowed, too-many-mistakes; and unused-allow where
    the file has no error, which might keep the allowed finding from being made.
    """
    allowances = list(read_allowances(document))
    if not allowances:
        return list(findings)
    has_errors = any(finding.severity is Severity.ERROR for finding in findings)
    placed: dict[tuple[int, str], list[int]] = {}
    for index, finding in enumerate(findings):
        placed.setdefault((_line(finding, document), finding.code), []).append(index)
    allowed: set[int] = set()
    told = Findings()
    patience = Patience()
    for allowance in allowances:
        hits = placed.get((allowance.line, allowance.code), [])
        errors = [index for index in hits if findings[index].severity is Severity.ERROR]
        if not hits and allowance.code not in known():
            told.append(_unknown(allowance, known(), patience))
        elif not allowance.reason:
            told.append(_reasonless(allowance))
        elif errors:
            told.append(_error(allowance))
        elif not hits and not has_errors:
            told.append(_unused(allowance))
        if allowance.reason:
            allowed.update(set(hits) - set(errors))
    return [finding for index, finding in enumerate(findings) if index not in allowed] + told.told()


def read_allowances(document: Document) -> Iterator[Allowance]:
    """Yield the comments that allow something, in the order of the file; none from inside quoted or block text."""
    found = list(_COMMENT.finditer(document.text))
    if not found:
        return
    quoted = sorted(_quoted(document.text))
    lines = document.lines
    below = 0
    for match in found:
        start = match.start()
        index = bisect_right(quoted, (start, len(document.text))) - 1
        if index >= 0 and start < quoted[index][1]:
            continue
        number, column = lines.place(start)
        if not lines.line(number)[: column - 1].strip():
            # Comments in a row are about the same line: it is looked for once.
            if below <= number:
                below = number + 1
                while below <= lines.count and lines.line(below).lstrip().startswith("#"):
                    below += 1
            number = below
        end = start + len(match[0].rstrip())
        yield Allowance(match["code"], (match["reason"] or "").strip(), number, lines.span(document.file, start, end))


def _quoted(text: str) -> list[tuple[int, int]]:
    from yaml._yaml import CParser

    from compiler.source.trace import trace

    parser: Any = CParser(text)
    return trace(parser.get_event).quoted


def _line(finding: Diagnostic, document: Document) -> int:
    """Return the line of a finding's primary place; 0 where that is in another file."""
    span = finding.span or document.span(finding.path, at_key=finding.at_key)
    return span.line if span.file == document.file else 0


def _unknown(allowance: Allowance, known: Collection[str], patience: Patience) -> Diagnostic:
    what = f"allows {allowance.code}, a code that no finding has" if allowance.code else "allows no code"
    return warning(
        "unknown-code-allowed",
        f"the comment {what}",
        span=allowance.span,
        help=did_you_mean(allowance.code, known, patience) or f"write `{FORM}`, or remove the comment",
    )


def _reasonless(allowance: Allowance) -> Diagnostic:
    return warning(
        "allow-without-reason",
        f"the comment allows {allowance.code} and does not say why",
        span=allowance.span,
        notes=("without a reason nothing is allowed",),
        help=f"# compiler: allow {allowance.code} because ...",
    )


def _error(allowance: Allowance) -> Diagnostic:
    return warning(
        "error-not-allowed",
        f"{allowance.code} is an error here, and errors cannot be allowed",
        span=allowance.span,
        notes=("what is compiled from a file with an error would be unsound",),
        help="correct the error, and remove the comment",
    )


def _unused(allowance: Allowance) -> Diagnostic:
    return warning(
        "unused-allow",
        f"the comment allows {allowance.code}, which is not found on line {allowance.line}",
        span=allowance.span,
        help="remove the comment, or move it to the line of the finding or the one above it",
    )
