"""A cloud's registry is pulled from with the cloud's own credentials."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check, declared_tenants
from compiler.checks.examples import team
from compiler.diagnostics.model import Diagnostic, Label, Severity, warning
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each registry whose host belongs to a service that has a type of its own."""
    del facts, as_of
    for tenant in declared_tenants(platform):
        for registry in tenant.registries:
            server = registry.settings.get("server")
            if server is None:
                continue
            host = server.partition("/")[0].partition(":")[0].lower()
            found = next((entry for entry in _SERVICES if host.endswith(entry[0])), None)
            if found is None or (found[1] == "ecr" and ".dkr." not in host):
                continue
            _, kind, title, keys = found
            yield warning(
                CHECK.id,
                f"team {tenant.team} pulls from {server} by type `{registry.type}`, but that is {title}",
                (*registry.origin, "server"),
                related=(Label((*registry.origin, "type"), "the type"),),
                help=f"write `{{type: {kind}, {keys}}}`",
                sources=CHECK.sources,
            )


_SERVICES = (
    (".amazonaws.com", "ecr", "Amazon ECR, whose passwords hold for 12 hours", "account: ..., region: ..."),
    (".azurecr.io", "acr", "Azure's registry", "name: ..."),
    ("-docker.pkg.dev", "gar", "Google's Artifact Registry", "project: ..., region: ..."),
    ("ghcr.io", "ghcr", "GitHub's registry", "secretRef: ..."),
    ("docker.io", "dockerhub", "Docker Hub", "secretRef: ..."),
)
"""How the hosts of services end, with the type for each, what it is, and its other keys."""

CHECK = Check(
    id="registry-of-another-type",
    severity=Severity.WARNING,
    summary="A registry of a cloud is declared by its host, not by its own type",
    why="Clouds hand out short-lived passwords: what is written into a Secret once stops working after hours.",
    sources=(
        "https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html",
        "https://cloud.google.com/artifact-registry/docs/docker/authentication",
    ),
    bad=team(
        "registries: [{type: generic, server: 123456789012.dkr.ecr.eu-west-1.amazonaws.com, secretRef: ecr-pull}]"
    ),
    good=team('registries: [{type: ecr, account: "123456789012", region: eu-west-1}]'),
    run=run,
)
