"""What was renamed has one old name, one new one, and was not removed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Label, Severity, error, warning
from compiler.model.platform import Move, Platform, Removal
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for what is both moved and removed or moved onto one name; a warning for what is removed twice."""
    del facts, as_of
    sources: dict[tuple[str, str], Move] = {}
    targets: dict[tuple[str, str], Move] = {}
    for move in platform.moved:
        sources[move.kind, move.source] = move
        before = targets.setdefault((move.kind, move.target), move)
        if before is not move:
            yield error(
                CHECK.id,
                f"{move.kind} {before.source} and {move.kind} {move.source} are both moved to {move.target}",
                (*move.origin, "to"),
                related=(Label((*before.origin, "to"), "the other move"),),
                help="keep the one whose data go on, and put the other under `removed` with a reason",
            )
    removed: dict[tuple[str, str, str | None], Removal] = {}
    for removal in platform.removed:
        moved = sources.get((removal.kind, removal.name))
        if moved is not None:
            yield error(
                CHECK.id,
                f"{removal.kind} {removal.name} is in `removed`, and was moved to {moved.target}",
                removal.origin,
                related=(Label(moved.origin, "moved here"),),
                help="remove one of the two entries: data either go on or go",
            )
        first = removed.setdefault((removal.kind, removal.name, removal.cluster), removal)
        if first is not removal:
            yield warning(
                CHECK.id,
                f"{removal.kind} {removal.name} is in `removed` twice",
                removal.origin,
                related=(Label(first.origin, "the first entry"),),
                help="remove this entry",
            )


_PLATFORM = """\
clusters: [{name: dev, environment: dev, provider: k3d, kubernetes: "1.34"}]
teams: [{name: vision, owner: {user: alice@acme.com}, namespaces: [{name: vision, clusters: [dev]}]}]
moved: [{from: {team: cv}, to: {team: vision}}]
"""


CHECK = Check(
    id="conflicting-transition",
    severity=Severity.ERROR,
    summary="`moved` and `removed` contradict each other",
    why="Of two answers to whether data may go, one is wrong, and data do not come back.",
    sources=(),
    bad=_PLATFORM + "removed: [{team: cv, reason: merged}]\n",
    good=_PLATFORM,
    run=run,
)
