"""A notebook that is idle long enough is stopped only when the controller looks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, warning
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning where the controller looks less often than notebooks may be idle, once for each place."""
    del facts, as_of
    told: set[object] = set()
    for cluster in platform.clusters:
        controller = cluster.installed.get("notebook-controller")
        culling = controller.options.get("culling") if controller is not None else None
        if controller is None or not isinstance(culling, Mapping) or controller.origin in told:
            continue
        told.add(controller.origin)
        idle, every = _seconds(culling.get("idle")), _seconds(culling.get("checkEvery"))
        if idle is None or every is None or every <= idle:
            continue
        yield warning(
            CHECK.id,
            f"notebooks are looked at every {culling['checkEvery']}, so one that is idle for {culling['idle']} "
            "runs on until then",
            (*controller.origin, "culling", "checkEvery"),
            help=f"write a `checkEvery` below {culling['idle']}, such as 5m",
            sources=CHECK.sources,
        )


_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}


def _seconds(duration: object) -> float | None:
    """Return a duration such as `1h30m` in seconds; nothing for what is none, which has a finding of its own."""
    total, rest = 0.0, str(duration or "")
    while rest:
        number = rest[: len(rest) - len(rest.lstrip("0123456789."))]
        rest = rest[len(number) :]
        unit = rest[: len(rest) - len(rest.lstrip("nuµmsh"))]
        rest = rest[len(unit) :]
        if unit not in _UNITS or not number.replace(".", "", 1).isdigit():
            return None
        total += float(number) * _UNITS[unit]
    return total or None


_PLATFORM = """\
clusters: [{{name: dev, environment: dev, provider: k3d, kubernetes: "1.34"}}]
components: {{notebook-controller: {{culling: {{idle: 2h, checkEvery: {}}}}}}}
"""

CHECK = Check(
    id="late-culling",
    severity=Severity.WARNING,
    summary="Idle notebooks are looked for less often than they may be idle",
    why="A notebook is stopped at the first look after its idle time, so a long pause between looks holds GPUs for it.",
    sources=("https://www.kubeflow.org/docs/components/notebooks/api-reference/notebook-v1/",),
    bad=_PLATFORM.format("4h"),
    good=_PLATFORM.format("5m"),
    run=run,
)
