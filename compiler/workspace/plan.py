"""What a build would change: the difference of two trees, as data; pure.

A file that is ours and was edited by hand, or that is not ours and stands where one of ours must go, blocks the
plan: it is reported and survives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from compiler.diagnostics.model import Diagnostic, Span, error, warning
from compiler.emit.inventory import Entry


@dataclass(frozen=True, slots=True)
class Plan:
    """Ordered changes by path: `create` and `update` are written, then `delete` is removed; `keep` stays."""

    create: tuple[str, ...]
    update: tuple[str, ...]
    delete: tuple[str, ...]
    keep: int

    @property
    def is_empty(self) -> bool:
        """Return whether the tree is what the build would write."""
        return not (self.create or self.update or self.delete)


def make_plan(
    wanted: Mapping[str, str],
    owned: Mapping[str, Entry],
    found: Mapping[str, str],
    *,
    healing: Mapping[str, Entry],
    discard_edits: bool,
    is_staged: Callable[[str], bool],
) -> tuple[Plan, list[Diagnostic]]:
    """Return the plan from what is there to what is wanted, and findings on files that are not ours to touch.

    Args: `wanted` and `found` map paths to SHA-256; `owned` is the inventory's word on who owns what; `healing` is
    the inventory of a build that was killed, whose files count as ours too; `is_staged` tells left-overs of it.
    Reports: `edited-file`, `foreign-file`.
    """
    create, update, delete, keep = [], [], [], 0
    findings: list[Diagnostic] = []
    for path in sorted(wanted.keys() | found.keys()):
        if is_staged(path):
            continue
        want, have = wanted.get(path), found.get(path)
        ours = {entry.sha256 for entry in (owned.get(path), healing.get(path)) if entry is not None}
        if have is None:
            create.append(path)
        elif have == want:
            keep += 1
        elif have in ours or (ours and discard_edits):
            (delete if want is None else update).append(path)
        elif ours:
            findings.append(_edited(path))
        else:
            findings.append(_foreign(path, blocks=want is not None))
    return Plan(tuple(create), tuple(update), tuple(delete), keep), findings


def _edited(path: str) -> Diagnostic:
    return error(
        "edited-file",
        f"{path} was edited by hand; the next build would lose the edit",
        span=Span(path, 1, 1, 1, 2),
        notes=("files of the compiler follow from platform.yaml alone; nothing was written",),
        help="put the change into platform.yaml (components.<id>.patches takes any Kustomize patch), "
        "then run: python -m compiler build --discard-edits",
    )


def _foreign(path: str, *, blocks: bool) -> Diagnostic:
    if blocks:
        return error(
            "foreign-file",
            f"{path} is not the compiler's, but the compiler needs its place",
            span=Span(path, 1, 1, 1, 2),
            notes=("only files that generated/inventory.json lists are ever overwritten; nothing was written",),
            help=f"move or delete {path}, then build again",
        )
    return warning(
        "foreign-file",
        f"{path} is not the compiler's; it is left alone",
        span=Span(path, 1, 1, 1, 2),
        help="move it out of generated/ and overlays/, which hold compiler output alone",
    )
