"""One thing has one quota, whatever its two names are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check, declared_namespaces
from compiler.checks.examples import team
from compiler.diagnostics.model import Diagnostic, Severity, error
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each key under `extra` that limits what another key of the quota limits already."""
    del facts, as_of
    for namespace in declared_namespaces(platform):
        for key in sorted(_TWINS.keys() & namespace.quota.keys()):
            other = _TWINS[key]
            if other in namespace.quota:
                yield error(
                    CHECK.id,
                    f"the quota of namespace {namespace.name} has {key} and {other}, which are one thing",
                    (*namespace.origin, "quota", "extra", key),
                    at_key=True,
                    help=f"remove `{key}`; our own keys such as `cpu`, `memory` and `pods` stand for {other} too",
                    sources=CHECK.sources,
                )


_TWINS = {
    "cpu": "requests.cpu",
    "memory": "requests.memory",
    "ephemeral-storage": "requests.ephemeral-storage",
    "count/pods": "pods",
    "count/services": "services",
    "count/persistentvolumeclaims": "persistentvolumeclaims",
    "count/secrets": "secrets",
    "count/configmaps": "configmaps",
}
"""Two keys of Kubernetes for one thing, the one that only `extra` can write first."""

CHECK = Check(
    id="quota-key-twice",
    severity=Severity.ERROR,
    summary="A quota limits one thing by two keys",
    why="Kubernetes applies both, so the smaller one holds, and whoever raises the other wonders why nothing changes.",
    sources=("https://kubernetes.io/docs/concepts/policy/resource-quotas/",),
    bad=team(quota="cpu: 8, extra: {cpu: 16}"),
    good=team(quota="cpu: 8, extra: {limits.cpu: 16}"),
    run=run,
)
