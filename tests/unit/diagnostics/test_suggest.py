"""Did you mean."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics.suggest import Patience, _distance, did_you_mean, nearest

PRODUCTS = [
    "argo-cd",
    "kubeflow",
    "kueue",
    "kserve",
    "katib",
    "gpu-operator",
    "notebook-controller",
    "trainer",
    "istio",
]
KEYS = ["gpuPools", "teams", "clusters", "namespaces", "hourlyCost", "apiVersion", "borrowingLimit", "nodes"]


@pytest.mark.parametrize(
    ("word", "candidates", "expected"),
    [
        ("kueu", PRODUCTS, ["kueue"]),
        ("kuebflow", PRODUCTS, ["kubeflow"]),
        ("argocd", PRODUCTS, ["argo-cd"]),
        ("ArgoCD", PRODUCTS, ["argo-cd"]),
        ("gpu_pools", KEYS, ["gpuPools"]),
        ("GPUPools", KEYS, ["gpuPools"]),
        ("gpu-pools", KEYS, ["gpuPools"]),
        ("K3S", ["k3d", "k3s", "eks"], ["k3s"]),
        ("hourlycost", KEYS, ["hourlyCost"]),
        ("borowingLimits", KEYS, ["borrowingLimit"]),
        ("cluster", KEYS, ["clusters"]),
        ("notebook", PRODUCTS, ["notebook-controller"]),
        ("operator", PRODUCTS, ["gpu-operator"]),
        ("a100", ["nvidia-a100-80gb", "nvidia-t4", "nvidia-a100-40gb"], ["nvidia-a100-40gb", "nvidia-a100-80gb"]),
        ("xyz", PRODUCTS, []),
        ("", PRODUCTS, []),
        ("--", PRODUCTS, []),
        ("ab", ["cd", "ba"], []),
        ("kueue", ["kueue"], []),
        ("kserve", [], []),
    ],
)
def test_nearest(word: str, candidates: list[str], expected: list[str]) -> None:
    assert nearest(word, candidates) == expected


def test_the_likeliest_comes_first_and_no_more_than_asked() -> None:
    names = ["vision-research", "vision-serving", "vision", "visions", "vison"]
    assert nearest("Vision-", names) == ["vision"], "the same in another style is what is meant"
    found = nearest("Visiom", names)
    assert found[0] == "vision"
    assert len(found) == 3
    assert nearest("Visiom", names, limit=1) == ["vision"]


def test_the_order_of_candidates_does_not_matter() -> None:
    for order in itertools.permutations(["team-a", "team-b", "team-c", "team-d"]):
        assert nearest("team-x", order) == ["team-a", "team-b", "team-c"]


def test_the_phrase() -> None:
    assert did_you_mean("kueu", PRODUCTS) == "did you mean `kueue`?"
    assert did_you_mean("team-x", ["team-a", "team-b"]) == "did you mean `team-a` or `team-b`?"
    assert did_you_mean("team-x", ["team-a", "team-b", "team-c"]) == "did you mean `team-a`, `team-b` or `team-c`?"
    assert did_you_mean("xyz", PRODUCTS) is None


WORDS = st.text("abc", max_size=7)


def naive(one: str, two: str) -> int:
    """Return the distance by its definition, without any bound."""
    if not one or not two:
        return len(one) + len(two)
    best = min(naive(one[1:], two) + 1, naive(one, two[1:]) + 1, naive(one[1:], two[1:]) + (one[0] != two[0]))
    if len(one) > 1 and len(two) > 1 and one[0] == two[1] and one[1] == two[0]:
        best = min(best, naive(one[2:], two[2:]) + 1)
    return best


@given(st.text("abc", max_size=5), st.text("abc", max_size=5), st.integers(1, 5))
def test_the_fast_distance_is_the_naive_one_within_its_bound(one: str, two: str, bound: int) -> None:
    expected = naive(one, two)
    assert _distance(one, two, bound, Patience()) == (expected if expected <= bound else None)


@given(WORDS, st.lists(WORDS, max_size=10))
def test_suggestions_are_candidates(word: str, candidates: list[str]) -> None:
    found = nearest(word, candidates)
    assert len(found) <= 3
    assert set(found) <= set(candidates) - {word}


def test_patience_ends_for_who_has_it() -> None:
    words = [f"cluster{number}" for number in range(100)]
    patience = Patience(4_000)
    found = [bool(nearest(f"cluster{number}x", words, patience=patience)) for number in range(50)]
    assert found[0]
    assert not found[-1]
    assert found == sorted(found, reverse=True), "once it has ended, nothing is looked for"
    assert nearest("cluster7x", words, patience=Patience()), "another's patience is its own"
    assert nearest("cluster7x", words)


def test_words_that_differ_much_cost_little() -> None:
    patience = Patience(20_000)
    words = ["kueue", *(f"{'x' * 40}{number}" for number in range(9))]
    assert all(nearest("kueu", words, patience=patience) for _ in range(50))
