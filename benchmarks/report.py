"""Owns the goals that the measurements are held against, and the table that a person reads."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import Any

from benchmarks.cases import Row

_MEMORY_LIMIT_MB = 350
_GROWTH_LIMIT = 1.05
_EDIT_CASE = "edit 1000"
_FLOOD_LIMITS = 5, 500
"""Seconds and MB for a file of nothing but mistakes."""
_FILES_LIMIT = 0.5
"""What is read together stands together: a thousand teams are some thousand files, not one for each object."""


def judge(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return each goal that the rows can say something about: text, measured value, limit, and whether it is met.

    Times are wall time, which is what somebody waits for. `cpu` is the same value from the CPU time of the whole
    process tree, which a busy machine disturbs less.
    """
    in_cpu = _goals(rows, attrgetter("cpu_s"))
    return [
        {"goal": text, "measured": round(measured, 2), "cpu": round(cpu, 2), "limit": limit, "met": met}
        for (text, measured, limit, met), (_, cpu, _, _) in zip(_goals(rows, attrgetter("wall_s")), in_cpu, strict=True)
    ]


def _goals(rows: Sequence[Row], time: Callable[[Row], float]) -> Iterator[tuple[str, float, float, bool]]:
    found = {(row.case, row.who): row for row in rows}

    def at_most(text: str, measured: float, limit: float) -> tuple[str, float, float, bool]:
        return text, measured, limit, measured <= limit

    for (case, who), row in found.items():
        reading = found.get((case, "reading floor"))
        floor = found.get((case, "floor through cdk8s"))
        if who in {"check", "check again", "no-op build"} and reading:
            yield at_most(f"{case}: {who} / reading floor", time(row) / time(reading), 4)
        if who in {"cold build", "bridge and emit"} and floor:
            few = row.objects < 10_000
            yield at_most(f"{case}: {who} / floor through cdk8s", time(row) / time(floor), 2 if few else 1.5)
            plain = found.get((case, "plain cdk8s-Python"))
            if plain and not few:
                times = 15 if row.objects >= 26_000 else 10
                measured = time(plain) / time(row)
                yield f"{case}: plain cdk8s-Python / {who}, at least", measured, times, measured >= times
            if row.files:
                yield at_most(f"{case}: files / objects", row.files / row.objects, _FILES_LIMIT)
            helm = found.get((case, "helm template"))
            # With few objects everybody pays for starting, and Helm starts no Node: the floor itself is slower there.
            if helm and not few:
                yield at_most(f"{case}: {who} / helm template", time(row) / time(helm), 1)
        node = found.get((case, "Node start"))
        if case == _EDIT_CASE and who == "one team edited" and reading and node:
            limit = 1.5 * time(reading) + time(node)
            yield at_most(f"{case}: {who} / (1.5 reading floors + Node start)", time(row) / limit, 1)
        if case.startswith("flood"):
            yield at_most(f"{case}: {who}, seconds", time(row), _FLOOD_LIMITS[0])
            if row.peak_mb is not None:
                yield at_most(f"{case}: {who}, peak memory in MB", row.peak_mb, _FLOOD_LIMITS[1])
        ours = who in {"check", "no-op build", "cold build", "bridge and emit", "one team edited"}
        if ours and row.peak_mb is not None:
            yield at_most(f"{case}: {who}, peak memory in MB with all children", row.peak_mb, _MEMORY_LIMIT_MB)
    yield from _further_objects(found, time)
    growth = [row for row in rows if row.case.startswith("growth")]
    if len(growth) == 2:
        small, large = growth
        exponent = math.log(large.cpu_s / small.cpu_s) / math.log(large.objects / small.objects)
        yield at_most(f"{small.case}: exponent of CPU over objects", exponent, _GROWTH_LIMIT)


def _further_objects(
    found: dict[tuple[str, str], Row], time: Callable[[Row], float]
) -> Iterator[tuple[str, float, float, bool]]:
    """Yield what one more object costs us against Helm, from the two large platforms, where starting cancels out."""
    costs = []
    for who in ("cold build", "helm template"):
        small, large = (found.get((case, who)) for case in ("cold 10k", "cold 26k"))
        if small is None or large is None:
            return
        costs.append((time(large) - time(small)) / (large.objects - small.objects))
    ratio = costs[0] / costs[1]
    yield "cold 10k-26k: a further object, cold build / helm template", ratio, 1, ratio <= 1


def table(rows: Sequence[Row], goals: Sequence[dict[str, Any]], missing: Sequence[str]) -> str:
    """Return the whole result as text: what was measured, the goals, and what could not be measured."""
    head = ("case", "who", "wall ms", "CPU ms", "objects", "files", "µs/object", "peak MB", "x reading", "x cdk8s")
    lines = ["{:<16} {:<28} {:>9} {:>9} {:>8} {:>6} {:>9} {:>8} {:>9} {:>8} {:>6}".format(*head, "rounds")]
    for row in rows:
        same = {other.who: other for other in rows if other.case == row.case}
        lines.append(
            f"{row.case:<16} {row.who:<28} {row.wall_s * 1e3:>9.1f} {row.cpu_s * 1e3:>9.1f} "
            f"{row.objects or '':>8} {row.files or '':>6} {_per_object(row):>9} "
            f"{'' if row.peak_mb is None else format(row.peak_mb, '.0f'):>8} "
            f"{_ratio(row, same.get('reading floor')):>9} {_ratio(row, same.get('floor through cdk8s')):>8} "
            f"{row.rounds:>6}"
        )
    if goals:
        lines += ["", f"{'goal':<76} {'measured':>8} {'in CPU':>8} {'limit':>6}"]
        lines += [
            f"{goal['goal']:<76} {goal['measured']:>8} {goal['cpu']:>8} {goal['limit']:>6}  "
            f"{'met' if goal['met'] else 'MISSED'}"
            for goal in goals
        ]
    if missing:
        lines += ["", "not measured:", *(f"  {line}" for line in missing)]
    return "\n".join(lines)


def _per_object(row: Row) -> str:
    return f"{row.cpu_s / row.objects * 1e6:.0f}" if row.objects else ""


def _ratio(row: Row, floor: Row | None) -> str:
    return f"{row.wall_s / floor.wall_s:.2f}" if floor is not None else ""
