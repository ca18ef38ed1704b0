"""The model of the scheduler and a real kube-scheduler are asked the same questions, and give the same answers.

The questions are those of tests/placement_cases.py: every kind of work on every kind of GPU pool as our objects make
its pod, and pods and nodes spoilt in one point each. All stand in one cluster at once, each with nodes of its own.
Likewise what a namespace's quota must have for each kind of work, to the last unit, and which of the pods our policy
of GPU pools and Pod Security let in.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from compiler.lowering import quotas
from compiler.lowering.admission import pool_access_policies
from compiler.lowering.context import tenant_context
from compiler.model import names
from compiler.placement.allowance import needs, quantity, refusals
from compiler.placement.entry import policy_refusal, security_refusal
from compiler.placement.proof import Ground
from compiler.placement.scheduler import place
from compiler.placement.work import Kind, kinds_of, proxy_of
from tests.cluster.api import until
from tests.cluster.control_plane import ControlPlane, is_true
from tests.placement_cases import as_written, cases, isolated, platform
from tests.placement_spoils import Case

_PATIENCE_S = 300
_OF_PODS = (
    *("pods", "requests.cpu", "requests.memory", "requests.ephemeral-storage"),
    *("limits.cpu", "limits.memory", "limits.ephemeral-storage"),
)
"""Keys of quotas that pods are counted by."""
POOLS = [pool for cluster in platform().clusters for pool in cluster.pools]
ALLOWED = [pool.name for pool in POOLS[::2]]
HOSTILE: tuple[Mapping[str, Any], ...] = (
    {"hostNetwork": True},
    {"hostPID": True},
    {"hostIPC": True},
    {"nodeName": "plain"},
    {"volumes": [{"name": "root", "hostPath": {"path": "/"}}]},
    {"containers": [{"name": "main", "image": "pause", "securityContext": {"privileged": True}}]},
    {"initContainers": [{"name": "a", "image": "b", "securityContext": {"capabilities": {"add": ["NET_ADMIN"]}}}]},
)
RACK = next(cluster for cluster in platform().clusters if cluster.name == "rack")


@pytest.fixture(scope="module")
def real(kubernetes: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """Return a control plane that is thrown away with all that is put on it."""
    folder: Path = tmp_path_factory.mktemp("placement")
    with ControlPlane(kubernetes, folder) as plane:
        yield plane


@pytest.fixture(scope="module")
def answers(real: ControlPlane) -> Mapping[str, str | None]:
    """Return for each case the node that a real scheduler chose, or `None` where it said that there is none."""
    asked = [isolated(case) for case in cases()]
    nodes = [node for case in asked for node in case.nodes]
    for node in nodes:
        _create(real, {key: value for key, value in node.items() if key != "status"})
    until("all nodes are ready", lambda: _are_ready(real), timeout_s=_PATIENCE_S)
    for node in nodes:  # Not earlier: kwok gives a new node a size of its own, and may do so after us.
        sized = real.api.merge(node, {"status": node["status"]}, part="status")
        assert sized.ok, sized.message
    for case in asked:
        for pod in (*case.running, case.pod):
            _create(real, pod)
    found: dict[str, str | None] = {}

    def is_decided() -> bool:
        for pod in real.api.get("v1", "Pod", "default").body["items"]:
            chosen = pod["spec"].get("nodeName")
            if chosen or _is_refused(pod):
                found[pod["metadata"]["name"]] = chosen
        return all(case.pod["metadata"]["name"] in found for case in asked)

    until("the scheduler has looked at every pod", is_decided, timeout_s=_PATIENCE_S, pause_s=1)
    return {case.id: found[case.pod["metadata"]["name"]] for case in asked}


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_the_scheduler_decides_as_expected(case: Case, answers: Mapping[str, str | None]) -> None:
    asked = isolated(case)
    assert answers[case.id] == asked.expected, case.why
    assert place(asked.pod, asked.nodes, asked.running) == asked.expected, case.why


@dataclass(frozen=True)
class Room:
    """A namespace that has what a kind of work takes, less a little of `short` where it names a key."""

    name: str
    kind: Kind
    hard: Mapping[str, str]
    short: str | None


def rooms() -> Iterator[Room]:
    """Yield for each kind of work a namespace that just holds its pod, and one too small for each key of the quota."""
    kinds = [kind for kind in kinds_of(RACK) if not kind.helper_count]
    for number, kind in enumerate(kinds):
        wanted = needs(kind, proxy_of(RACK))
        hard = {key: quantity(key, wanted[key]) for key in _OF_PODS}
        yield Room(f"room-{number}", kind, hard, None)
        for index, key in enumerate(_OF_PODS):
            less = f"{wanted[key] - 1}m" if key.endswith(".cpu") else str(wanted[key] - 1)
            yield Room(f"room-{number}-{index}", kind, {**hard, key: less}, key)


@pytest.fixture(scope="module")
def furnished(real: ControlPlane) -> ControlPlane:
    """Return the control plane with a namespace, its ResourceQuota and its LimitRange for each room."""
    for room in rooms():
        limits = quotas.limit_range(room.name, room.hard)
        assert limits is not None
        enforced = {"pod-security.kubernetes.io/enforce": Ground(RACK).pod_security}
        namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": room.name, "labels": enforced}}
        for item in (namespace, quotas.resource_quota(room.name, room.hard), limits):
            _create(real, item)

    def is_counted(room: Room) -> bool:
        quota = real.api.get("v1", "ResourceQuota", room.name).body["items"]
        account = real.api.get("v1", "ServiceAccount", room.name, "default")
        return account.ok and bool(quota) and set(quota[0].get("status", {}).get("hard", ())) == set(room.hard)

    for room in rooms():
        until(f"the quota of {room.name} is counted", partial(is_counted, room), timeout_s=_PATIENCE_S)
    return real


@pytest.mark.parametrize("room", tuple(rooms()), ids=lambda room: f"{room.kind.name}-{room.short or 'enough'}")
def test_the_quota_lets_in_what_the_proof_lets_in(room: Room, furnished: ControlPlane) -> None:
    pool = next(each for each in RACK.pools if each.name == "r-big")
    answer = furnished.api.create(as_written(room.kind, pool, RACK, room.name), dry_run=True)
    found = next(refusals(room.hard, room.kind, proxy_of(RACK)), None)
    assert answer.ok is (room.short is None) is (found is None), answer.message
    if room.short is not None:
        assert f"exceeded quota: {names.QUOTA}, requested: " in answer.message
        assert f"limited: {room.short}=" in answer.message


@pytest.fixture(scope="module")
def guarded(real: ControlPlane) -> ControlPlane:
    """Return the control plane with our policy for all pools, and a namespace that may use every other one of them."""
    for item in pool_access_policies(POOLS, tenant_context(RACK)):
        if item["metadata"]["name"] == names.POOL_ACCESS_POLICY:
            _create(real, item)
    labels = {names.TENANT_LABEL: "team", "pod-security.kubernetes.io/enforce": "baseline"}
    labels |= {names.pool_permission_label(name): "allowed" for name in ALLOWED}
    _create(real, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "guarded", "labels": labels}})
    until("there is an account", lambda: real.api.get("v1", "ServiceAccount", "guarded", "default").ok)
    foreign = {"nodeSelector": {names.POOL_KEY: POOLS[1].name}, "containers": [{"name": "main", "image": "pause"}]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "foreign", "namespace": "guarded"}, "spec": foreign}
    until("the policy is in force", lambda: not real.api.create(pod, dry_run=True).ok, timeout_s=_PATIENCE_S)
    return real


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_the_policy_and_pod_security_refuse_what_the_proof_refuses(case: Case, guarded: ControlPlane) -> None:
    pod = {**case.pod, "metadata": {"name": "asked", "namespace": "guarded"}}
    answer = guarded.api.create(pod, dry_run=True)
    found = policy_refusal(pod, ALLOWED) or security_refusal(pod, "baseline")
    assert answer.ok is (found is None), f"{found}; {answer.message}"


@pytest.mark.parametrize("change", HOSTILE, ids="-".join)
def test_what_endangers_a_node_is_refused(change: Mapping[str, Any], guarded: ControlPlane) -> None:
    spec = {"containers": [{"name": "main", "image": "pause"}], **change}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "asked", "namespace": "guarded"}, "spec": spec}
    assert not guarded.api.create(pod, dry_run=True).ok
    assert policy_refusal(pod, ALLOWED) or security_refusal(pod, "baseline")


def _create(plane: ControlPlane, item: Mapping[str, Any]) -> None:
    answer = plane.api.create(item)
    assert answer.ok, f"{item['metadata']['name']}: {answer.message}"


def _are_ready(plane: ControlPlane) -> bool:
    """Return whether every node is ready and has lost the taint that it is born with."""
    nodes = plane.api.get("v1", "Node", None).body["items"]
    return all(is_true(node, "Ready") for node in nodes) and "node.kubernetes.io/not-ready" not in json.dumps(nodes)


def _is_refused(pod: Mapping[str, Any]) -> bool:
    conditions = pod.get("status", {}).get("conditions") or ()
    return any(each["type"] == "PodScheduled" and each.get("reason") == "Unschedulable" for each in conditions)
