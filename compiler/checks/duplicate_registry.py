"""Two credentials for one registry overwrite each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check, declared_tenants
from compiler.checks.examples import team
from compiler.diagnostics.model import Diagnostic, Label, Severity, error
from compiler.model.platform import Platform, Registry
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each registry of a team that it has already, whatever its credentials."""
    del facts, as_of
    for tenant in declared_tenants(platform):
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


CHECK = Check(
    id="duplicate-registry",
    severity=Severity.ERROR,
    summary="A team has one registry twice",
    why="Kubernetes tries one set of credentials for a host, and nobody says which.",
    sources=(),
    bad=team("registries: [{type: ghcr, secretRef: one}, {type: ghcr, secretRef: two}]"),
    good=team("registries: [{type: ghcr, secretRef: one}]"),
    run=run,
)
