"""A second copy on the same machine goes down with the first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, warning
from compiler.model.platform import Platform
from compiler.providers import Providers
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each cluster of size `ha` whose provider makes its nodes on one machine."""
    del facts, as_of
    for cluster in platform.clusters:
        if cluster.parameters.get("size") == "ha" and Providers()[cluster.provider].is_for_trial:
            yield warning(
                CHECK.id,
                f"cluster {cluster.name} runs everything twice, and all of it on the one machine of {cluster.provider}",
                (*cluster.origin, "size"),
                help="write `size: small`, or a provider that has several machines, such as k3s",
                sources=CHECK.sources,
            )


_CLUSTER = """\
clusters:
  - name: main
    environment: dev
    provider: {}
    kubernetes: "1.35"
    size: ha
distribution: none
"""

CHECK = Check(
    id="copies-on-one-machine",
    severity=Severity.WARNING,
    summary="Everything runs twice on a cluster that stands on one machine",
    why="When the machine goes, both copies go, and until then they take the room that work would have had; Argo CD's "
    "copies want three nodes and stay pending on fewer.",
    sources=("https://github.com/argoproj/argo-cd/blob/v3.4.2/docs/operator-manual/high_availability.md",),
    bad=_CLUSTER.format("kind"),
    good=_CLUSTER.format("k3s"),
    run=run,
)
