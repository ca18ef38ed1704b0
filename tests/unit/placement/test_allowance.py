"""A quota of exactly what the work takes lets it in; any key that is smaller refuses it."""

from __future__ import annotations

import pytest

from compiler.placement.allowance import needs, quantity, refusals
from compiler.placement.work import Kind, Proxy, kinds_of
from compiler.resolve.quota_keys import key_path
from tests.unit.lowering.declared import KUBEFLOW, cluster

PROXY = Proxy(100, 128)
KINDS = kinds_of(
    cluster(*KUBEFLOW, "pipelines", "kserve", "training-operator", "trainer", others=[("kuberay", "1.4.2")])
)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("proxy", [None, PROXY], ids=["plain", "meshed"])
def test_exactly_enough_is_enough_and_less_is_not(kind: Kind, proxy: Proxy | None) -> None:
    wanted = needs(kind, proxy)
    exact = {key: quantity(key, need) for key, need in wanted.items()}
    assert list(refusals(exact, kind, proxy)) == []
    for key, need in wanted.items():
        less = f"{need - 1}m" if key.endswith(".cpu") else str(need - 1)
        (refusal,) = refusals({**exact, key: less}, kind, proxy)
        assert refusal.keys == key_path(key)


def test_the_proxy_counts_in_every_pod_of_the_mesh_only() -> None:
    kinds = {kind.name: kind for kind in KINDS}
    for name, pods in (("notebook", 1), ("RayJob", 3), ("pipeline step", 0)):
        plain, meshed = needs(kinds[name], None), needs(kinds[name], PROXY)
        assert meshed["requests.cpu"] - plain["requests.cpu"] == 100 * pods, name
        assert meshed["limits.memory"] - plain["limits.memory"] == 2**30 * pods, name


def test_a_notebook_takes_what_its_form_says() -> None:
    found = needs(KINDS[0], PROXY)
    assert found["requests.cpu"] == 600
    assert found["requests.memory"] == (1024 + 128) * 2**20
    assert found["limits.cpu"] == 2600
    assert found["pods"] == found["services"] == found["persistentvolumeclaims"] == 1


@pytest.mark.parametrize("key", ["pods", "count/pods", "cpu", "memory", "services", "count/services"])
def test_both_names_of_a_key_count(key: str) -> None:
    assert [refusal.keys[-1] for refusal in refusals({key: "0"}, KINDS[0], None)] == [key_path(key)[-1]]


def test_what_a_quota_does_not_count_is_free() -> None:
    assert list(refusals({}, KINDS[0], PROXY)) == []
    assert list(refusals({"services.loadbalancers": "0", "count/secrets": "0"}, KINDS[0], PROXY)) == []
    assert list(refusals({"pods": "many"}, KINDS[0], PROXY)) == [], "what is no quantity is another rule's"


def test_bytes_without_a_unit_are_left_to_the_check_that_says_so() -> None:
    (refusal,) = refusals({"requests.memory": "64"}, KINDS[0], PROXY)
    assert refusal.code == "unusable-quota"
    (refusal,) = refusals({"requests.memory": "64Mi"}, KINDS[0], PROXY)
    assert refusal.code is None
    assert refusal.text == "the quota allows 64Mi of memory and it takes 1152Mi unless told otherwise"
    assert refusal.help == "write `memory: 1152Mi` or more"


@pytest.mark.parametrize(
    ("key", "units", "text"),
    [
        ("requests.cpu", 1500, "1500m"),
        ("limits.cpu", 2000, "2"),
        ("requests.memory", 2**30, "1Gi"),
        ("requests.memory", 1152 * 2**20, "1152Mi"),
        ("pods", 3, "3"),
    ],
)
def test_quantities_are_written_as_people_do(key: str, units: int, text: str) -> None:
    assert quantity(key, units) == text
