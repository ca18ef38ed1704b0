"""Quotas, defaults, Pod Security and admission policies really refuse and really admit (the server's own dry run)."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.cluster.api import Answer, Person, until
from tests.cluster.conftest import Installed
from tests.cluster.pods import POOL, Manifest, notebook, pod, tolerates, wants
from tests.cluster.scenarios import PEOPLE

VISION, FREE, SPEECH, SHARED = "vision-research", "vision-free", "speech-lab", "shared-data"
NO_CLAIM = "has no claim on that GPU pool"

ADMITTED: dict[str, Manifest] = {
    "a small pod": pod(VISION),
    "a pod as large as the quota": pod(VISION, cpu="4", memory="16Gi"),
    "a pod that says nothing about its size": pod(VISION, resources=False),
    "a pod that says nothing where limits are counted": pod(SPEECH, resources=False),
    "a large pod where nothing is limited": pod(FREE, cpu="500", memory="900Gi"),
    "a GPU of the team's own pool": pod(
        VISION, gpus=1, tolerations=tolerates("a100"), nodeSelector={POOL: "a100"}, limits=True
    ),
    "the team's nominal share": pod(VISION, gpus=4, tolerations=tolerates("a100")),
    "affinity to the team's own pool": pod(VISION, affinity=wants("In", ["a100"])),
    "affinity away from a pool": pod(SPEECH, affinity=wants("NotIn", ["a100"])),
    "a toleration of something else": pod(
        SPEECH, tolerations=[{"key": "node.kubernetes.io/not-ready", "operator": "Exists"}]
    ),
    "as any user but root": pod(SPEECH, container={"securityContext": {"runAsNonRoot": True, "runAsUser": 1000}}),
    "a pod in a shared namespace": pod(SHARED),
}
"""What must be let in."""

REFUSED: dict[str, tuple[Manifest, str]] = {
    "more cpu than the quota": (pod(VISION, cpu="5"), "exceeded quota: kf-resource-quota"),
    "more memory than the quota": (pod(VISION, memory="17Gi"), "exceeded quota: kf-resource-quota"),
    "more limits than the quota": (pod(SPEECH, cpu="9"), "exceeded quota: kf-resource-quota"),
    "more cpu than a shared namespace has": (pod(SHARED, cpu="3"), "exceeded quota: kf-resource-quota"),
    "more GPUs than the pool has": (pod(VISION, gpus=17, tolerations=tolerates("a100")), "exceeded quota"),
    "a GPU without a claim": (pod(SPEECH, gpus=1), "exceeded quota"),
    "a GPU in a shared namespace": (pod(SHARED, gpus=1), "exceeded quota"),
    "privileged": (pod(VISION, container={"securityContext": {"privileged": True}}), "violates PodSecurity"),
    "the host's network": (pod(SPEECH, hostNetwork=True), "violates PodSecurity"),
    "the host's files": (
        pod(SHARED, volumes=[{"name": "root", "hostPath": {"path": "/"}}]),
        "violates PodSecurity",
    ),
    "the host's processes": (pod(FREE, hostPID=True), "violates PodSecurity"),
    "tolerating a pool without a claim": (pod(SPEECH, tolerations=tolerates("a100")), f"{NO_CLAIM} (tolerations)"),
    "tolerating another pool than the team's": (
        pod(VISION, tolerations=tolerates("t4-shared")),
        f"{NO_CLAIM} (tolerations)",
    ),
    "tolerating every pool": (
        pod(VISION, tolerations=[{"key": POOL, "operator": "Exists"}]),
        f"{NO_CLAIM} (tolerations)",
    ),
    "tolerating everything": (pod(VISION, tolerations=[{"operator": "Exists"}]), "matches every taint"),
    "selecting a pool without a claim": (pod(SPEECH, nodeSelector={POOL: "a100"}), f"{NO_CLAIM} (nodeSelector)"),
    "affinity to a pool without a claim": (pod(SPEECH, affinity=wants("In", ["a100"])), f"{NO_CLAIM} (affinity)"),
    "affinity to one's own and another pool": (
        pod(VISION, affinity=wants("In", ["a100", "t4-shared"])),
        f"{NO_CLAIM} (affinity)",
    ),
    "a pool in a shared namespace": (pod(SHARED, tolerations=tolerates("a100")), f"{NO_CLAIM} (tolerations)"),
    "a node by name": (pod(SPEECH, nodeName="plain"), "may not choose their node by name"),
}
"""What must be kept out, and what the server must say."""

GUARDED = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "platform-isolation", "namespace": VISION},
}
OWN = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "of-the-team", "namespace": VISION},
    "spec": {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{}]},
}
OPEN: Manifest = {"spec": {"ingress": [{}]}}


@pytest.fixture(scope="module")
def judged(installed: Installed) -> Installed:
    """Return the platform when its policies and quotas work, which takes the server a moment."""
    api = installed.plane.api
    quotas = [each["metadata"]["namespace"] for each in api.get("v1", "ResourceQuota", None).body["items"]]
    assert {VISION, SPEECH, SHARED} <= set(quotas)
    for namespace in (VISION, FREE, SPEECH, SHARED):
        if namespace in quotas:
            until(f"the quota of {namespace} counts", partial(_used, installed, namespace))
        until(f"{namespace} has a service account", partial(_has_account, installed, namespace))
    shown, _ = REFUSED["tolerating a pool without a claim"]
    until("the admission policies work", lambda: not api.create(shown, dry_run=True).ok)
    until("the guard works", lambda: not api.delete(GUARDED, dry_run=True, person=PEOPLE["bob"]).ok)
    return installed


@pytest.mark.parametrize("what", ADMITTED)
def test_is_admitted(judged: Installed, what: str) -> None:
    answer = _show(judged, ADMITTED[what])
    assert answer.ok, answer.message


@pytest.mark.parametrize("what", REFUSED)
def test_is_refused(judged: Installed, what: str) -> None:
    shown, reason = REFUSED[what]
    answer = _show(judged, shown)
    assert answer.code in {403, 422}, answer
    assert reason in answer.message


def test_a_pod_without_a_size_gets_the_defaults(judged: Installed) -> None:
    said = _show(judged, pod(VISION, resources=False)).body["spec"]["containers"][0]["resources"]
    assert said == {"requests": {"cpu": "100m", "memory": "256Mi"}}
    said = _show(judged, pod(SPEECH, resources=False)).body["spec"]["containers"][0]["resources"]
    assert set(said["limits"]) == {"cpu", "memory"}


def test_what_runs_is_counted(judged: Installed) -> None:
    api = judged.plane.api
    running = pod(VISION, "running", cpu="3")
    assert api.create(running).ok
    try:
        until("the pod is counted", lambda: _used(judged, VISION).get("requests.cpu") == "3")
        assert "exceeded quota" in _show(judged, pod(VISION, cpu="2")).message
        assert _show(judged, pod(VISION, cpu="1")).ok
    finally:
        api.delete(running)
    until("the pod is no longer counted", lambda: _used(judged, VISION).get("requests.cpu") == "0")


@pytest.mark.parametrize("who", ["bob", "ada", "notebooks of vision"])
def test_a_member_cannot_take_the_isolation_away(judged: Installed, who: str) -> None:
    api, person = judged.plane.api, PEOPLE[who]
    for answer in (api.delete(GUARDED, dry_run=True, person=person), _change(judged, GUARDED, OPEN, person)):
        assert not answer.ok
        assert "keeps other teams out" in answer.message or "cannot" in answer.message
    unlabelled = {"metadata": {"labels": {"platform/guarded": None}}}
    assert not _change(judged, GUARDED, unlabelled, person).ok


def test_the_platform_itself_may_change_the_isolation(judged: Installed) -> None:
    assert _change(judged, GUARDED, OPEN, None).ok
    assert judged.plane.api.delete(GUARDED, dry_run=True).ok


def test_an_editor_may_add_a_network_policy(judged: Installed) -> None:
    answer = judged.plane.api.create(OWN, dry_run=True, person=PEOPLE["bob"])
    assert answer.ok, answer.message


def test_an_admin_cannot_give_more_than_they_have(judged: Installed) -> None:
    """Kubernetes refuses to bind a role with more rights than one's own."""
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "more", "namespace": VISION},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "ada@acme.com"}],
    }
    answer = judged.plane.api.create(binding, dry_run=True, person=PEOPLE["ada"])
    assert answer.code == 403
    assert "attempting to grant" in answer.message


@pytest.mark.parametrize("what", ["tolerating a pool without a claim", "a node by name", "tolerating everything"])
def test_a_notebook_is_refused_where_its_pod_would_be(judged: Installed, what: str) -> None:
    if not judged.scenario.is_kubeflow:
        pytest.skip("no notebooks on this platform")
    shown, reason = REFUSED[what]
    item = notebook(shown["metadata"]["namespace"], shown["spec"])
    answer = _show(judged, item, PEOPLE["carol"] if item["metadata"]["namespace"] == SPEECH else PEOPLE["bob"])
    assert not answer.ok
    assert reason in answer.message


def test_a_notebook_on_the_teams_own_pool_is_admitted(judged: Installed) -> None:
    if not judged.scenario.is_kubeflow:
        pytest.skip("no notebooks on this platform")
    item = notebook(VISION, ADMITTED["the team's nominal share"]["spec"])
    answer = _show(judged, item, PEOPLE["bob"])
    assert answer.ok, answer.message


def _show(judged: Installed, item: Manifest, person: Person | None = None) -> Answer:
    judged.row.judged += 1
    return judged.plane.api.create(item, dry_run=True, person=person)


def _change(judged: Installed, item: Manifest, change: Manifest, person: Person | None) -> Answer:
    return judged.plane.api.merge(item, change, dry_run=True, person=person)


def _has_account(judged: Installed, namespace: str) -> bool:
    return judged.plane.api.get("v1", "ServiceAccount", namespace, "default").ok


def _used(judged: Installed, namespace: str) -> dict[str, Any]:
    quota = judged.plane.api.get("v1", "ResourceQuota", namespace, "kf-resource-quota").body
    return dict(quota.get("status", {}).get("used", {}))
