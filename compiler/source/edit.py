"""Fixes put into a user's text: several at once by minimal splices, everything else left as it is.

Knows where fixes go; whether the text is better afterwards is the caller's to judge.
"""

from __future__ import annotations

from collections.abc import Iterable

from compiler.diagnostics.edit import Edit, apply_edits, edit_for
from compiler.diagnostics.model import Diagnostic
from compiler.diagnostics.place import sort_findings
from compiler.frozen import frozen
from compiler.source.document import Document

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@frozen
class Splice:
    """One edit, and the findings that ask for it, in the order of telling."""

    edit: Edit
    findings: tuple[Diagnostic, ...]


def splices(document: Document, findings: Iterable[Diagnostic]) -> list[Splice]:
    """Return the edits that the findings' fixes ask for, in the order of telling, no two of them overlapping.

    Of two that overlap the first is kept: the other one is asked for again once the first is made, if it is still
    needed. An edit that would take a comment away, or change nothing, is left out.
    """
    asked: dict[Edit, list[Diagnostic]] = {}
    for finding in sort_findings(findings, document):
        edit = edit_for(finding.fix, document) if finding.fix else None
        if edit is not None and not _is_pointless(edit, document.text):
            asked.setdefault(edit, []).append(finding)
    kept: list[Splice] = []
    for edit, wanting in asked.items():
        if not any(edit.overlaps(other.edit) for other in kept):
            kept.append(Splice(edit, tuple(wanting)))
    return kept


def spliced(document: Document, chosen: Iterable[Splice]) -> str:
    """Return the document's text with these edits, of which no two overlap."""
    return apply_edits(document.text, [splice.edit for splice in chosen])


def as_bytes(text: str, original: bytes) -> bytes:
    """Return a changed text as the bytes of its file, with the byte order mark that the file has or has not."""
    mark = _BYTE_ORDER_MARK if original.startswith(_BYTE_ORDER_MARK) else b""
    return mark + text.encode()


def is_faithful(document: Document, original: bytes) -> bool:
    """Return whether the document's text is the whole file, so that it can be written back without a loss."""
    return as_bytes(document.text, original) == original


def _is_pointless(edit: Edit, text: str) -> bool:
    replaced = text[edit.start : edit.end]
    return replaced == edit.text or ("\n" in replaced.rstrip("\r\n") and "#" in replaced)
