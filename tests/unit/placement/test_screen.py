"""The glance is never wrong: what it lets through, the proof places."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiler.model.platform import Namespace
from compiler.placement.allowance import needs, quantity
from compiler.placement.proof import Ground
from compiler.placement.screen import QUEUES_EVERYTHING, is_plainly_placed
from compiler.placement.work import Proxy, kinds_of
from compiler.resolve.quantities import amount
from tests.unit.lowering.declared import KUBEFLOW, claim, cluster, namespace, pool, tenant

EVERYTHING = cluster(
    *KUBEFLOW,
    *("pipelines", "kserve", "knative-serving", "training-operator", "trainer"),
    kueue="0.9.5",
    others=[("kuberay", "1.4.2")],
)


def test_an_ample_quota_is_more_than_any_work_takes() -> None:
    wanted: dict[str, int] = {}
    for kind in kinds_of(EVERYTHING):
        for key, need in needs(kind, Proxy(100, 128)).items():
            wanted[key] = max(wanted.get(key, 0), need)
    tight = {key: quantity(key, need) for key, need in wanted.items()}
    for key, text in tight.items():
        others = {other: "1Ei" for other in tight if other != key}
        least = amount(text)
        assert least is not None
        assert not is_plainly_placed(tenant(namespaces=[Namespace("lab", {**others, key: str(least * 0.99)}, ())]))


@pytest.mark.parametrize(
    ("quota", "expected"),
    [({}, True), ({"pods": "8"}, True), ({"pods": "7"}, False), ({"requests.cpu": "4"}, True), ({"cpu": "3"}, False)],
)
def test_a_glance(quota: dict[str, str], *, expected: bool) -> None:
    found = tenant(namespaces=[Namespace("lab", quota, ())], claims=[claim(pool("a"), 1)])
    assert is_plainly_placed(found) is expected
    if expected:
        assert all(
            each.is_placed for each in Ground(replace(EVERYTHING, pools=(pool("a"),), tenants=(found,))).proofs()
        )


def test_what_takes_a_proof_is_not_let_through() -> None:
    lab = [namespace("lab")]
    assert not is_plainly_placed(tenant(namespaces=lab, claims=[claim(pool("a"), 0, None)]))
    assert not is_plainly_placed(tenant(namespaces=[], claims=[claim(pool("a"), 1)]))
    assert not is_plainly_placed(tenant(namespaces=lab, claims=[claim(pool(f"p{n}"), 1) for n in range(16)]))


def test_no_kind_is_queued_later_than_the_screen_knows() -> None:
    everything = kinds_of(cluster(*KUBEFLOW, "trainer", kueue="0.16"))
    assert max(kind.queued_since for kind in everything) == QUEUES_EVERYTHING
