"""What GPU pools cost for so many hours, as data, as aligned tables, and as Markdown; computes no cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from compiler.model.platform import GpuPool
from compiler.placement.cost import Cost, Costs, Level, total

_MONTH = 730
"""Hours of a month, as the clouds count it."""
VERSION = 1
"""Counts the incompatible changes of the data."""
_LEVELS = ("minimum", "nominal", "maximum")
_HEAD = ("GPU-hours min", "nominal", "max", "cost min", "nominal", "max")


def as_data(costs: Costs, hours: int) -> dict[str, object]:
    """Return the costs for so many hours as plain data; numbers are rounded to four places."""
    return {
        "version": VERSION,
        "hours": hours,
        "pools": [
            {
                **_names(each.pool),
                "hourlyCost": each.pool.hourly_cost,
                "nodes": dict(zip(_LEVELS, each.nodes, strict=True)),
                **_cost(each.cost, hours),
            }
            for each in costs.pools
        ],
        "teams": [{"team": each.team, **_names(each.pool), **_cost(each.cost, hours)} for each in costs.teams],
        "total": _cost(total(each.cost for each in costs.pools), hours),
        "unpriced": list(costs.unpriced),
    }


def as_text(costs: Costs, hours: int) -> Iterator[str]:
    """Yield the costs for so many hours as lines of aligned tables."""
    yield _heading(hours)
    for title, head, rows in _tables(costs, hours):
        widths = [max(len(row[index]) for row in (head, *rows)) for index in range(len(head))]
        yield from ("", f"{title}:")
        named = len(head) - len(_HEAD)
        for row in (head, *rows):
            cells = [
                cell.ljust(width) if index < named else cell.rjust(width)
                for index, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            yield f"  {'  '.join(cells)}".rstrip()
    yield from _remarks(costs)


def as_markdown(costs: Costs, hours: int) -> Iterator[str]:
    """Yield the costs for so many hours as lines of Markdown tables."""
    yield _heading(hours)
    for title, head, rows in _tables(costs, hours):
        named = len(head) - len(_HEAD)
        yield from ("", f"### {title}", "", _row(head), _row(["---"] * named + ["---:"] * len(_HEAD)))
        yield from (_row(row) for row in rows)
    yield from _remarks(costs)


def _heading(hours: int) -> str:
    month = " (a month)" if hours == _MONTH else ""
    return f"GPU pools for {hours} hours{month}, cost in the currency of `hourlyCost`"


def _tables(costs: Costs, hours: int) -> Iterator[tuple[str, Sequence[str], Sequence[Sequence[str]]]]:
    """Yield title, head and rows of each table; one without rows is left out."""
    if not costs.pools:
        return
    pools = [(each.pool.cluster, each.pool.name, *_cells(each.cost, hours)) for each in costs.pools]
    pools.append(("total", "", *_cells(total(each.cost for each in costs.pools), hours)))
    yield "By pool", ("cluster", "pool", *_HEAD), pools
    names = sorted({each.team for each in costs.teams})
    if not names:
        return
    teams = []
    for name in names:
        own = [each for each in costs.teams if each.team == name]
        teams += [(name, each.pool.cluster, each.pool.name, *_cells(each.cost, hours)) for each in own]
        if len(own) > 1:
            teams.append((name, "total", "", *_cells(total(each.cost for each in own), hours)))
    yield "By team", ("team", "cluster", "pool", *_HEAD), teams


def _remarks(costs: Costs) -> Iterator[str]:
    if not costs.pools:
        yield from ("", "There is no GPU pool.")
        return
    if costs.teams:
        yield from ("", "The maxima of teams that lend to each other add up to more than the pools.")
    if costs.unpriced:
        yield from ("", f"Without `hourlyCost`, and in no sum of money: {', '.join(costs.unpriced)}")


def _names(pool: GpuPool) -> dict[str, object]:
    return {"cluster": pool.cluster, "pool": pool.name}


def _cost(cost: Cost, hours: int) -> dict[str, object]:
    return {
        name: {"gpuHours": _number(level.gpus * hours), "cost": _number(level.money and level.money * hours)}
        for name, level in zip(_LEVELS, _levels(cost), strict=True)
    }


def _cells(cost: Cost, hours: int) -> Iterable[str]:
    gpus = [_shown(level.gpus * hours, 0) for level in _levels(cost)]
    money = ["-" if level.money is None else _shown(level.money * hours, 2) for level in _levels(cost)]
    return (*gpus, *money)


def _levels(cost: Cost) -> tuple[Level, Level, Level]:
    return cost.minimum, cost.nominal, cost.maximum


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(round(value, 4))


def _shown(value: Fraction, places: int) -> str:
    return f"{float(round(value, places)):,.{places}f}"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
