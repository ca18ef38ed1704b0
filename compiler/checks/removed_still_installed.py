"""What is let go of must not be installed any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, warning
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a finding for each component in `removed` that a cluster still gets.

    It comes by default or because of others then, for one that `components` asks for is refused while references are
    resolved. What only a new version of it drops is let go of by `crd` and `pvc`.
    """
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
            yield warning(
                CHECK.id,
                f"component {removal.name} is in `removed` and still installed on {where[0].name}",
                removal.origin,
                notes=(f"it is there because of {', '.join(reasons)}",) if reasons else (),
                help=f"add `{removal.name}: {{enabled: false}}` to `components`, or remove the entry: what a new "
                "version drops is let go of by `crd: NAME` or `pvc: NAMESPACE/NAME`",
            )


_PLATFORM = """\
clusters: [{{name: dev, environment: dev, provider: k3s, kubernetes: "1.34"}}]
components: {{katib: {{enabled: false}}}}
removed: [{{component: {}, reason: "nobody used it"}}]
"""

CHECK = Check(
    id="removed-still-installed",
    severity=Severity.WARNING,
    summary="A component in `removed` is still installed",
    why="`removed` lets its data go; while it is installed that would take data away from under it.",
    bad=_PLATFORM.format("pipelines"),
    good=_PLATFORM.format("katib"),
    run=run,
    misses=("components", "clusters.components"),
)
