"""Amounts and spans of time, as Kubernetes and Go write them."""

from __future__ import annotations

from typing import Annotated

from compiler.spec.scalars.kind import Kind

Quantity = Annotated[
    str,
    Kind(
        "not-a-quantity",
        "a Kubernetes quantity",
        "a number, with `Ki Mi Gi Ti` (powers of 1024), `k M G T` (of 1000) or `m` (thousandths) right behind it",
        "64Gi",
        takes_numbers=True,
        pattern=r"^([0-9]+(\.[0-9]*)?|\.[0-9]+)(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?[0-9]+)?$",
    ),
]
"""A Kubernetes quantity that is not negative: the text as written, or the number as text."""

Duration = Annotated[
    str,
    Kind(
        "not-a-duration",
        "a duration",
        "numbers with `h`, `m` or `s` right behind them",
        "1h30m",
        has_unit=True,
        pattern=r"^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$",
    ),
]
"""A duration as Go and Kubernetes write it."""

_FIELD = r"(\*|[0-9A-Za-z]+(-[0-9A-Za-z]+)?)(/[0-9]+)?"
Schedule = Annotated[
    str,
    Kind(
        "not-a-schedule",
        "a schedule",
        "five fields as cron has them: minute, hour, day of the month, month, day of the week",
        "0 22 * * 1-5",
        pattern=rf"^{_FIELD}(,{_FIELD})*( {_FIELD}(,{_FIELD})*){{4}}$",
        limit=200,
    ),
]
"""When something begins, as cron has it."""

TimeZone = Annotated[
    str,
    Kind(
        "not-a-time-zone",
        "a time zone",
        "a name of the IANA database",
        "Europe/Amsterdam",
        pattern=r"^[A-Za-z]+([+_/-][A-Za-z0-9+_-]+)*$",
        limit=64,
    ),
]
"""A time zone by its name."""
