"""Sync waves: topological layers of what requires what, and where teams and pools stand among them.

Knows neither the catalog nor how Argo CD is told.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from compiler.model import names
from compiler.model.platform import Cluster

FIRST_WAVE = -1
"""The wave of Argo CD itself, which carries everything else."""

_BEFORE_TENANTS = frozenset(
    {
        "profiles",
        "dashboard",
        "kubeflow-roles",
        "istio-crds",
        "istio-install",
        "kueue",
        "admission-webhook",
        "external-secrets",
        "sealed-secrets",
    }
)
"""Components whose kinds, roles or webhooks the objects of teams and shared namespaces need."""
_BEFORE_POOLS = frozenset({"kueue"})


class RequirementCycle(Exception):
    """Units that require each other in a circle: a mistake in the catalog, thus a bug of ours."""

    def __init__(self, members: tuple[str, ...]) -> None:
        super().__init__(f"these require each other in a circle: {', '.join(members)}")
        self.members = members


def layers(requires: Mapping[str, Collection[str]]) -> dict[str, int]:
    """Return the layer of each unit, counting from 0: one above the highest that it requires.

    What is required but is no unit itself (the cluster has it already) counts as there.
    Raises `RequirementCycle` where there is no order.
    """
    found: dict[str, int] = {}
    open_units = sorted(requires)
    while open_units:
        waiting = []
        for unit in open_units:
            needs = [need for need in requires[unit] if need in requires and need != unit]
            if all(need in found for need in needs):
                found[unit] = 1 + max((found[need] for need in needs), default=-1)
            else:
                waiting.append(unit)
        if len(waiting) == len(open_units):
            raise RequirementCycle(_circle(requires, waiting[0], found))
        open_units = waiting
    return dict(sorted(found.items()))


def _circle(requires: Mapping[str, Collection[str]], start: str, done: Mapping[str, int]) -> tuple[str, ...]:
    """Return one circle that `start` leads to, each member requiring the next."""
    seen: list[str] = []
    unit = start
    while unit not in seen:
        seen.append(unit)
        unit = min(need for need in requires[unit] if need in requires and need not in done and need != unit)
    return tuple(seen[seen.index(unit) :])


def application_waves(cluster: Cluster) -> dict[str, int]:
    """Return the sync wave of every application of a cluster: its components, GPU pools, teams, shared namespaces."""
    installed = [each for each in cluster.installations if each.existing is None]
    found = {each.component: each.wave for each in installed}
    pools = 1 + max((each.wave for each in installed if each.component in _BEFORE_POOLS), default=FIRST_WAVE)
    tenants = 1 + max((each.wave for each in installed if each.component in _BEFORE_TENANTS), default=FIRST_WAVE)
    if cluster.secrets.backend == "sops":
        found[names.SECRETS_APPLICATION] = FIRST_WAVE + 1
    if cluster.pools:
        found[names.GPU_POOLS_APPLICATION] = pools
        # With the teams, as nothing waits for nodes: where the autoscaler is missing, all else is there.
        found[names.GPU_NODES_APPLICATION] = max(tenants, pools + 1)
        tenants = max(tenants, pools + 1)
    if cluster.tenants or cluster.shared_namespaces:
        found[names.TENANT_ADMISSION_APPLICATION] = tenants - 1
    if cluster.shared_namespaces:
        found[names.SHARED_NAMESPACES_APPLICATION] = tenants
    for tenant in cluster.tenants:
        found[names.team_application(tenant.team)] = tenants
    return dict(sorted(found.items()))
