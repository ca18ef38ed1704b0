"""What belongs together is the cluster's own, or ours, as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, warning
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each cluster that has a part of something already while we install another part over it."""
    del facts, as_of
    for cluster in platform.clusters:
        for parts in _WHOLES:
            there = [name for name in parts if name in cluster.installed and cluster.installed[name].existing]
            ours = [name for name in parts if name in cluster.installed and name not in there]
            if not there or not ours:
                continue
            first = cluster.installed[there[0]]
            also = ", ".join(f"{name}: {{existing: {_quoted(first.existing)}}}" for name in ours)
            yield warning(
                CHECK.id,
                f"{there[0]} is there already and {' and '.join(ours)} would be installed beside it "
                f"on cluster {cluster.name}",
                (*first.origin, "existing"),
                at_key=True,
                help=f"add `{also}`, or let the platform install {there[0]} too",
                sources=CHECK.sources,
            )


def _quoted(version: str | None) -> str:
    return f'"{version}"'


_WHOLES = (("istio-install", "istio-crds", "istio-namespace"),)
"""Components that one release of something is cut into."""

_PLATFORM = """\
clusters: [{{name: dev, environment: dev, provider: k3d, kubernetes: "1.34"}}]
distribution: none
components:
  istio-install: {{existing: "1.28.0"}}
  {}
"""


CHECK = Check(
    id="half-existing",
    severity=Severity.WARNING,
    summary="A part of something is on the cluster already, and another part of it is installed",
    why="Two owners of one set of definitions overwrite each other, and whoever leaves last takes them along.",
    sources=("https://istio.io/latest/docs/setup/upgrade/",),
    bad=_PLATFORM.format("istio-crds: {}"),
    good=_PLATFORM.format('istio-crds: {existing: "1.28.0"}'),
    run=run,
    misses=("components", "clusters.components"),
)
