"""What GPU pools cost: GPU-hours and money for each pool and each team, at the least, as promised, and at the most.

Exact arithmetic on what the platform says; knows no currency and no format.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from compiler.frozen import frozen
from compiler.model.platform import Claim, Cluster, GpuPool, Platform
from compiler.placement.nodes import units_per_node
from compiler.placement.proof import Ground
from compiler.resolve.cloud_quota import nodes_for, nominal_shares


@frozen
class Level:
    """GPU-hours and money for each hour of the clock; `money` is `None` where the pool has no `hourlyCost`."""

    gpus: Fraction
    money: Fraction | None


@frozen
class Cost:
    """What something costs with the fewest nodes, with the promised shares in use, and with all that can run."""

    minimum: Level
    nominal: Level
    maximum: Level


@frozen
class PoolCost:
    """What a pool costs; `nodes` are the fewest, those for the teams' nominal shares, and the most."""

    pool: GpuPool
    nodes: tuple[int, int, int]
    cost: Cost


@frozen
class TeamCost:
    """What a team costs in a pool, in parts of nodes.

    At the least it bears its part, by nominal shares, of the nodes that always run; at the most it has all that it can
    borrow, so that the maxima of teams that lend to each other add up to more than the pool.
    """

    team: str
    pool: GpuPool
    cost: Cost


@frozen
class Costs:
    """What the GPU pools of a platform cost, by pool and by team, in the order of clusters, pools and teams."""

    pools: tuple[PoolCost, ...]
    teams: tuple[TeamCost, ...]

    @property
    def unpriced(self) -> tuple[str, ...]:
        """Return the pools without `hourlyCost`, which no sum of money holds."""
        return tuple(each.pool.name for each in self.pools if each.pool.hourly_cost is None)


def cost_of(platform: Platform) -> Costs:
    """Return what the GPU pools of a platform cost in each hour."""
    pools: list[PoolCost] = []
    teams: list[TeamCost] = []
    for cluster in platform.clusters:
        if cluster.pools:
            shares = nominal_shares(cluster)
            pools += [_pool(pool, shares.get(pool.name, 0)) for pool in cluster.pools]
            teams += _teams(cluster, Ground(cluster))
    return Costs(tuple(pools), tuple(teams))


def total(costs: Iterable[Cost]) -> Cost:
    """Return the sum; money counts where it is known, and is `None` only if it is nowhere."""
    found = tuple(costs)
    return Cost(
        _sum(each.minimum for each in found), _sum(each.nominal for each in found), _sum(each.maximum for each in found)
    )


def _pool(pool: GpuPool, nominal: int) -> PoolCost:
    promised = max(pool.min_nodes, min(nodes_for(pool, nominal), pool.max_nodes))
    nodes = (pool.min_nodes, promised, pool.max_nodes)
    minimum, middle, maximum = (_level(pool, Fraction(count * units_per_node(pool))) for count in nodes)
    return PoolCost(pool, nodes, Cost(minimum, middle, maximum))


def _teams(cluster: Cluster, ground: Ground) -> Iterable[TeamCost]:
    shares = nominal_shares(cluster)
    for tenant in cluster.tenants:
        for claim in tenant.claims:
            idle = _idle_part(claim, shares[claim.pool.name])
            nominal = max(Fraction(claim.nominal), idle)
            most = max(Fraction(ground.reach(claim)), nominal)
            levels = [_level(claim.pool, units) for units in (idle, nominal, most)]
            yield TeamCost(tenant.team, claim.pool, Cost(*levels))


def _idle_part(claim: Claim, shares: int) -> Fraction:
    """Return the team's part of the units that always run."""
    always = claim.pool.min_nodes * units_per_node(claim.pool)
    return Fraction(always * claim.nominal, shares) if shares else Fraction(0)


def _level(pool: GpuPool, units: Fraction) -> Level:
    """Return what so many schedulable units are in whole GPUs and in money."""
    nodes = units / units_per_node(pool)
    # The shortest decimal of the float is what was written.
    money = None if pool.hourly_cost is None else nodes * Fraction(str(pool.hourly_cost))
    return Level(nodes * pool.gpus_per_node, money)


def _sum(levels: Iterable[Level]) -> Level:
    found = tuple(levels)
    priced = [each.money for each in found if each.money is not None]
    return Level(sum((each.gpus for each in found), Fraction(0)), sum(priced, Fraction(0)) if priced else None)
