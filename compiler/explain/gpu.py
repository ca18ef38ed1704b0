"""Explains how a team's wish for a GPU becomes a pod on a node: each link of the chain, and the one that fails."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.diagnostics.arguments import require_known
from compiler.diagnostics.failure import UsageMistake
from compiler.diagnostics.model import Span, YamlPath
from compiler.explain.answer import Answer, Section, Statement
from compiler.explain.subject import Subject
from compiler.lowering.admission import has_policies
from compiler.lowering.context import TenantContext, tenant_context
from compiler.lowering.quotas import gpu_limits
from compiler.model import names
from compiler.model.platform import Claim, Cluster, GpuPool, Namespace, Tenant
from compiler.placement.devices import Server, server_of
from compiler.placement.findings import place_of
from compiler.placement.nodes import most_units, node_selector, node_taints, tolerations, units_per_node
from compiler.placement.proof import Ground, Row, Verdict
from compiler.placement.work import is_knative, kinds_of
from compiler.providers import Providers
from compiler.resolve.cloud_quota import cloud_needs, quotas_of
from compiler.resolve.facts import Facts

WORD = "gpu"
"""The first word of the question: `gpu TEAM POOL`."""
FAILS = "FAILS: "
_QUOTA = "https://kubernetes.io/docs/concepts/policy/resource-quotas/#resource-quota-for-extended-resources"
_POLICY = "https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/"
_SECURITY = "https://kubernetes.io/docs/concepts/security/pod-security-standards/"
_QUEUE = "https://kueue.sigs.k8s.io/docs/concepts/cluster_queue/"
_TOPOLOGY = "https://kueue.sigs.k8s.io/docs/concepts/topology_aware_scheduling/"
_FLAVOR = "https://kueue.sigs.k8s.io/docs/concepts/resource_flavor/"
_PLUGIN = "https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/device-plugins/"
_TAINTS = "https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/"
_KNATIVE = "https://knative.dev/docs/serving/configuration/feature-flags/"
_QUEUE_LABEL = "kueue.x-k8s.io/queue-name"
_SHARING = {
    "none": "https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/",
    "timeSlicing": "https://github.com/NVIDIA/k8s-device-plugin/blob/v0.20.0/README.md",
    "mps": "https://github.com/NVIDIA/k8s-device-plugin/blob/v0.20.0/README.md",
    "mig": "https://docs.nvidia.com/datacenter/tesla/mig-user-guide/",
}


def explain_gpu(words: list[str], subject: Subject) -> Answer:
    """Return the chain for a team and a pool. Raises: `UsageMistake` for names that the platform does not have."""
    if len(words) != 2:
        raise UsageMistake(
            "a question about GPUs names a team and a pool", f"python -m compiler explain {WORD} TEAM POOL"
        )
    team, pool_name = words
    platform = subject.platform
    require_known("team", [team], {tenant.team for cluster in platform.clusters for tenant in cluster.tenants})
    pools = {pool.name: (cluster, pool) for cluster in platform.clusters for pool in cluster.pools}
    require_known("GPU pool", [pool_name], pools)
    cluster, pool = pools[pool_name]
    tenant = next((each for each in cluster.tenants if each.team == team), None)
    claim = next((each for each in (tenant.claims if tenant else ()) if each.pool is pool), None)
    if tenant is None or claim is None:
        return _without_claim(team, cluster, pool, tenant, subject)
    facts = Facts(subject.catalog)
    cloud = Providers()[cluster.provider].cloud
    ground = Ground(
        cluster, lambda each: facts.vcpus(each.accelerator, cloud, each.machine_type) if cloud is not None else None
    )
    proof = next(each for each in ground.proofs_of(tenant) if each.claim is claim)
    sections = [
        Section("From wish to node", tuple(_chain(tenant, claim, cluster, ground, facts, subject))),
        *(
            Section(f"Work in namespace {namespace.name}", tuple(_work(verdict, namespace, tenant, claim, subject)))
            for namespace, verdict in proof.verdicts
        ),
    ]
    rows = [row for _, verdict in proof.verdicts for row in verdict.rows]
    failing = [row for row in rows if row.refusal is not None]
    if not failing:
        outcome = "all of its work finds a node"
    elif len(failing) == len(rows):
        outcome = "none of its work finds a node"
    else:
        outcome = f"{len(rows) - len(failing)} of {len(rows)} questions find a node"
    server = server_of(pool, cluster)
    if not server.serves and len(failing) < len(rows):
        outcome += f", provided that a device plugin serves {server.device} there"
    summary = f"team {team} on GPU pool {pool.name} of cluster {cluster.name}: {outcome}"
    return Answer(WORD, f"{WORD} {team} {pool.name}", summary, tuple(sections), _place(subject, claim.origin))


def _without_claim(team: str, cluster: Cluster, pool: GpuPool, tenant: Tenant | None, subject: Subject) -> Answer:
    what = (
        f"{FAILS}team {team} has no namespace on cluster {cluster.name}, where the pool is"
        if tenant is None
        else f"{FAILS}team {team} has no claim on GPU pool {pool.name}"
    )
    ways = [f"add `gpus: [{{pool: {pool.name}, nominal: 1}}]` to team {team}"]
    if tenant is None:
        ways.insert(0, f"add {cluster.name} to `clusters` of one of its namespaces")
    statements = [
        Statement(what, _place(subject, tenant.origin) if tenant else subject.place(f"teams.{team}")),
        Statement(f"the pool is on cluster {cluster.name}", _place(subject, pool.origin)),
        *(Statement(f"to change that: {way}") for way in ways),
    ]
    if tenant is not None:
        refused = (
            f"ValidatingAdmissionPolicy {names.POOL_ACCESS_POLICY} refuses its pods: their namespaces have no label "
            f"{names.pool_permission_label(pool.name)}"
        )
        if has_policies(tenant_context(cluster)):
            statements.append(Statement(refused, source=_POLICY))
    summary = f"team {team} on GPU pool {pool.name} of cluster {cluster.name}: none of its work finds a node"
    return Answer(WORD, f"{WORD} {team} {pool.name}", summary, (Section("From wish to node", tuple(statements)),), None)


def _chain(
    tenant: Tenant, claim: Claim, cluster: Cluster, ground: Ground, facts: Facts, subject: Subject
) -> Iterator[Statement]:
    """Yield what all work of the team meets on its way, in that order."""
    pool, context = claim.pool, tenant_context(cluster)
    at_pool = _place(subject, pool.origin)
    yield Statement(f"wish: {_wish(claim)}", _place(subject, claim.origin))
    yield Statement(f"units: {_units(pool)}", at_pool, _SHARING[pool.sharing.strategy])
    yield _permission(tenant, pool, context)
    yield Statement(
        f"Pod Security: level {context.pod_security} of the namespaces, which its pods pass", None, _SECURITY
    )
    hard = gpu_limits(tenant.claims, context)[f"requests.{pool.resource}"]
    others = [each.pool.name for each in tenant.claims if each.pool.resource == pool.resource and each.pool is not pool]
    shared = f", pools {', '.join(others)} counted in" if others else ""
    yield Statement(
        f"quota: ResourceQuota of each namespace allows requests.{pool.resource}={hard}{shared}",
        _place(subject, (*claim.origin, "nominal")),
        _QUOTA,
    )
    yield from _queue(tenant, claim, ground, subject)
    if pool.topology and ground.kueue:
        yield Statement(
            f"topology: Kueue chooses the node among those that carry {', '.join(pool.topology)}, and keeps together "
            "the pods of a job whose template asks for it",
            _place(subject, (*pool.origin, "topology")),
            _TOPOLOGY,
        )
    selected = ", ".join(f"{key}={value}" for key, value in node_selector(pool, cluster.provider).items())
    given = ", ".join(_toleration(each) for each in tolerations(pool, cluster.provider))
    by = (
        f"ResourceFlavor {names.resource_flavor(pool.name)}"
        if ground.kueue
        else "the form of notebooks or the manifest"
    )
    yield Statement(
        f"pod: {by} gives it nodeSelector {selected} and tolerations {given}",
        at_pool,
        _FLAVOR if ground.kueue else "",
    )
    knative = cluster.installed.get("knative-serving")
    if is_knative(cluster) and knative is not None and knative.existing is not None:
        yield Statement(
            "models: the cluster has a Knative already, which takes selector and tolerations only if its ConfigMap "
            "config-features enables kubernetes.podspec-nodeselector and kubernetes.podspec-tolerations",
            _place(subject, knative.origin),
            _KNATIVE,
        )
    taints = ", ".join(
        f"{each['key']}={each['value']}:{each['effect']}" for each in node_taints(pool, cluster.provider)
    )
    yield Statement(f"node: label {names.POOL_KEY}={pool.name}, and at most the taints {taints}", at_pool, _TAINTS)
    yield _device(server_of(pool, cluster), cluster, subject, at_pool)
    most = most_units(pool, cluster.provider)
    yield Statement(
        f"size: one pod may have {most} of {pool.resource}, as a node has {units_per_node(pool)}"
        + (" and shares each GPU" if pool.sharing.strategy in {"timeSlicing", "mps"} else "")
        + "; more take several pods",
        at_pool,
    )
    maker = Providers()[cluster.provider].provisioner(pool, context.kubernetes_minor)
    yield Statement(
        f"nodes: {pool.min_nodes} to {pool.max_nodes}"
        + (", spot" if pool.spot else "")
        + (f", made by {maker.title}" if maker else ""),
        _place(subject, (*pool.origin, "nodes")),
    )
    yield from _cloud(pool, cluster, facts, subject)


def _cloud(pool: GpuPool, cluster: Cluster, facts: Facts, subject: Subject) -> Iterator[Statement]:
    """Yield what the cloud's quotas let come of the nodes, or which nobody has listed."""
    provider = Providers()[cluster.provider]
    wanted = quotas_of(pool, provider, facts)
    if wanted and not wanted & cluster.cloud_quota.keys():
        # Azure has two spellings of one quota.
        plain = sorted(name for name in wanted if " " not in name) or sorted(wanted)
        yield Statement(
            f"cloud: the nodes fall under {' and '.join(plain)}; `cloudQuota` of the cluster does not list them, so "
            "nobody knows whether they come",
            _place(subject, cluster.origin),
        )
    for need in cloud_needs(cluster, provider, facts):
        if pool in need.pools:
            granted = cluster.cloud_quota[need.quota]
            short = FAILS if granted < need.nominal else ""
            yield Statement(
                f"cloud: {short}quota {need.quota} grants {granted}; the shares need {need.nominal}, "
                f"all nodes {need.maximum}",
                _place(subject, (*cluster.origin, "cloudQuota", need.quota)),
            )


def _wish(claim: Claim) -> str:
    borrowing = "whatever is free" if claim.borrowing_limit is None else str(claim.borrowing_limit)
    return f"{claim.nominal} of {claim.pool.name}, and to borrow {borrowing}"


def _units(pool: GpuPool) -> str:
    sharing = pool.sharing
    parts = [f"{pool.max_nodes} nodes", f"{pool.gpus_per_node} {pool.accelerator}"]
    if sharing.strategy == "mig":
        parts.append(f"{units_per_node(pool) // pool.gpus_per_node} instances of {sharing.profile}")
    elif sharing.strategy != "none":
        parts.append(f"{sharing.replicas} pods by {sharing.strategy}")
    return f"{' x '.join(parts)} = {pool.capacity} of {pool.resource}"


def _permission(tenant: Tenant, pool: GpuPool, context: TenantContext) -> Statement:
    label = f"{names.pool_permission_label(pool.name)}=allowed"
    where = ", ".join(namespace.name for namespace in tenant.namespaces)
    if has_policies(context):
        text = f"namespaces {where} carry {label}, which ValidatingAdmissionPolicy {names.POOL_ACCESS_POLICY} asks for"
        return Statement(f"permission: {text}", None, _POLICY)
    return Statement(f"permission: namespaces {where} carry {label}; this Kubernetes is too old to ask for it", None)


def _device(server: Server, cluster: Cluster, subject: Subject, at_pool: Span) -> Statement:
    """Return who makes the nodes show their devices, or the condition that nobody in the file meets."""
    if server.by_provider:
        who = f"{Providers()[cluster.provider].title} brings what serves {server.device}"
        return Statement(f"device plugin: {who}", at_pool, _PLUGIN)
    if server.component is not None and server.serves:
        component = cluster.installed[server.component]
        has = "serves" if component.existing is None else "is there already and serves"
        return Statement(
            f"device plugin: component {server.component} {has} {server.device}",
            _place(subject, component.origin),
            _PLUGIN,
        )
    way = f"add `{server.component}: {{}}` to its `components`" if server.component else "install its vendor's"
    return Statement(
        f"device plugin: on condition that one for {server.device} runs on the nodes and tolerates {names.POOL_KEY}; "
        f"nothing in the file installs it\nto change that: {way}",
        at_pool,
        _PLUGIN,
    )


def _queue(tenant: Tenant, claim: Claim, ground: Ground, subject: Subject) -> Iterator[Statement]:
    if ground.kueue is None:
        yield Statement("queue: none, there is no Kueue on this cluster; nobody lends")
        return
    against = ground.queue_refusal(tenant)
    if against is not None:
        place = _place(subject, place_of(against, claim, tenant.namespaces[0], tenant))
        yield Statement(f"queue: {FAILS}{against.text}\nto change that: {against.help}", place, against.source)
    queues = f"LocalQueue {names.LOCAL_QUEUE}, ClusterQueue {names.cluster_queue(tenant.team)}"
    flavor = names.resource_flavor(claim.pool.name)
    reach = ground.reach(claim)
    lines = [
        f"queue: {queues}, flavor {flavor}: {claim.nominal} of its own, at most {reach} with what others lend",
        f"work joins by the label {_QUEUE_LABEL}={names.LOCAL_QUEUE}; no other way gives it the tolerations",
    ]
    if not reach:
        lines.append(f"{FAILS}no team lends any, so nothing is ever admitted")
    yield Statement("\n".join(lines), _place(subject, claim.origin), _QUEUE)
    left = [
        kind.name for kind in kinds_of(ground.cluster) if kind.framework is None or ground.kueue < kind.queued_since
    ]
    if left:
        yield Statement(
            f"not queued: Kueue leaves {', '.join(left)} alone here; its manifest must carry selector and tolerations"
        )


def _work(
    verdict: Verdict, namespace: Namespace, tenant: Tenant, claim: Claim, subject: Subject
) -> Iterator[Statement]:
    """Yield for each kind of work what becomes of its smallest and of its largest wish."""
    kinds: dict[str, list[Row]] = {}
    for row in verdict.rows:
        kinds.setdefault(row.kind, []).append(row)
    for kind, rows in kinds.items():
        way = "through the queue" if rows[0].is_queued else "without the queue"
        refused = next((row for row in rows if row.refusal is not None), None)
        if refused is None or refused.refusal is None:
            counts = " and ".join(str(row.units) for row in rows)
            yield Statement(f"{kind}: {counts} of {claim.pool.resource} placed on a node of {claim.pool.name}, {way}")
            continue
        refusal = refused.refusal
        yield Statement(
            f"{kind}: {FAILS}at {refused.units} of {claim.pool.resource} in the link {refusal.link}: {refusal.text}"
            f"\nto change that: {refusal.help}",
            _place(subject, place_of(refusal, claim, namespace, tenant)),
            refusal.source,
        )


def _toleration(toleration: dict[str, str]) -> str:
    value = f"={toleration['value']}" if "value" in toleration else ""
    return f"{toleration['key']}{value}:{toleration['effect']}"


def _place(subject: Subject, path: YamlPath) -> Span:
    return subject.document.span(path, at_key=True)
