"""What a proxy is asked for leaves the cluster first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check, declared_tenants
from compiler.checks.examples import team
from compiler.diagnostics.model import Diagnostic, Severity, warning
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each team whose pods would ask a proxy for what is in the cluster."""
    del facts, as_of
    for tenant in declared_tenants(platform):
        known = {each.name.upper() for each in tenant.environment}
        proxy = next((each for each in tenant.environment if each.name.upper() in _PROXIES), None)
        if proxy is None:
            continue
        if _EXCEPTIONS not in known:
            yield warning(
                CHECK.id,
                f"pods of team {tenant.team} would ask the proxy of {proxy.name} for services of the cluster too",
                (*proxy.origin, "name"),
                help=f'add `{{name: NO_PROXY, value: "{_INSIDE}"}}`, and the addresses of pods and services',
            )


_PROXIES = frozenset({"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"})
_EXCEPTIONS = "NO_PROXY"
_INSIDE = "localhost,127.0.0.1,.svc,.svc.cluster.local"

CHECK = Check(
    id="proxy-without-exceptions",
    severity=Severity.WARNING,
    summary="A team's proxy is asked for the cluster's own services",
    why="Pipelines, metadata and object stores of the cluster are not reached through a proxy outside of it.",
    bad=team("env: [{name: HTTPS_PROXY, value: 'http://proxy.acme.com:3128'}]"),
    good=team(
        f"env: [{{name: HTTPS_PROXY, value: 'http://proxy.acme.com:3128'}}, {{name: NO_PROXY, value: '{_INSIDE}'}}]"
    ),
    run=run,
)
