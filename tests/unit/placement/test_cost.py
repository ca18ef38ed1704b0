"""Costs are exact, and add up as far as nodes are for somebody."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from compiler.model.platform import Cluster, GpuPool, Platform
from compiler.placement.cost import Cost, Costs, cost_of, total
from tests.unit.lowering.declared import claim, cluster, namespace, pool, tenant
from tests.unit.lowering.installed import platform

LAB = [namespace("lab")]


def priced(name: str, cost: float | None, *, nodes: tuple[int, int] = (0, 8), gpus: int = 1, units: int = 1) -> GpuPool:
    made = pool(name, capacity=nodes[1] * gpus * units)
    return replace(made, min_nodes=nodes[0], max_nodes=nodes[1], gpus_per_node=gpus, hourly_cost=cost)


def costs(on: Cluster) -> Costs:
    return cost_of(platform(on))


def gpus(cost: Cost) -> tuple[object, ...]:
    return cost.minimum.gpus, cost.nominal.gpus, cost.maximum.gpus


def money(cost: Cost) -> tuple[object, ...]:
    return cost.minimum.money, cost.nominal.money, cost.maximum.money


def test_a_pool_costs_whole_nodes() -> None:
    big = priced("big", 32.77, nodes=(1, 4), gpus=8)
    team = tenant(namespaces=LAB, claims=[claim(big, 9)])
    (found,) = costs(replace(cluster(kueue="0.16.9", pools=[big]), tenants=(team,))).pools
    assert found.nodes == (1, 2, 4), "nine GPUs take two nodes of eight"
    assert gpus(found.cost) == (8, 16, 32)
    assert money(found.cost) == (Fraction("32.77"), Fraction("65.54"), Fraction("131.08"))


def test_a_team_costs_its_part_of_the_nodes() -> None:
    shared = priced("shared", 1.0, nodes=(2, 6), units=4)
    vision = tenant("vision", namespaces=LAB, claims=[claim(shared, 6, 4)])
    speech = tenant("speech", namespaces=LAB, claims=[claim(shared, 2, None)])
    found = costs(replace(cluster(kueue="0.16.9", pools=[shared]), tenants=(vision, speech)))
    by_team = {each.team: each.cost for each in found.teams}
    assert money(by_team["vision"]) == (Fraction(6, 4), Fraction(6, 4), Fraction(8, 4)), "others lend 2 of the 4"
    assert money(by_team["speech"]) == (Fraction(2, 4), Fraction(2, 4), Fraction(8, 4))
    assert sum((each.minimum.money or 0 for each in by_team.values()), Fraction(0)) == 2


def test_nobody_bears_nodes_that_nobody_claims() -> None:
    idle = priced("idle", 2.0, nodes=(1, 2))
    found = costs(replace(cluster(pools=[idle]), tenants=(tenant(namespaces=LAB),)))
    assert found.teams == ()
    assert money(found.pools[0].cost) == (2, 2, 4)


def test_money_is_unknown_where_no_price_is() -> None:
    free, dear = priced("free", None), priced("dear", 3.5)
    found = costs(cluster(pools=[free, dear]))
    assert found.unpriced == ("free",)
    assert money(found.pools[0].cost) == (None, None, None)
    assert money(total(each.cost for each in found.pools)) == (0, 0, 28)
    assert money(total([found.pools[0].cost])) == (None, None, None)
    assert gpus(total(each.cost for each in found.pools)) == (0, 0, 16)


def test_without_kueue_nobody_borrows() -> None:
    plain = priced("plain", 1.0)
    vision = tenant("vision", namespaces=LAB, claims=[claim(plain, 2, None)])
    speech = tenant("speech", namespaces=LAB, claims=[claim(plain, 6)])
    found = costs(replace(cluster(pools=[plain]), tenants=(vision, speech)))
    assert [gpus(each.cost)[2] for each in found.teams] == [2, 6]


def test_a_platform_without_pools_costs_nothing() -> None:
    assert cost_of(platform(cluster())) == Costs((), ())
    assert isinstance(platform(cluster()), Platform)
