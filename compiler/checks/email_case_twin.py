"""One person under two spellings is two people to Kubernetes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Fix, Label, Severity, YamlPath, warning
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each address that differs from an earlier one in case only."""
    del facts, as_of
    places: dict[str, list[YamlPath]] = {}
    for cluster in platform.clusters:
        for tenant in cluster.tenants:
            for member in tenant.members:
                if member.kind == "user":
                    places.setdefault(member.name, []).append((*member.origin, "user"))
        for index, user in enumerate(cluster.identity.static_users):
            places.setdefault(user.user, []).append((*cluster.origin, "identity", "static", "users", index, "user"))
    spellings: dict[str, list[str]] = {}
    for name in places:
        spellings.setdefault(name.casefold(), []).append(name)
    for names in spellings.values():
        if len(names) > 1:
            yield from _twins({name: min(places[name], key=_order) for name in names})


def _twins(places: Mapping[str, YamlPath]) -> Iterator[Diagnostic]:
    """Yield a warning for each spelling after the first in the file."""
    first, *others = sorted(places, key=lambda name: _order(places[name]))
    for name in others:
        yield warning(
            CHECK.id,
            f"{name} and {first} differ in case only, so they count as two people",
            places[name],
            related=(Label(places[first], "the other spelling"),),
            help=f"write {first} here too, exactly as the identity provider sends it",
            fix=Fix(places[name], first),
            sources=CHECK.sources,
        )


def _order(path: YamlPath) -> tuple[tuple[int, str], ...]:
    """Return what sorts paths as they stand in lists."""
    return tuple((step, "") if isinstance(step, int) else (-1, step) for step in path)


_TEAM = """\
clusters: [{{name: dev, environment: dev, provider: k3d, kubernetes: "1.34"}}]
teams:
  - {{name: vision, owner: {{user: alice@acme.com}}, namespaces: [{{name: vision, clusters: [dev]}}]}}
  - {{name: speech, owner: {{user: {}}}, namespaces: [{{name: speech, clusters: [dev]}}]}}
"""

CHECK = Check(
    id="email-case-twin",
    severity=Severity.WARNING,
    summary="Two spellings of one e-mail address differ in case only",
    why="Kubernetes and Kubeflow compare users letter by letter, so one of the spellings reaches nothing.",
    sources=("https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects",),
    bad=_TEAM.format("Alice@acme.com"),
    good=_TEAM.format("alice@acme.com"),
    run=run,
)
