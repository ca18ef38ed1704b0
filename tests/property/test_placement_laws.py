"""Laws of placing: more never unplaces, sharing is symmetric, and a scheduler written anew says the same."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from compiler.model.platform import Claim, Cluster, GpuPool, Namespace, Sharing, Tenant
from compiler.placement.cost import PoolCost, TeamCost, cost_of
from compiler.placement.nodes import most_units, node, units_per_node
from compiler.placement.pods import gpu_pod
from compiler.placement.proof import Ground
from compiler.placement.scheduler import place
from compiler.placement.screen import is_plainly_placed
from compiler.placement.work import is_queued, kinds_of
from tests.unit.lowering.declared import KUBEFLOW, cluster, pool, tenant
from tests.unit.lowering.installed import platform

Manifest = dict[str, Any]
KEYS, VALUES = ("a", "b", "pool"), ("x", "y", "3", "")
EFFECTS = ("NoSchedule", "NoExecute", "PreferNoSchedule")


def taints() -> st.SearchStrategy[Manifest]:
    return st.fixed_dictionaries(
        {"key": st.sampled_from(KEYS), "value": st.sampled_from(VALUES), "effect": st.sampled_from(EFFECTS)}
    )


def tolerations() -> st.SearchStrategy[Manifest]:
    exists = st.fixed_dictionaries(
        {"operator": st.just("Exists")},
        optional={"key": st.sampled_from(KEYS), "effect": st.sampled_from(EFFECTS)},
    )
    equal = st.fixed_dictionaries(
        {"key": st.sampled_from(KEYS)},
        optional={
            "operator": st.just("Equal"),
            "value": st.sampled_from(VALUES),
            "effect": st.sampled_from(EFFECTS),
        },
    )
    return exists | equal


def expressions() -> st.SearchStrategy[Manifest]:
    several = st.fixed_dictionaries(
        {
            "key": st.sampled_from(KEYS),
            "operator": st.sampled_from(("In", "NotIn")),
            "values": st.lists(st.sampled_from(VALUES), min_size=1, max_size=2),
        }
    )
    none = st.fixed_dictionaries(
        {"key": st.sampled_from(KEYS), "operator": st.sampled_from(("Exists", "DoesNotExist"))}
    )
    number = st.fixed_dictionaries(
        {
            "key": st.sampled_from(KEYS),
            "operator": st.sampled_from(("Gt", "Lt")),
            "values": st.lists(st.sampled_from(("2", "3", "4")), min_size=1, max_size=1),
        }
    )
    return several | none | number


def amounts() -> st.SearchStrategy[Manifest]:
    return st.fixed_dictionaries(
        {}, optional={"cpu": st.sampled_from(("500m", "1", "3")), "gpu": st.sampled_from(("1", "2"))}
    )


def containers() -> st.SearchStrategy[list[Manifest]]:
    resources = st.fixed_dictionaries({}, optional={"requests": amounts(), "limits": amounts()})
    return st.lists(resources.map(lambda each: {"resources": each}), min_size=1, max_size=2)


@st.composite
def pods(draw: st.DrawFn) -> Manifest:
    spec: Manifest = {
        "containers": draw(containers()),
        "tolerations": draw(st.lists(tolerations(), max_size=3)),
        "nodeSelector": draw(st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES), max_size=1)),
    }
    terms = draw(st.lists(st.lists(expressions(), max_size=2), max_size=2))
    if terms:
        required = {"nodeSelectorTerms": [{"matchExpressions": each} for each in terms]}
        spec["affinity"] = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}
    return {"metadata": {"name": "pod"}, "spec": spec}


@st.composite
def fleets(draw: st.DrawFn) -> list[Manifest]:
    return [
        {
            "metadata": {
                "name": f"n{number}",
                "labels": draw(st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES))),
            },
            "spec": {"taints": draw(st.lists(taints(), max_size=2)), "unschedulable": draw(st.booleans())},
            "status": {"allocatable": {"cpu": "4", "pods": "3", **draw(amounts())}},
        }
        for number in range(draw(st.integers(0, 4)))
    ]


@st.composite
def running(draw: st.DrawFn) -> list[Manifest]:
    found = []
    for number in range(draw(st.integers(0, 3))):
        each = draw(pods())
        found.append(
            {
                "metadata": {"name": f"r{number}"},
                "spec": {**each["spec"], "nodeName": draw(st.sampled_from(("n0", "n1")))},
            }
        )
    return found


def naive(pod: Manifest, nodes: list[Manifest], others: list[Manifest]) -> str | None:
    """Return where a pod goes, by the documentation's words and without any shared code."""

    def number(text: str) -> Fraction:
        return Fraction(text[:-1]) / 1000 if text.endswith("m") else Fraction(text)

    def asks(each: Manifest, what: str) -> Fraction:
        total = Fraction(0)
        for container in each["spec"]["containers"]:
            resources = container["resources"]
            said = resources.get("requests", {}).get(what, resources.get("limits", {}).get(what, "0"))
            total += number(said)
        return total

    def is_kept_off(taint: Manifest) -> bool:
        for toleration in pod["spec"]["tolerations"]:
            if "effect" in toleration and toleration["effect"] != taint["effect"]:
                continue
            if toleration.get("operator", "Equal") == "Exists":
                if "key" not in toleration or toleration["key"] == taint["key"]:
                    return False
            elif toleration["key"] == taint["key"] and toleration.get("value", "") == taint["value"]:
                return False
        return bool(taint["effect"] != "PreferNoSchedule")

    def holds(expression: Manifest, labels: dict[str, str]) -> bool:
        value, operator = labels.get(expression["key"]), expression["operator"]
        if operator in {"Exists", "DoesNotExist"}:
            return bool((value is not None) == (operator == "Exists"))
        if operator in {"In", "NotIn"}:
            return bool((value is not None and value in expression["values"]) == (operator == "In"))
        if value is None or not value.isdecimal():
            return False
        left, right = int(value), int(expression["values"][0])
        return left > right if operator == "Gt" else left < right

    def takes(each: Manifest) -> bool:
        labels, name = each["metadata"]["labels"], each["metadata"]["name"]
        if any(labels.get(key) != value for key, value in pod["spec"]["nodeSelector"].items()):
            return False
        if each["spec"]["unschedulable"] and is_kept_off(
            {"key": "node.kubernetes.io/unschedulable", "value": "", "effect": "NoSchedule"}
        ):
            return False
        if any(is_kept_off(taint) for taint in each["spec"]["taints"]):
            return False
        affinity = pod["spec"].get("affinity")
        if affinity:
            terms = affinity["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
            if not any(
                term["matchExpressions"] and all(holds(one, labels) for one in term["matchExpressions"])
                for term in terms
            ):
                return False
        there = [other for other in others if other["spec"]["nodeName"] == name]
        if len(there) + 1 > int(each["status"]["allocatable"]["pods"]):
            return False
        for what in ("cpu", "gpu"):
            wanted = asks(pod, what)
            used = sum((asks(other, what) for other in there), Fraction(0))
            if wanted and wanted + used > number(each["status"]["allocatable"].get(what, "0")):
                return False
        return True

    return next((each["metadata"]["name"] for each in nodes if takes(each)), None)


@given(pods(), fleets(), running())
def test_a_naive_scheduler_agrees(pod: Manifest, nodes: list[Manifest], others: list[Manifest]) -> None:
    assert place(pod, nodes, others) == naive(pod, nodes, others)


@given(pods(), fleets(), fleets(), running())
def test_more_nodes_never_unplace(
    pod: Manifest, nodes: list[Manifest], more: list[Manifest], others: list[Manifest]
) -> None:
    added = [{**each, "metadata": {**each["metadata"], "name": f"m{each['metadata']['name']}"}} for each in more]
    if place(pod, nodes, others) is not None:
        assert place(pod, [*nodes, *added], others) is not None


@given(pods(), fleets(), running(), tolerations())
def test_tolerating_more_and_running_less_never_unplaces(
    pod: Manifest, nodes: list[Manifest], others: list[Manifest], toleration: Manifest
) -> None:
    if place(pod, nodes, others) is not None:
        wider = {**pod, "spec": {**pod["spec"], "tolerations": [*pod["spec"]["tolerations"], toleration]}}
        assert place(wider, nodes, others[1:]) is not None


def shared(strategy: str, gpus: int, units: int, nodes: int) -> GpuPool:
    made = pool("p", capacity=gpus * units * nodes)
    sharing = Sharing(strategy, 1 if strategy in {"none", "mig"} else units)
    return replace(made, gpus_per_node=gpus, max_nodes=nodes, sharing=sharing)


@given(st.integers(1, 16), st.integers(2, 48), st.integers(1, 20), st.sampled_from(("gke", "eks", "generic")))
def test_sharing_is_symmetric(gpus: int, units: int, nodes: int, provider: str) -> None:
    ways = [shared(strategy, gpus, units, nodes) for strategy in ("timeSlicing", "mps", "mig")]
    assert {units_per_node(each) * each.max_nodes for each in ways} == {ways[0].capacity} == {gpus * units * nodes}
    whole = shared("none", gpus, 1, nodes)
    assert units_per_node(whole) == gpus == most_units(whole, provider)
    for each in (whole, *ways):
        most = most_units(each, provider)
        assert 1 <= most <= units_per_node(each)
        kind = kinds_of(cluster())[0]
        there = [node(each, provider)]
        assert place(gpu_pod(kind, each, provider, most), there) == "p-0"
        assert place(gpu_pod(kind, each, provider, units_per_node(each) + 1), there) is None
        # As many pods of one unit fit on a node as it has units (and pods), and not one more.
        one = gpu_pod(kind, each, provider, 1)
        room = min(units_per_node(each), 110)
        bound = [{**one, "spec": {**one["spec"], "nodeName": "p-0"}}] * room
        assert place(one, there, bound[1:]) == "p-0"
        assert place(one, there, bound) is None


def quotas() -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries(
        {},
        optional={
            "requests.cpu": st.sampled_from(("0", "50m", "300m", "700m", "1500m", "4", "64")),
            "requests.memory": st.sampled_from(("0", "100Mi", "1Gi", "2Gi", "3Gi", "8Gi")),
            "limits.cpu": st.sampled_from(("1", "2", "3", "9", "16")),
            "pods": st.sampled_from(("0", "1", "2", "3", "8", "50")),
            "count/jobs.batch": st.sampled_from(("0", "1", "9")),
            "requests.storage": st.sampled_from(("0", "1Gi", "16Gi")),
        },
    )


@st.composite
def claims(draw: st.DrawFn, pools: list[GpuPool]) -> tuple[Claim, ...]:
    limits = st.none() | st.integers(0, 4)
    return tuple(
        Claim(each, nominal, draw(limits), draw(st.none() | st.integers(0, nominal)), ())
        for each in draw(st.lists(st.sampled_from(pools), unique_by=lambda each: each.name))
        for nominal in (draw(st.integers(0, each.capacity)),)
    )


@st.composite
def grounds(draw: st.DrawFn) -> Cluster:
    pools = [
        replace(
            shared(*draw(st.sampled_from((("none", 4, 1, 2), ("timeSlicing", 1, 4, 2), ("mig", 1, 7, 1))))),
            name=f"p{number}",
            resource=draw(st.sampled_from(("nvidia.com/gpu", "nvidia.com/mig-1g.10gb"))),
            hourly_cost=draw(st.sampled_from((None, 0.1, 5.07))),
            min_nodes=draw(st.integers(0, 1)),
        )
        for number in range(draw(st.integers(1, 3)))
    ]
    tenants = [
        tenant(
            f"t{number}",
            namespaces=[Namespace(f"n{number}-{each}", draw(quotas()), ()) for each in range(draw(st.integers(1, 2)))],
            claims=draw(claims(pools)),
        )
        for number in range(draw(st.integers(1, 3)))
    ]
    components = (*KUBEFLOW, "pipelines", "kserve", "trainer", "training-operator")
    kueue = draw(st.sampled_from((None, "0.13.10", "0.16.9")))
    return replace(cluster(*components, kueue=kueue, pools=pools), tenants=tuple(tenants))


@given(grounds())
def test_the_short_way_says_what_each_kind_says_alone(where: Cluster) -> None:
    """The proof asks for the heaviest of all kinds first, and for none of the others if that is placed."""
    together = [verdict for proof in Ground(where).proofs() for _, verdict in proof.verdicts]
    for kind in kinds_of(where):
        alone = Ground(where)
        alone.kinds = (kind,)
        alone._heaviest = {is_queued(kind, alone.kueue): kind}
        single = [verdict for proof in alone.proofs() for _, verdict in proof.verdicts]
        for verdict, found in zip(together, single, strict=True):
            assert tuple(row for row in verdict.rows if row.kind == kind.name) == found.rows


@given(grounds())
def test_the_glance_is_never_wrong(where: Cluster) -> None:
    ground = Ground(where)
    for each in where.tenants:
        if is_plainly_placed(each):
            assert all(any(verdict.is_placed for _, verdict in proof.verdicts) for proof in ground.proofs_of(each))


def larger(one: Tenant) -> Tenant:
    """Return the team with no quotas and the largest shares."""
    return replace(
        one,
        namespaces=tuple(replace(each, quota={}) for each in one.namespaces),
        claims=tuple(replace(each, nominal=each.pool.capacity, borrowing_limit=None) for each in one.claims),
    )


@given(grounds())
def test_more_quota_and_larger_shares_never_unplace(where: Cluster) -> None:
    before = {(proof.tenant.team, proof.claim.pool.name): proof for proof in Ground(where).proofs()}
    wide = replace(where, tenants=tuple(larger(each) for each in where.tenants))
    for proof in Ground(wide).proofs():
        assert proof.is_placed
        small = before[proof.tenant.team, proof.claim.pool.name]
        for (_, wider), (_, verdict) in zip(proof.verdicts, small.verdicts, strict=True):
            assert max(row.units for row in wider.rows) >= max(
                row.units for row in verdict.rows if row.refusal is None or row.units == 1
            )


@given(grounds())
def test_costs_rise_from_the_least_to_the_most_and_the_least_adds_up(where: Cluster) -> None:
    found = cost_of(platform(where))
    every: list[PoolCost | TeamCost] = [*found.pools, *found.teams]
    for each in every:
        levels = (each.cost.minimum, each.cost.nominal, each.cost.maximum)
        assert [level.gpus for level in levels] == sorted(level.gpus for level in levels)
        assert all((level.money is None) == (each.pool.hourly_cost is None) for level in levels)
    for pool_cost in found.pools:
        own = [each for each in found.teams if each.pool is pool_cost.pool]
        shares = sum(claim.nominal for one in where.tenants for claim in one.claims if claim.pool is pool_cost.pool)
        borne = sum((each.cost.minimum.gpus for each in own), Fraction(0))
        assert borne == (pool_cost.cost.minimum.gpus if shares else 0)
