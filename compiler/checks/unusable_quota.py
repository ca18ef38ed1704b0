"""A quantity without its unit leaves a team with next to nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, error
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts
from compiler.resolve.quantities import amount


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each quota of bytes below a mebibyte that is not zero, and each count that is not whole."""
    del facts, as_of
    told: set[tuple[object, ...]] = set()
    for cluster in platform.clusters:
        namespaces = [namespace for tenant in cluster.tenants for namespace in tenant.namespaces]
        for namespace in (*namespaces, *(shared.namespace for shared in cluster.shared_namespaces)):
            for key, quantity in namespace.quota.items():
                value = amount(quantity)
                name = _OWN_NAMES.get(key)
                path = (*namespace.origin, "quota", *((name,) if name else ("extra", key)))
                if value is None or path in told:
                    continue
                if key.rpartition("/")[2].rpartition(".")[2] in _BYTES:
                    if not 0 < value < _MEBIBYTE or not quantity.removesuffix("m").isdigit():
                        continue
                    problem = f"gives it {quantity} of {name or key}, which is less than a mebibyte"
                    advice = f"write the unit, as in `{quantity.rstrip('m')}Gi`"
                elif key in _CPUS or value == int(value):
                    continue
                else:
                    problem, advice = f"counts {name or key} in parts of one: {quantity}", "write a whole number"
                told.add(path)
                yield error(
                    CHECK.id,
                    f"the quota of namespace {namespace.name} {problem}",
                    path,
                    help=advice,
                    sources=CHECK.sources,
                )


_BYTES = frozenset({"memory", "storage", "ephemeral-storage"})
_CPUS = frozenset({"cpu", "requests.cpu", "limits.cpu"})
_MEBIBYTE = 2**20
_OWN_NAMES = {
    "requests.cpu": "cpu",
    "requests.memory": "memory",
    "requests.storage": "storage",
    "requests.ephemeral-storage": "ephemeralStorage",
    "pods": "pods",
    "persistentvolumeclaims": "persistentVolumeClaims",
    "services": "services",
    "services.loadbalancers": "loadBalancers",
}
"""Kubernetes' keys and the platform file's."""

_PLATFORM = """\
clusters: [{{name: dev, environment: dev, provider: k3d, kubernetes: "1.34"}}]
teams:
  - name: vision
    owner: {{user: alice@acme.com}}
    namespaces: [{{name: vision, clusters: [dev], quota: {{{}}}}}]
"""


CHECK = Check(
    id="unusable-quota",
    severity=Severity.ERROR,
    summary="A quota lacks its unit, or counts in parts of one",
    why="Memory and disk without unit are counted in bytes, so nothing starts; parts of a count are refused.",
    sources=("https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/",),
    bad=_PLATFORM.format('memory: "256"'),
    good=_PLATFORM.format("memory: 256Gi"),
    run=run,
)
