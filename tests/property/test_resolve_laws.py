"""Laws of resolving: no dangling reference, no dependence on order, a solver like a naive one, a kept lock."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterable, Mapping

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.diagnostics.model import Diagnostic
from compiler.model.platform import Cluster, Platform
from compiler.resolve.lock import Lock, LockedCluster, LockedProduct, LockedSource, lock_text, read_lock
from compiler.resolve.solver import Demand, Offer, Problem, complete, satisfies, solve
from compiler.resolve.waves import layers
from tests.unit.resolve.fakes import catalog, understand

CLUSTERS = ("one", "two", "three")
TEAMS = ("vision", "speech", "search")
POOLS = ("a100", "t4")
CATALOG = catalog()

versions = st.sampled_from(["1", "2", "3"])
products = st.sampled_from(["app", "base", "tool"])
subjects = st.sampled_from(["app", "base", "tool", "lib", "kubernetes"])


def demand(subject: str, allowed: frozenset[str], *, required: bool = False) -> Demand:
    return Demand(subject, allowed.__contains__, "", "a law", required=required)


demands = st.builds(demand, subjects, st.frozensets(versions, min_size=1))


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Return up to three products with three versions each, which bring a library and demand things of each other."""
    offers: dict[str, list[Offer]] = {}
    for product in draw(st.lists(products, unique=True, min_size=1)):
        offers[product] = [
            Offer(
                product,
                version,
                draw(st.one_of(st.just({}), st.builds(dict, lib=versions))),
                tuple(draw(st.lists(demands, max_size=2))),
            )
            for version in draw(st.lists(versions, unique=True, min_size=1))
        ]
    needed = [
        demand(product, frozenset({"1", "2", "3"}), required=True)
        for product in sorted(draw(st.frozensets(st.sampled_from(sorted(offers)), min_size=1)))
    ]
    wishes = st.builds(demand, subjects, st.frozensets(versions, min_size=1), required=st.booleans())
    wished = draw(st.lists(wishes, max_size=2))
    return Problem(offers, {"kubernetes": [draw(versions)]}, [*needed, *wished])


def brute_force(problem: Problem) -> list[dict[str, str]]:
    """Return every choice of versions that satisfies a problem, by trying all of them."""
    choices = [[None, *(offer.version for offer in offers)] for offers in problem.offers.values()]
    found = []
    for choice in itertools.product(*choices):
        picked = {product: version for product, version in zip(problem.offers, choice, strict=True) if version}
        if satisfies(problem, picked):
            found.append(picked)
    return found


@given(problems())
@settings(max_examples=150, deadline=None)
def test_the_solver_agrees_with_trying_everything(problem: Problem) -> None:
    solution = solve(problem)
    every = brute_force(problem)
    assert (solution is not None) == bool(every)
    if solution is not None:
        picked = {product: solution[product] for product in problem.offers if product in solution}
        assert satisfies(problem, picked)
        assert complete(problem, picked) == solution


@given(st.dictionaries(st.sampled_from("abcdef"), st.frozensets(st.sampled_from("abcdef"), max_size=3)))
def test_layers_stand_above_what_they_require(requires: Mapping[str, frozenset[str]]) -> None:
    acyclic = {unit: {need for need in needs if need < unit} for unit, needs in requires.items()}
    found = layers(acyclic)
    assert set(found) == set(acyclic)
    for unit, needs in acyclic.items():
        present = [found[need] for need in needs if need in found]
        assert found[unit] == 1 + max(present, default=-1)


names = st.sampled_from
text = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")), max_size=12)
locks = st.builds(
    Lock,
    st.dictionaries(
        st.from_regex(r"[a-z0-9]([-a-z0-9]{0,8}[a-z0-9])?", fullmatch=True),
        st.builds(
            LockedCluster,
            st.dictionaries(
                st.from_regex(r"[a-z0-9]([-a-z0-9]{0,8}[a-z0-9])?", fullmatch=True),
                st.builds(LockedProduct, text, st.none() | text, st.lists(text, max_size=3).map(tuple)),
                max_size=3,
            ),
            st.lists(
                st.builds(LockedSource, text, text, st.from_regex(r"[0-9a-f]{40}", fullmatch=True)), max_size=3
            ).map(lambda found: tuple(sorted(found))),
        ),
        max_size=3,
    ),
)


@given(locks)
@settings(max_examples=100, deadline=None)
def test_a_lock_is_read_back_as_it_was_written(lock: Lock) -> None:
    content = lock_text(lock)
    assert read_lock(content) == (lock, [])
    assert yaml.safe_load(content)["kind"] == "PlatformLock"


@st.composite
def platforms(draw: st.DrawFn) -> dict[str, object]:
    """Return a platform whose references may or may not exist."""
    declared = draw(st.lists(names(CLUSTERS), unique=True, min_size=1))
    clusters = [
        {
            "name": name,
            "environment": "dev",
            "provider": draw(names(["k3s", "kind", "gke", "nope"])),
            "kubernetes": draw(names(["1.31", "1.34"])),
        }
        for name in declared
    ]
    references = st.lists(names(CLUSTERS), unique=True, min_size=1, max_size=2)
    pools = [
        {
            "name": name,
            "cluster": draw(names(CLUSTERS)),
            "accelerator": draw(names(["nvidia-t4", "nvidia-t9"])),
            "nodes": {"max": draw(st.integers(1, 3))},
        }
        for name in draw(st.lists(names(POOLS), unique=True))
    ]
    teams = [
        {
            "name": name,
            "owner": {"user": f"{name}@acme.com"},
            "namespaces": [
                {"name": f"{name}-{draw(names(['a', 'b']))}", "clusters": draw(references)}
                for _ in range(draw(st.integers(0, 2)))
            ],
            "gpus": [
                {"pool": pool, "nominal": draw(st.integers(0, 4))} for pool in draw(st.lists(names(POOLS), unique=True))
            ],
        }
        for name in draw(st.lists(names(TEAMS), unique=True))
    ]
    shared = [
        {
            "name": "data",
            "clusters": draw(references),
            "access": [{"team": draw(names(TEAMS)), "role": draw(names(["viewer", "editor", "admin"]))}],
        }
    ]
    return {
        "clusters": clusters,
        "gpuPools": pools,
        "teams": teams,
        "namespaces": shared,
        "versions": draw(names([{}, {"kubeflow": "1.10"}, {"kubeflow": "26.03", "kueue": "0.17"}])),
        "components": draw(names([{}, {"kueue": {"enabled": False}}, {"istio-install": {"enabled": False}}])),
    }


def mean(content: Mapping[str, object], lock: Lock | None = None) -> tuple[Platform, Lock, list[Diagnostic]]:
    return understand(yaml.safe_dump(dict(content), sort_keys=False), CATALOG, lock)


def dangling(cluster: Cluster) -> Iterable[str]:
    """Yield what a cluster refers to and does not have."""
    pools = {pool.name: pool for pool in cluster.pools}
    for pool in cluster.pools:
        if pool.cluster != cluster.name:
            yield pool.name
    for tenant in cluster.tenants:
        if not tenant.namespaces:
            yield tenant.team
        for claim in tenant.claims:
            if pools.get(claim.pool.name) is not claim.pool:
                yield claim.pool.name


@given(platforms())
@settings(max_examples=60, deadline=None)
def test_a_resolved_platform_has_no_dangling_reference(content: dict[str, object]) -> None:
    platform, lock, _ = mean(content)
    for cluster in platform.clusters:
        assert list(dangling(cluster)) == []
        taken = [namespace.name for tenant in cluster.tenants for namespace in tenant.namespaces]
        taken += [shared.namespace.name for shared in cluster.shared_namespaces]
        assert len(taken) == len(set(taken))
        assert set(lock.clusters) <= {each.name for each in platform.clusters}
        waves = {each.component: each.wave for each in cluster.installations}
        assert list(waves.values()) == sorted(waves.values())


def without_places(value: object) -> object:
    """Return a value's text without the numbers of list entries, which do depend on order."""
    return re.sub(r"origin=\((?:'[^']*'|\d+|, |,)*\)", "origin", repr(value))


@given(platforms(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_order_in_the_file_decides_nothing(content: dict[str, object], shuffler: random.Random) -> None:
    platform, lock, findings = mean(content)
    if any(finding.code.startswith("duplicate") for finding in findings):
        return
    shuffled = dict(content)
    for key in ("clusters", "gpuPools", "teams"):
        entries = list(content[key])  # type: ignore[call-overload]
        shuffler.shuffle(entries)
        shuffled[key] = entries
    other, other_lock, other_findings = mean(dict(reversed(shuffled.items())))
    assert lock_text(other_lock) == lock_text(lock)
    assert without_places(other.clusters) == without_places(platform.clusters)
    assert sorted((each.code, each.message) for each in findings) == sorted(
        (each.code, each.message) for each in other_findings
    )


@given(platforms())
@settings(max_examples=40, deadline=None)
def test_resolving_again_with_its_own_lock_changes_nothing(content: dict[str, object]) -> None:
    platform, lock, _ = mean(content)
    again, kept, _ = mean(content, lock)
    assert kept == lock
    assert again == platform
