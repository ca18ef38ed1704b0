"""A quota whose limits are under its requests can never be used up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check, declared_namespaces
from compiler.checks.examples import team
from compiler.diagnostics.model import Diagnostic, Label, Severity, warning
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts
from compiler.resolve.quantities import amount


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each quota of limits that is smaller than the one of requests of the same thing."""
    del facts, as_of
    for namespace in declared_namespaces(platform):
        quota = namespace.quota
        for key, own in _KEYS.items() if not _LIMITS.isdisjoint(quota) else ():
            limit, request = quota.get(f"limits.{key}"), quota.get(f"requests.{key}")
            if limit is None or request is None:
                continue
            most, wanted = amount(limit), amount(request)
            if most is None or wanted is None or most >= wanted:
                continue
            yield warning(
                CHECK.id,
                f"namespace {namespace.name} may request {request} of {key}, but its limits end at {limit}",
                (*namespace.origin, "quota", "extra", f"limits.{key}"),
                related=(Label((*namespace.origin, "quota", own), "the requests"),),
                help=f'write `limits.{key}: "{request}"` or more',
                sources=CHECK.sources,
            )


_KEYS = {"cpu": "cpu", "memory": "memory", "ephemeral-storage": "ephemeralStorage"}
"""What containers have requests and limits of, in Kubernetes' words and the platform file's."""
_LIMITS = frozenset(f"limits.{key}" for key in _KEYS)

CHECK = Check(
    id="limits-below-requests",
    severity=Severity.WARNING,
    summary="A quota has less of limits than of requests",
    why="No container may request more than its limit, so a part of the requests stays out of reach.",
    sources=("https://kubernetes.io/docs/concepts/policy/resource-quotas/",),
    bad=team(quota='cpu: "8", extra: {limits.cpu: "4"}'),
    good=team(quota='cpu: "8", extra: {limits.cpu: "16"}'),
    run=run,
)
