"""What is let go of must not be installed any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, error
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each component in `removed` that a cluster still gets, by default or because of others."""
    del facts, as_of
    for removal in platform.removed:
        if removal.kind != "component":
            continue
        where = [
            cluster
            for cluster in platform.clusters
            if removal.cluster in {None, cluster.name} and removal.name in cluster.installed
        ]
        if where:
            reasons = where[0].installed[removal.name].because
            yield error(
                CHECK.id,
                f"component {removal.name} is in `removed` and still installed on {where[0].name}",
                removal.origin,
                notes=(f"it is there because of {', '.join(reasons)}",) if reasons else (),
                help=f"add `{removal.name}: {{enabled: false}}` to `components`",
            )


_PLATFORM = """\
clusters: [{{name: dev, environment: dev, provider: k3s, kubernetes: "1.34"}}]
components: {{katib: {{enabled: {}}}}}
removed: [{{component: {}, reason: "nobody used it"}}]
"""

CHECK = Check(
    id="removed-still-installed",
    severity=Severity.ERROR,
    summary="A component in `removed` is still installed",
    why="`removed` lets its data go; while it is installed that would take data away from under it.",
    bad=_PLATFORM.format("false", "pipelines"),
    good=_PLATFORM.format("false", "katib"),
    run=run,
)
