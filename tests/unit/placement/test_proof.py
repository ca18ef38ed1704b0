"""Each link that can fail is named, with the line that decides; what holds is proven for all kinds of work."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

import pytest

from compiler.model.platform import Claim, Cluster, GpuPool, Namespace, Tenant
from compiler.placement.proof import Ground, Proof, Row
from compiler.placement.refusal import Refusal
from tests.unit.lowering.declared import KUBEFLOW, claim, cluster, namespace, pool, tenant

KINDS = (*KUBEFLOW, "pipelines", "kserve", "training-operator", "trainer", "knative-serving")
A100 = pool("a100")


def on(*tenants: Tenant, kueue: str | None = "0.16.9", pools: Iterable[GpuPool] = (A100,)) -> Cluster:
    return replace(cluster(*KINDS, kueue=kueue, pools=pools), tenants=tenants)


def team(*claims: Claim, name: str = "vision", namespaces: Iterable[Namespace] = (namespace("lab"),)) -> Tenant:
    return tenant(name, namespaces=namespaces, claims=claims)


def proof(where: Cluster) -> Proof:
    return next(Ground(where).proofs())


def refusals(where: Cluster) -> dict[str, Refusal | None]:
    found: dict[str, Refusal | None] = {}
    for _, verdict in proof(where).verdicts:
        for row in verdict.rows:
            found[row.kind] = found.get(row.kind) or row.refusal
    return found


def only(where: Cluster, *, queued: bool = True) -> Refusal:
    """Return the refusal of all work that is (not) queued."""
    rows = [row for _, verdict in proof(where).verdicts for row in verdict.rows if row.is_queued is queued]
    assert rows
    (refusal,) = {row.refusal for row in rows}
    assert refusal is not None
    return refusal


def test_a_share_of_its_own_is_enough_for_every_kind_of_work() -> None:
    found = proof(on(team(claim(A100, 2))))
    assert found.is_placed
    (rows,) = [verdict.rows for _, verdict in found.verdicts]
    assert {row.kind for row in rows} >= {
        "notebook",
        "Job",
        "TrainJob",
        "PyTorchJob",
        "pipeline step",
        "inference service",
    }
    assert {row.kind for row in rows if not row.is_queued} == {"MPIJob", "JAXJob"}
    assert {row.units for row in rows} == {1}, "a node has one GPU"


@pytest.mark.parametrize(
    ("nominal", "borrowing", "lent", "largest"),
    [(8, 0, 0, 8), (3, 0, 8, 3), (3, 2, 8, 5), (3, 9, 1, 4), (0, None, 2, 2), (8, None, 8, 8)],
)
def test_the_largest_count_is_what_queue_node_and_pod_allow(
    nominal: int, borrowing: int | None, lent: int, largest: int
) -> None:
    big = replace(A100, gpus_per_node=8, max_nodes=2, capacity=16)
    others = team(claim(big, lent), name="speech")
    found = proof(on(team(claim(big, nominal, borrowing)), others, pools=[big]))
    assert found.is_placed
    assert {row.units for row in found.verdicts[0][1].rows if row.is_queued} == {1, largest}


def test_shared_gpus_are_asked_for_one_by_one() -> None:
    shared = replace(A100, sharing=replace(A100.sharing, strategy="timeSlicing", replicas=4), capacity=32)
    assert {row.units for row in proof(on(team(claim(shared, 8)), pools=[shared])).verdicts[0][1].rows} == {1}


def test_nothing_of_its_own_and_nobody_who_lends() -> None:
    refusal = only(on(team(claim(A100, 0, None))))
    assert (refusal.link, refusal.where, refusal.keys, refusal.code) == ("queue", "claim", ("nominal",), None)
    assert proof(on(team(claim(A100, 0, None)), team(claim(A100, 1), name="speech"))).is_placed
    stingy = team(claim(A100, 4, lending=0), name="speech")
    assert only(on(team(claim(A100, 0, None)), stingy)).link == "queue"


def test_a_share_of_nothing_is_left_to_the_check_that_says_so() -> None:
    assert only(on(team(claim(A100, 0, 0)))).code == "claim-of-nothing"
    assert only(on(team(claim(A100, 0, None)), kueue=None), queued=False).code == "claim-of-nothing"


def test_a_queue_that_kueue_refuses() -> None:
    pools = [pool(f"p{number:02}") for number in range(16)]
    many = team(*(claim(each, 1) for each in pools))
    refusal = only(on(many, kueue="0.13.10", pools=pools))
    assert (refusal.link, refusal.where, refusal.code) == ("queue", "team", "too-many-flavors")
    assert "17 flavors and Kueue takes 16" in refusal.text
    assert proof(on(many, kueue="0.14.8", pools=pools)).is_placed
    assert proof(on(team(*many.claims[:15]), kueue="0.13.10", pools=pools)).is_placed


def test_pools_of_one_resource_share_the_quota_but_not_the_queue() -> None:
    other = pool("b")
    both = team(claim(A100, 0, 0), claim(other, 2, 0))
    assert only(on(both, pools=[A100, other])).link == "queue"
    rows = proof(on(both, pools=[A100, other])).verdicts[0][1].rows
    assert [row for row in rows if not row.is_queued and row.refusal] == [], "the quota counts both pools together"


@pytest.mark.parametrize(
    ("quota", "kinds", "keys", "is_final"),
    [
        ({"pods": "0"}, None, ("quota", "pods"), True),
        ({"requests.cpu": "0"}, None, ("quota", "cpu"), True),
        ({"cpu": "0"}, None, ("quota", "extra", "cpu"), True),
        ({"count/notebooks.kubeflow.org": "0"}, {"notebook"}, ("quota", "extra", "count/notebooks.kubeflow.org"), True),
        ({"count/jobs.batch": "0"}, {"Job", "TrainJob"}, ("quota", "extra", "count/jobs.batch"), True),
        ({"pods": "1"}, {"MPIJob"}, ("quota", "pods"), True),
        ({"requests.storage": "4Gi"}, {"notebook"}, ("quota", "storage"), False),
        ({"persistentvolumeclaims": "0"}, {"notebook"}, ("quota", "persistentVolumeClaims"), False),
        ({"requests.memory": "2Gi"}, {"inference service"}, ("quota", "memory"), False),
    ],
)
def test_a_quota_that_does_not_hold_the_work(
    quota: dict[str, str], kinds: set[str] | None, keys: tuple[str, ...], *, is_final: bool
) -> None:
    small = Namespace("lab", quota, ())
    found = refusals(on(team(claim(A100, 2), namespaces=[small])))
    refused = {kind: refusal for kind, refusal in found.items() if refusal is not None}
    assert set(refused) == (kinds if kinds is not None else set(found))
    for refusal in refused.values():
        assert (refusal.link, refusal.where, refusal.keys, refusal.is_final) == ("quota", "namespace", keys, is_final)
        assert refusal.help


def test_a_second_container_needs_room_too() -> None:
    """A pipeline step has one that says nothing; no other work here takes as much."""
    small = team(claim(A100, 2), namespaces=[namespace("lab", requests_cpu="150m")])
    where = replace(cluster("pipelines", kueue="0.16.9", pools=[A100]), tenants=(small,))
    assert {kind for kind, refusal in refusals(where).items() if refusal} == {"pipeline step"}


def test_a_machine_that_is_too_small_is_the_node_s_fault() -> None:
    ground = Ground(on(team(claim(A100, 2))), lambda _: 1)
    rows = [row for each in ground.proofs() for row in each.verdicts[0][1].rows if row.refusal is not None]
    assert {row.kind for row in rows} == {"inference service"}
    assert rows[0].refusal is not None
    assert "it asks for 1.2 of cpu, the node has 1" in rows[0].refusal.text


def test_namespaces_are_judged_each_for_itself() -> None:
    found = proof(on(team(claim(A100, 2), namespaces=[namespace("closed", pods="0"), namespace("open")])))
    assert [(each.name, verdict.is_placed) for each, verdict in found.verdicts] == [("closed", False), ("open", True)]
    assert not found.is_placed


def test_teams_alike_share_one_verdict() -> None:
    teams = [
        team(claim(A100, 1, 0), name=f"t{number}", namespaces=[namespace(f"n{number}", pods="0")])
        for number in range(3)
    ]
    found = [each.verdicts[0][1] for each in Ground(on(*teams)).proofs()]
    assert len(found) == 3
    assert found[0] is found[1] is found[2]
    assert all(isinstance(row, Row) for row in found[0].rows)


def test_a_thousand_teams_on_twenty_pools_take_less_than_a_second() -> None:
    pools = [pool(f"p{number}", "nvidia.com/gpu" if number % 2 else "amd.com/gpu", 4000) for number in range(20)]
    teams = [
        team(
            *(claim(each, 1 + number % 5, number % 3) for each in pools),
            name=f"t{number}",
            namespaces=[namespace(f"t{number}", requests_cpu=str(number % 50), pods="20"), namespace(f"t{number}-b")],
        )
        for number in range(1000)
    ]
    where = on(*teams, pools=pools)
    begun = time.process_time()
    found = list(Ground(where).proofs())
    taken = time.process_time() - begun
    assert len(found) == 20_000
    assert sum(not each.is_placed for each in found) == 20 * 40, "those with 0 and 1 core cannot hold all kinds"
    assert taken < 1
