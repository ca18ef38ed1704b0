"""Units to lowered applications: every object passes through cdk8s, in few large messages to one Node."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from compiler.lowering.bridge import Bridge, ChartInput
from compiler.lowering.units import Unit
from compiler.model.manifest import Application, Object

Lowered = tuple[Application, list[Sequence[Object]]]
"""An application and, for each of its charts, the objects as cdk8s made them."""

_UNITS_AT_A_TIME = 50
"""So few that memory does not grow with the platform, so many that Node is kept busy."""


def lower(bridge: Bridge, units: Sequence[Unit], on_unit: Callable[[str, int], None]) -> Iterator[Lowered]:
    """Yield the application of each unit with its objects, in the order of the units.

    Args: `on_unit` is called with each unit's name and the number of units.
    Raises: `EnvironmentFailure` when Node cannot be run. Where there is nothing to lower, Node is not started.
    """
    ahead: tuple[list[Application], Iterator[list[dict[str, Any]]]] | None = None
    for start in range(0, len(units), _UNITS_AT_A_TIME):
        applications = []
        for unit in units[start : start + _UNITS_AT_A_TIME]:
            on_unit(unit.name, len(units))
            applications.append(unit.lower())
        charts = [
            ChartInput(f"{application.cluster}/{application.name}/{chart.file}", chart.objects)
            for application in applications
            for chart in application.charts
        ]
        following = applications, bridge.stream(charts)
        if ahead is not None:
            yield from _answered(*ahead)
        ahead = following  # Node has work while the answers to what went before are looked through
    if ahead is not None:
        yield from _answered(*ahead)


def _answered(applications: Sequence[Application], objects: Iterator[list[dict[str, Any]]]) -> Iterator[Lowered]:
    for application in applications:
        yield application, [next(objects) for _ in application.charts]
    for _ in objects:
        raise AssertionError("the bridge answered more charts than it was given")
