"""A shared namespace is there for those whom it lets in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, info
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an info for each shared namespace that no team reaches, once for each declaration."""
    del facts, as_of
    told: set[object] = set()
    for cluster in platform.clusters:
        for shared in cluster.shared_namespaces:
            namespace = shared.namespace
            if not shared.access and namespace.origin not in told:
                told.add(namespace.origin)
                yield info(
                    CHECK.id,
                    f"shared namespace {namespace.name} lets no team in",
                    (*namespace.origin, "name"),
                    help="add `access: [{team: NAME, role: viewer}]`, or give it to a team",
                )


_PLATFORM = """\
clusters: [{{name: dev, environment: dev, provider: k3d, kubernetes: "1.35"}}]
distribution: none
teams: [{{name: vision, owner: {{user: alice@acme.com}}, namespaces: [{{name: vision, clusters: [dev]}}]}}]
namespaces: [{{name: datasets, clusters: [dev]{}}}]
"""


CHECK = Check(
    id="shared-with-nobody",
    severity=Severity.INFO,
    summary="A shared namespace lets no team in",
    why="It would stand there, and nobody could see what is in it.",
    bad=_PLATFORM.format(""),
    good=_PLATFORM.format(", access: [{team: vision, role: viewer}]"),
    run=run,
    misses=("namespaces.access", "teams"),
)
