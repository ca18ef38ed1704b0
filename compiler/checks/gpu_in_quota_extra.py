"""The GPU quota of a namespace follows from the claims of its team."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.checks.examples import claims
from compiler.diagnostics.model import Diagnostic, Label, Severity, error
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each key of a device under `extra` of a quota, once for each declaration."""
    del as_of
    seen: set[object] = set()
    devices: frozenset[str] | None = None
    for cluster in platform.clusters:
        shared = [(None, each.namespace) for each in cluster.shared_namespaces]
        for tenant, namespace in (*((team, each) for team in cluster.tenants for each in team.namespaces), *shared):
            for key in namespace.quota:
                if "/" not in key or (namespace.origin, key) in seen:
                    continue
                if devices is None:
                    devices = frozenset(facts.resource(accelerator) for accelerator in facts.accelerators)
                device = key.removeprefix("requests.").removeprefix("limits.")
                if device not in devices and not device.startswith("nvidia.com/"):
                    continue
                seen.add((namespace.origin, key))
                claims = tenant.claims if tenant else ()
                yield error(
                    CHECK.id,
                    f"the quota of namespace {namespace.name} sets {key}, which follows from the team's claims"
                    if tenant
                    else f"the quota of shared namespace {namespace.name} sets {key}, and it can claim no GPU pool",
                    (*namespace.origin, "quota", "extra", key),
                    at_key=True,
                    related=tuple(
                        Label((*claim.origin, "nominal"), f"team {tenant.team} claims {claim.nominal} here")
                        for claim in claims
                        if tenant and claim.pool.resource == device
                    ),
                    help=f"remove `{key}`; a team's GPUs are `gpus: [{{pool: ..., nominal: ...}}]`",
                    sources=CHECK.sources,
                )


CHECK = Check(
    id="gpu-in-quota-extra",
    severity=Severity.ERROR,
    summary="A namespace's quota sets GPUs beside the team's claims",
    why="Two places for one number drift apart: below the claim pods are refused, above it the pool's shares are void. "
    "Kubernetes never counts such a key without `requests.` at all.",
    sources=("https://kubernetes.io/docs/concepts/policy/resource-quotas/#resource-quota-for-extended-resources",),
    bad=claims("nominal: 2", quota="extra: {requests.nvidia.com/gpu: 1}"),
    good=claims("nominal: 2", quota="extra: {count/jobs.batch: 100}"),
    run=run,
)
