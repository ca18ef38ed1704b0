"""Two credentials for one registry overwrite each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Label, Severity, error
from compiler.model.platform import Platform, Registry
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each registry of a team that it has already, whatever its credentials."""
    del facts, as_of
    told: set[tuple[object, ...]] = set()
    for cluster in platform.clusters:
        for tenant in cluster.tenants:
            if tenant.origin in told:
                continue
            told.add(tenant.origin)
            first: dict[object, Registry] = {}
            for registry in tenant.registries:
                place = {key: value for key, value in registry.settings.items() if key != "secretRef"}
                before = first.setdefault((registry.type, *sorted(place.items())), registry)
                if before is not registry:
                    yield error(
                        CHECK.id,
                        f"team {tenant.team} pulls from one {registry.type} registry by two entries",
                        registry.origin,
                        related=(Label(before.origin, "the first entry"),),
                        help="keep the entry with the credentials that are meant",
                    )


_PLATFORM = """\
clusters: [{{name: dev, environment: dev, provider: k3d, kubernetes: "1.34"}}]
teams:
  - name: vision
    owner: {{user: alice@acme.com}}
    namespaces: [{{name: vision, clusters: [dev]}}]
{}"""


CHECK = Check(
    id="duplicate-registry",
    severity=Severity.ERROR,
    summary="A team has one registry twice",
    why="Kubernetes tries one set of credentials for a host, and nobody says which.",
    sources=(),
    bad=_PLATFORM.format("    registries: [{type: ghcr, secretRef: one}, {type: ghcr, secretRef: two}]\n"),
    good=_PLATFORM.format("    registries: [{type: ghcr, secretRef: one}]\n"),
    run=run,
)
