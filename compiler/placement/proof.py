"""The proof that a team's GPUs are of use: for each claim and namespace, each kind of work, placed or the failing link.

Decides what the API server, Kueue and kube-scheduler will decide; knows no file and shows nothing. What two claims
have in common is decided once: verdicts are remembered by what decides, never by team.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from compiler.frozen import frozen
from compiler.model.platform import Claim, Cluster, GpuPool, Namespace, Tenant
from compiler.placement.allowance import refusals
from compiler.placement.entry import BASELINE, PRIVILEGED, policy_refusal, security_refusal
from compiler.placement.nodes import most_units, node
from compiler.placement.pods import (
    DEFAULT_CPU_LIMIT_MILLIS,
    DEFAULT_CPU_MILLIS,
    DEFAULT_MEMORY_LIMIT_MIB,
    DEFAULT_MEMORY_MIB,
    gpu_pod,
)
from compiler.placement.refusal import CLAIM, POOL, TEAM, Refusal
from compiler.placement.scheduler import why_not
from compiler.placement.work import Kind, is_queued, kinds_of, kueue_of, proxy_of

_FLAVORS, _OLD_FLAVORS = 64, 16
_MORE_FLAVORS = (0, 14)
"""First Kueue that takes 64 flavors in a group of resources; older ones take 16 (its ClusterQueue definition)."""
_QUEUE_SOURCE = "https://kueue.sigs.k8s.io/docs/concepts/cluster_queue/"
_COHORT_SOURCE = "https://kueue.sigs.k8s.io/docs/concepts/cohort/"
_POLICY_SOURCE = "https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/"
_SECURITY_SOURCE = "https://kubernetes.io/docs/concepts/security/pod-security-standards/"
_SCHEDULER_SOURCE = "https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/"

Vcpus = Callable[[GpuPool], int | None]
"""How many vCPUs a pool's nodes have, where that is known."""


@frozen
class Share:
    """What a team may use of a pool, in schedulable units.

    `queue` is what its queue can ever admit: its own and what others lend. `quota` is what the ResourceQuota of each of
    its namespaces allows of the pool's resource, from all its pools; `most` what one pod may ask for on a node.
    """

    queue: int
    quota: int
    most: int


@frozen
class Row:
    """One question: does work of a kind that asks for `units` find a node? `refusal` says why it does not."""

    kind: str
    units: int
    is_queued: bool
    refusal: Refusal | None


@frozen
class Verdict:
    """What holds for a claim in a namespace: a row for the smallest and one for the largest count of each kind."""

    rows: tuple[Row, ...]
    is_placed: bool


@frozen
class Proof:
    """A claim of a team and the verdict in each of its namespaces on the pool's cluster, in their order."""

    tenant: Tenant
    claim: Claim
    verdicts: tuple[tuple[Namespace, Verdict], ...]

    @property
    def is_placed(self) -> bool:
        """Return whether everything that was asked finds a node."""
        return all(verdict.is_placed for _, verdict in self.verdicts)


class Ground:
    """One cluster as its schedulers see it; remembers what it has decided."""

    def __init__(self, cluster: Cluster, vcpus: Vcpus = lambda _: None) -> None:
        self.cluster = cluster
        self.provider = cluster.provider
        self.kueue = kueue_of(cluster)
        self.kinds = kinds_of(cluster)
        self.proxy = proxy_of(cluster)
        self.pod_security = PRIVILEGED if self.proxy is not None and self.proxy.has_init else BASELINE
        self.lent: dict[str, int] = {}
        self._vcpus = vcpus
        self._most = {pool.name: most_units(pool, self.provider) for pool in cluster.pools}
        self._heaviest = {queued: _envelope(self.kinds, self.kueue, queued=queued) for queued in (True, False)}
        self._verdicts: dict[object, Verdict] = {}
        self._rooms: dict[object, object] = {}
        self._quotas: dict[object, Refusal | None] = {}
        self._nodes: dict[object, Refusal | None] = {}
        for tenant in cluster.tenants:
            for claim in tenant.claims:
                self.lent[claim.pool.name] = self.lent.get(claim.pool.name, 0) + _lends(claim)

    def proofs(self) -> Iterator[Proof]:
        """Yield the proof of every claim on the cluster, team by team."""
        for tenant in self.cluster.tenants:
            if tenant.claims:
                yield from self.proofs_of(tenant)

    def proofs_of(self, tenant: Tenant) -> Iterator[Proof]:
        """Yield the proofs of a team's claims."""
        quotas = self.gpu_quotas(tenant)
        against = self.queue_refusal(tenant)
        namespaces = [(namespace, self._room(namespace)) for namespace in tenant.namespaces]
        for claim in tenant.claims:
            pool = claim.pool.name
            share = (self.reach(claim), quotas[claim.pool.resource], self._most[pool])
            key = (pool, share, against, self._is_nothing(claim))
            verdicts = []
            for namespace, room in namespaces:
                verdict = self._verdicts.get((key, room))
                if verdict is None:
                    verdict = self._verdicts[key, room] = self._verdict(claim, Share(*share), namespace, against)
                verdicts.append((namespace, verdict))
            yield Proof(tenant, claim, tuple(verdicts))

    def reach(self, claim: Claim) -> int:
        """Return how many units of its pool a team can ever have at once: its own and what the others lend."""
        if self.kueue is None:
            return min(claim.nominal, claim.pool.capacity)
        others = self.lent[claim.pool.name] - _lends(claim)
        borrowed = others if claim.borrowing_limit is None else min(claim.borrowing_limit, others)
        return min(claim.nominal + borrowed, claim.pool.capacity)

    def gpu_quotas(self, tenant: Tenant) -> dict[str, int]:
        """Return what the ResourceQuota of each of the team's namespaces allows of each GPU resource, in units."""
        found: dict[str, int] = {}
        for claim in tenant.claims:
            capacity = claim.pool.capacity
            if self.kueue is None:
                usable = claim.nominal
            else:
                limit = claim.borrowing_limit
                usable = capacity if limit is None else min(claim.nominal + limit, capacity)
            found[claim.pool.resource] = found.get(claim.pool.resource, 0) + usable
        return found

    def queue_refusal(self, tenant: Tenant) -> Refusal | None:
        """Return why the API server refuses the team's ClusterQueue: a flavor for each claim and one for cpu."""
        if self.kueue is None:
            return None
        limit = _FLAVORS if self.kueue >= _MORE_FLAVORS else _OLD_FLAVORS
        if len(tenant.claims) < limit:
            return None
        return Refusal(
            "queue",
            f"its ClusterQueue would have {len(tenant.claims) + 1} flavors and Kueue takes {limit}",
            TEAM,
            ("gpus",),
            f"claim at most {limit - 1} pools on cluster {self.cluster.name}",
            code="too-many-flavors",
            source=_QUEUE_SOURCE,
        )

    def _room(self, namespace: Namespace) -> object:
        """Return what tells namespaces apart here: nothing where the heaviest of all work fits, else the quota."""
        quota = tuple(namespace.quota.items())
        if quota not in self._rooms:
            fits = all(self._against_quota(kind, namespace) is None for kind in self._heaviest.values() if kind)
            self._rooms[quota] = None if fits else quota
        return self._rooms[quota]

    def _verdict(self, claim: Claim, share: Share, namespace: Namespace, against: Refusal | None) -> Verdict:
        """Return the verdict; where the heaviest of all kinds is placed with the largest count, everything is."""
        is_placed = all(
            self._refusal(kind, self._largest(share, queued=queued), queued, claim, share, namespace, against) is None
            for queued, kind in self._heaviest.items()
            if kind is not None
        )
        rows = []
        for kind in self.kinds:
            queued = is_queued(kind, self.kueue)
            for units in dict.fromkeys((1, self._largest(share, queued=queued))):
                found = None if is_placed else self._refusal(kind, units, queued, claim, share, namespace, against)
                rows.append(Row(kind.name, units, queued, found))
        return Verdict(tuple(rows), all(row.refusal is None for row in rows))

    def _largest(self, share: Share, *, queued: bool) -> int:
        return max(1, min(share.most, share.quota, share.queue) if queued else min(share.most, share.quota))

    def _refusal(
        self,
        kind: Kind,
        units: int,
        queued: bool,
        claim: Claim,
        share: Share,
        namespace: Namespace,
        against: Refusal | None,
    ) -> Refusal | None:
        """Return the first link that fails, in the order in which the work meets them."""
        return (
            self._against_share(units, queued, claim, share)
            or self._against_quota(kind, namespace)
            or (against if queued else None)
            or self._against_pod(kind, claim.pool, units)
        )

    def _is_nothing(self, claim: Claim) -> bool:
        """Return whether a claim gives nothing by its own words."""
        return not claim.nominal and (self.kueue is None or claim.borrowing_limit == 0)

    def _against_share(self, units: int, queued: bool, claim: Claim, share: Share) -> Refusal | None:
        known = "claim-of-nothing" if self._is_nothing(claim) else None
        if share.quota < units:
            return Refusal(
                "GPU quota",
                f"the quota of the namespace allows {share.quota} of {claim.pool.resource}",
                CLAIM,
                ("nominal",),
                "raise `nominal`, or remove the claim",
                code=known,
                source="https://kubernetes.io/docs/concepts/policy/resource-quotas/",
            )
        if queued and share.queue < units:
            return Refusal(
                "queue",
                "its share is nothing" if known else "the team owns none of it and no other team lends any",
                CLAIM,
                ("nominal",),
                "raise `nominal`, or give units to another team that lends them",
                code=known,
                source=_COHORT_SOURCE,
            )
        return None

    def _against_quota(self, kind: Kind, namespace: Namespace) -> Refusal | None:
        key = (kind.name, tuple(namespace.quota.items()))
        if key not in self._quotas:
            self._quotas[key] = next(refusals(namespace.quota, kind, self.proxy), None)
        return self._quotas[key]

    def _against_pod(self, kind: Kind, pool: GpuPool, units: int) -> Refusal | None:
        """Return what policy, Pod Security or every node of the pool has against the pod of a kind of work."""
        key = (kind.name, pool.name, units)
        if key not in self._nodes:
            pod = gpu_pod(kind, pool, self.provider, units, proxy=self.proxy)
            text, link, source = policy_refusal(pod, {pool.name}), "policy", _POLICY_SOURCE
            if text is None:
                text, link, source = security_refusal(pod, self.pod_security), "Pod Security", _SECURITY_SOURCE
            if text is None:
                there = node(pool, self.provider, vcpus=self._vcpus(pool))
                text, link, source = why_not(pod, there), "node", _SCHEDULER_SOURCE
            self._nodes[key] = None if text is None else _of_pod(pool, link, text, source)
        return self._nodes[key]


def _of_pod(pool: GpuPool, link: str, text: str, source: str) -> Refusal:
    where = "no node of the pool takes its pod" if link == "node" else "the API server refuses its pod"
    return Refusal(
        link,
        f"{where}: {text}",
        POOL,
        ("machineType",) if pool.machine_type and link == "node" else (),
        "choose a machine that holds it" if link == "node" else "this is no mistake of the platform file; report it",
        is_final=False,
        source=source,
    )


def _lends(claim: Claim) -> int:
    return claim.nominal if claim.lending_limit is None else min(claim.lending_limit, claim.nominal)


def _envelope(kinds: tuple[Kind, ...], kueue: tuple[int, int] | None, *, queued: bool) -> Kind | None:
    """Return a kind that asks for as much as each of those that are (not) queued; `None` if there are none.

    Every link lets lighter work through when it lets heavier work through, so what holds for this one holds for all.
    """
    members = [kind for kind in kinds if is_queued(kind, kueue) is queued]
    if not members:
        return None
    return Kind(
        "all that is queued" if queued else "all that is not queued",
        cpu_millis=max(kind.cpu_millis or DEFAULT_CPU_MILLIS for kind in members),
        memory_mib=max(kind.memory_mib or DEFAULT_MEMORY_MIB for kind in members),
        cpu_limit_millis=max(kind.cpu_limit_millis or DEFAULT_CPU_LIMIT_MILLIS for kind in members),
        memory_limit_mib=max(kind.memory_limit_mib or DEFAULT_MEMORY_LIMIT_MIB for kind in members),
        bare_count=max(kind.bare_count for kind in members),
        helper_count=max(kind.helper_count for kind in members),
        is_meshed=any(kind.is_meshed for kind in members),
        objects=_most_of(kind.objects for kind in members),
        spared=_most_of(kind.spared for kind in members),
    )


def _most_of(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for count in counts:
        for key, number in count.items():
            found[key] = max(found.get(key, 0), number)
    return found
