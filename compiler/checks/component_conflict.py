"""Some components cannot stand beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Label, Severity, error
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each pair of components on a cluster of which one excludes the other."""
    del as_of
    for cluster in platform.clusters:
        told: set[frozenset[str]] = set()
        for installation in cluster.installations:
            for other in facts.conflicting(installation.component):
                pair = frozenset({installation.component, other})
                if other not in cluster.installed or pair in told:
                    continue
                told.add(pair)
                theirs = cluster.installed[other]
                yield error(
                    CHECK.id,
                    f"components {installation.component} and {other} cannot both be on cluster {cluster.name}",
                    installation.origin,
                    related=(Label(theirs.origin, f"{other} comes in here"),),
                    help=f"turn one of them off: `{other}: {{enabled: false}}`",
                )


_PLATFORM = """\
clusters: [{{name: dev, environment: dev, provider: k3s, kubernetes: "1.34"}}]
versions: {{kubeflow: "26.03"}}
distribution: none
components:
  ray: {{}}
  kuberay: {{enabled: {}}}
"""

CHECK = Check(
    id="component-conflict",
    severity=Severity.ERROR,
    summary="Two components that exclude each other are on one cluster",
    why="Both hold the same objects, so each sync of one would undo the other.",
    bad=_PLATFORM.format("true"),
    good=_PLATFORM.format("false"),
    run=run,
)
