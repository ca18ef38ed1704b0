"""The user of upstream's examples has a password that everybody knows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, error
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each place outside `dev` where upstream's example user is let in."""
    del facts, as_of
    told: set[tuple[object, ...]] = set()
    for cluster in platform.clusters:
        if cluster.environment == "dev":
            continue
        places = [
            (*member.origin, "user")
            for tenant in cluster.tenants
            for member in tenant.members
            if member.kind == "user" and member.name.casefold() == _USER
        ]
        places += [
            (*cluster.origin, "identity", "static", "users", index, "user")
            for index, user in enumerate(cluster.identity.static_users)
            if user.user.casefold() == _USER
        ]
        for path in places:
            if path in told:
                continue
            told.add(path)
            yield error(
                CHECK.id,
                f"{_USER}, the user of upstream's examples, is let in on cluster {cluster.name}, which is "
                f"{cluster.environment}",
                path,
                help="write a person of your own",
                sources=CHECK.sources,
            )


_USER = "user@example.com"

_PLATFORM = """\
clusters:
  - name: test
    environment: test
    provider: k3s
    kubernetes: "1.34"
    identity: {{static: {{users: [{{user: {}, passwordHashRef: a-hash}}]}}}}
"""


CHECK = Check(
    id="known-default-user",
    severity=Severity.ERROR,
    summary="Upstream's example user is let in outside dev",
    why="Its password stands in the documentation, so it is the first that an intruder tries.",
    sources=("https://github.com/kubeflow/manifests/blob/26.03/common/dex/overlays/oauth2-proxy/config-map.yaml",),
    bad=_PLATFORM.format("user@example.com"),
    good=_PLATFORM.format("alice@acme.com"),
    run=run,
)
