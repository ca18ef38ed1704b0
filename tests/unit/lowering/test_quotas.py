"""Quotas, defaults for containers, and sums of quantities."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.lowering.quotas import gpu_limits, hard_limits, limit_range, resource_quota, total_request
from tests.unit.lowering.declared import claim, context, pool

A100, T4, SLICES = pool("a100"), pool("t4", capacity=16), pool("slices", "nvidia.com/mig-1g.10gb", 14)
POOLS = (A100, T4, SLICES)


def test_a_team_may_use_its_share_and_what_it_may_borrow() -> None:
    with_kueue = context(kueue="0.16.0", pools=POOLS)
    assert gpu_limits([claim(A100, 4, 2), claim(T4, 8)], with_kueue) == {
        "requests.nvidia.com/gpu": "14",
        "requests.nvidia.com/mig-1g.10gb": "0",
    }


def test_nobody_may_use_more_than_the_pool() -> None:
    with_kueue = context(kueue="0.16.0", pools=[A100])
    assert gpu_limits([claim(A100, 6, 6)], with_kueue) == {"requests.nvidia.com/gpu": "8"}
    assert gpu_limits([claim(A100, 6, None)], with_kueue) == {"requests.nvidia.com/gpu": "8"}


def test_without_kueue_nobody_borrows() -> None:
    without = context(pools=[A100])
    assert gpu_limits([claim(A100, 3, None)], without) == {"requests.nvidia.com/gpu": "3"}


def test_a_cluster_without_pools_says_nothing_of_gpus() -> None:
    assert gpu_limits([], context()) == {}


@given(
    shares=st.lists(
        st.tuples(st.integers(0, 50), st.none() | st.integers(0, 50), st.integers(0, 50), st.sampled_from("abc")),
        max_size=6,
    ),
    queued=st.booleans(),
)
def test_gpu_quotas_lie_between_the_shares_and_the_pools(
    shares: list[tuple[int, int | None, int, str]], queued: bool
) -> None:
    claims = [
        claim(pool(f"p{index}", f"{letter}.com/gpu", nominal + spare), nominal, borrowing)
        for index, (nominal, borrowing, spare, letter) in enumerate(shares)
    ]
    found = gpu_limits(
        claims,
        context(kueue="0.16.0" if queued else None, pools=[each.pool for each in claims] + [pool("z", "z.com/g")]),
    )
    assert found["requests.z.com/g"] == "0"
    for key, units in found.items():
        assert key.startswith("requests.")
        mine = [each for each in claims if f"requests.{each.pool.resource}" == key]
        nominal = sum(each.nominal for each in mine)
        assert nominal <= int(units) <= sum(each.pool.capacity for each in mine)
        assert queued or int(units) == nominal


def test_quotas_are_sorted_and_gpus_follow() -> None:
    hard = hard_limits({"requests.memory": "1Gi", "pods": "5"}, {"requests.nvidia.com/gpu": "0"})
    assert list(hard.items()) == [("pods", "5"), ("requests.memory", "1Gi"), ("requests.nvidia.com/gpu", "0")]
    assert resource_quota("research", hard) == {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "kf-resource-quota", "namespace": "research"},
        "spec": {"hard": hard},
    }


def test_a_quota_brings_requests_for_containers_that_have_none() -> None:
    assert limit_range("research", {}) is None
    assert limit_range("research", {"requests.cpu": "4"}) == {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": {"name": "platform-defaults", "namespace": "research"},
        "spec": {"limits": [{"type": "Container", "defaultRequest": {"cpu": "100m"}}]},
    }


@pytest.mark.parametrize(
    ("key", "resources"),
    [
        ("cpu", {"cpu"}),
        ("requests.memory", {"memory"}),
        ("requests.ephemeral-storage", {"ephemeral-storage"}),
        ("limits.ephemeral-storage", {"ephemeral-storage"}),
        ("requests.storage", set()),
        ("pods", set()),
        ("count/jobs.batch", set()),
    ],
)
def test_exactly_what_a_quota_makes_containers_say_has_a_default(key: str, resources: set[str]) -> None:
    found = limit_range("research", {key: "4"})
    assert set(found["spec"]["limits"][0]["defaultRequest"] if found else ()) == resources


def test_a_default_request_is_never_above_the_default_limit() -> None:
    found = limit_range("research", {f"limits.{each}": "64Gi" for each in ("cpu", "memory", "ephemeral-storage")})
    assert found is not None
    [container] = found["spec"]["limits"]
    assert container["default"].keys() == container["defaultRequest"].keys()
    for resource, request in container["defaultRequest"].items():
        # Of two keys for the same thing the lower one counts.
        assert total_request(
            [{resource: request, f"requests.{resource}": container["default"][resource]}], resource
        ) == (request)


def test_limits_are_set_only_where_the_quota_counts_them() -> None:
    found = limit_range("research", {"limits.memory": "64Gi"})
    assert found is not None
    assert found["spec"]["limits"][0]["default"] == {"memory": "1Gi"}


@pytest.mark.parametrize(
    ("quotas", "resource", "total"),
    [
        ([{"requests.cpu": "64"}], "cpu", "64"),
        ([{"requests.cpu": "0.064e3"}], "cpu", "0.064e3"),
        ([{"requests.cpu": "64"}, {"cpu": "1500m"}], "cpu", "65500m"),
        ([{"requests.cpu": "500m"}, {"cpu": "0.5"}], "cpu", "1"),
        ([{"requests.cpu": "4", "cpu": "3000m"}], "cpu", "3000m"),
        ([{"requests.memory": "256Gi"}, {"requests.memory": "1Ti"}], "memory", "1280Gi"),
        ([{"requests.memory": "1G"}, {"memory": "1e3"}], "memory", "1000001000"),
        ([{"requests.memory": "0"}, {"memory": "0"}], "memory", "0"),
        ([{"requests.cpu": "1u"}, {"cpu": "1n"}], "cpu", "1m"),
        ([{"requests.cpu": "4"}, {}], "cpu", None),
        ([{"requests.cpu": "4"}], "memory", None),
        ([], "cpu", None),
    ],
)
def test_requests_add_up_exactly(quotas: list[dict[str, str]], resource: str, total: str | None) -> None:
    assert total_request(quotas, resource) == total


@given(st.lists(st.tuples(st.integers(1, 10**6), st.sampled_from(["Ki", "Mi", "Gi", "Ti", ""])), min_size=2))
def test_sums_lose_nothing(parts: list[tuple[int, str]]) -> None:
    power = {"": 0, "Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}
    text = total_request([{"memory": f"{number}{suffix}"} for number, suffix in parts], "memory")
    assert text is not None
    digits = text.rstrip("KMGTPEi")
    assert Fraction(digits) * 1024 ** power[text[len(digits) :]] == sum(n * 1024 ** power[s] for n, s in parts)
