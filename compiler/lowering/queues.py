"""Kueue: the flavors of pools, the queues of teams, in the API that the pinned Kueue serves.

Kueue's fields by version are here and nowhere else. Knows nothing of quotas of namespaces but their sums.

A flavor with a topology takes only work that asks for one, unless every flavor of the queue has one: then all work is
placed by it (kubernetes-sigs/kueue@v0.14.0 pkg/scheduler/flavorassigner/tas_flavorassigner.go). So the queue of a team
whose pools have topologies offers nothing but them.

A team's ClusterQueue is safe by default: a team takes back what it lent (`reclaimWithinCohort: Any`), its own work is
displaced only by work of higher priority (`withinClusterQueue: LowerPriority`), and nobody displaces others in order
to borrow (`borrowWithinCohort` stays at Kueue's `Never`). Every team has the same fair sharing weight.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from compiler.lowering.context import TenantContext
from compiler.lowering.quotas import total_request
from compiler.model import names
from compiler.model.manifest import Object
from compiler.model.platform import Claim, GpuPool, Namespace
from compiler.placement.nodes import node_selector, tolerations

_V1BETA2 = (0, 15)
"""First Kueue that serves v1beta2, where `cohort` of a ClusterQueue is called `cohortName`."""
_COHORT_V1BETA1 = (0, 13)
_COHORT_V1ALPHA1 = (0, 9)
"""First Kueue that has the Cohort kind at all; older ones know a cohort by its name in ClusterQueues only."""

_UNLIMITED = {"cpu": "1000000", "memory": "500Ti", "ephemeral-storage": "500Ti"}
"""Quota of a resource that no namespace quota limits. Kueue has no word for unlimited and never admits what a
ClusterQueue does not cover. More than a cluster holds, and low enough that the sum over 10,000 teams of a cohort
fits Kueue's 64 bits (memory in bytes, cpu in thousandths)."""
_PRIORITIES = (
    ("high", 1000, "Goes first, and displaces work of its own team that is less urgent."),
    ("normal", 0, "As if nothing was said."),
    ("low", -1000, "Runs when nothing else of its team waits."),
)
_PREEMPTION = {"reclaimWithinCohort": "Any", "withinClusterQueue": "LowerPriority"}


def pool_objects(pools: Iterable[GpuPool], context: TenantContext) -> list[Object]:
    """Return what is there once per cluster: a ResourceFlavor for each pool and for the rest, Cohort, priorities.

    Empty without Kueue.
    """
    if context.kueue is None:
        return []
    api = _api(context.kueue)
    ordered = sorted(pools, key=lambda pool: pool.name)
    objects: list[Object] = [_topology(pool, api) for pool in ordered if pool.topology]
    objects += [_flavor(pool, api, context) for pool in ordered]
    objects.append({"apiVersion": api, "kind": "ResourceFlavor", "metadata": {"name": names.CPU_FLAVOR}, "spec": {}})
    cohort_api = _cohort_api(context.kueue)
    if cohort_api is not None:
        objects.append({"apiVersion": cohort_api, "kind": "Cohort", "metadata": {"name": names.COHORT}, "spec": {}})
    objects.extend(
        {
            "apiVersion": api,
            "kind": "WorkloadPriorityClass",
            "metadata": {"name": name},
            "value": value,
            "description": description,
        }
        for name, value, description in _PRIORITIES
    )
    return objects


def has_queues(claims: Sequence[Claim], context: TenantContext) -> bool:
    """Return whether a team's work is queued: it has a share of a pool, and there is a Kueue."""
    return context.kueue is not None and bool(claims)


def cluster_queue(
    team: str, namespaces: Sequence[Namespace], claims: Sequence[Claim], context: TenantContext
) -> Object | None:
    """Return the ClusterQueue of a team, or `None` if its work is not queued.

    One resource group, as a pod's cpu, memory and GPU must come from one flavor. Each flavor offers the cpu and memory
    that the team's namespaces may request together, which their quotas enforce anyway, and nobody borrows those.
    Work without GPUs takes the first flavor, that of nodes without; it could go on to a pool only when that is full,
    and then the quota of its namespace is full as well. Work with GPUs passes the first flavor, which has none.
    Pools that the team has no claim on are left out. Beside pools with a topology there is no first flavor, and work
    without GPUs that is put into the queue runs on their nodes.
    """
    if context.kueue is None or not claims:
        return None
    requests = [
        (resource, total_request((namespace.quota for namespace in namespaces), resource) or unlimited)
        for resource, unlimited in _UNLIMITED.items()
    ]
    shared = [{"name": resource, "nominalQuota": quota, "borrowingLimit": 0} for resource, quota in requests]
    gpus = sorted({claim.pool.resource for claim in claims})
    none = {resource: {"name": resource, "nominalQuota": 0} for resource in gpus}
    flavors = [{"name": names.CPU_FLAVOR, "resources": [*shared, *none.values()]}]
    if any(claim.pool.topology for claim in claims):
        flavors = []
    flavors.extend(
        {
            "name": names.resource_flavor(claim.pool.name),
            "resources": [
                *shared,
                *(_share(claim) if resource == claim.pool.resource else none[resource] for resource in gpus),
            ],
        }
        for claim in sorted(claims, key=lambda claim: claim.pool.name)
    )
    return {
        "apiVersion": _api(context.kueue),
        "kind": "ClusterQueue",
        "metadata": {"name": names.cluster_queue(team)},
        "spec": {
            ("cohortName" if context.kueue >= _V1BETA2 else "cohort"): names.COHORT,
            "namespaceSelector": {"matchLabels": {names.TEAM_LABEL: team}},
            "queueingStrategy": "BestEffortFIFO",
            "preemption": _PREEMPTION,
            "resourceGroups": [
                {"coveredResources": [*(resource for resource, _ in requests), *gpus], "flavors": flavors}
            ],
        },
    }


def local_queue(namespace: str, team: str, context: TenantContext) -> Object:
    """Return the LocalQueue through which the work of a namespace reaches its team's ClusterQueue."""
    if context.kueue is None:
        raise ValueError("there are no queues without Kueue")
    return {
        "apiVersion": _api(context.kueue),
        "kind": "LocalQueue",
        "metadata": {"name": names.LOCAL_QUEUE, "namespace": namespace},
        "spec": {"clusterQueue": names.cluster_queue(team)},
    }


def _share(claim: Claim) -> dict[str, Any]:
    """Return a team's share of a pool, in schedulable units; a limit that is absent means unlimited."""
    share: dict[str, Any] = {"name": claim.pool.resource, "nominalQuota": claim.nominal}
    if claim.borrowing_limit is not None:
        share["borrowingLimit"] = claim.borrowing_limit
    if claim.lending_limit is not None:
        share["lendingLimit"] = claim.lending_limit
    return share


def _flavor(pool: GpuPool, api: str, context: TenantContext) -> Object:
    """Return the ResourceFlavor of a pool, which gives admitted work the pool's labels and tolerations.

    The labels are those that an autoscaler knows before there is a node; on some clouds one of them makes it create
    one. The tolerations go with every taint that the nodes may carry, since Kueue does not see what a cloud's webhook
    would add: ours, the device's, the cloud's. The flavor names no taints of its own (`nodeTaints`), as work would
    then have to tolerate them before it is queued.
    """
    return {
        "apiVersion": api,
        "kind": "ResourceFlavor",
        "metadata": {"name": names.resource_flavor(pool.name)},
        "spec": {
            "nodeLabels": node_selector(pool, context.provider),
            "tolerations": tolerations(pool, context.provider),
            **({"topologyName": names.resource_flavor(pool.name)} if pool.topology else {}),
        },
    }


def _topology(pool: GpuPool, api: str) -> Object:
    """Return the levels of a pool's nodes, down to the single one, which the API takes as the last only.

    Source: kubernetes-sigs/kueue v0.14.0 to v0.19.2 config/components/crd/bases/kueue.x-k8s.io_topologies.yaml.
    """
    levels = [*(label for label in pool.topology if label != names.NODE_LEVEL), names.NODE_LEVEL]
    return {
        "apiVersion": api,
        "kind": "Topology",
        "metadata": {"name": names.resource_flavor(pool.name)},
        "spec": {"levels": [{"nodeLabel": label} for label in levels]},
    }


def _api(kueue: tuple[int, int]) -> str:
    return "kueue.x-k8s.io/v1beta2" if kueue >= _V1BETA2 else "kueue.x-k8s.io/v1beta1"


def _cohort_api(kueue: tuple[int, int]) -> str | None:
    if kueue >= _COHORT_V1BETA1:
        return _api(kueue)
    return "kueue.x-k8s.io/v1alpha1" if kueue >= _COHORT_V1ALPHA1 else None
