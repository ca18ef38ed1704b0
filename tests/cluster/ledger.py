"""What the tests on real control planes have counted, and the tables that are printed at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_HEADS = ("Kubernetes", "platform", "objects accepted", "refused", "questions", "allowed", "pods judged", "seconds")
_SYNC_HEADS = ("Kubernetes", "followed by Argo CD", "Applications", "Synced", "Healthy", "objects synced", "seconds")


@dataclass
class Row:
    """The counts of one platform on one control plane."""

    kubernetes: str
    platform: str
    accepted: int = 0
    refused: int = 0
    questions: int = 0
    allowed: int = 0
    judged: int = 0
    seconds: float = 0.0

    def cells(self) -> tuple[str, ...]:
        """Return the cells of the row."""
        counts = (self.accepted, self.refused, self.questions, self.allowed, self.judged)
        return (self.kubernetes, self.platform, *map(str, counts), f"{self.seconds:.0f}")


@dataclass(frozen=True)
class SyncRow:
    """What a real Argo CD made of one platform; `seconds` from the bootstrap until all was synced and healthy."""

    kubernetes: str
    platform: str
    applications: int
    synced: int
    healthy: int
    objects: int
    seconds: float

    def cells(self) -> tuple[str, ...]:
        """Return the cells of the row."""
        counts = (self.applications, self.synced, self.healthy, self.objects)
        return (self.kubernetes, self.platform, *map(str, counts), f"{self.seconds:.0f}")


@dataclass
class Ledger:
    """The rows of a session."""

    rows: list[Row] = field(default_factory=list)
    syncs: list[SyncRow] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """Yield the lines of the tables, aligned."""
        if self.rows:
            yield from _table([_HEADS, *(row.cells() for row in self.rows)])
        if self.syncs:
            yield ""
            yield from _table([_SYNC_HEADS, *(row.cells() for row in self.syncs)])


def _table(table: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for cells in table:
        yield "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
