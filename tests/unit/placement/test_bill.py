"""The bill says the same as text, as data and as Markdown."""

from __future__ import annotations

import json
from dataclasses import replace

from compiler.placement.bill import as_data, as_markdown, as_text
from compiler.placement.cost import Costs, cost_of
from tests.unit.lowering.declared import claim, cluster, namespace, pool, tenant
from tests.unit.lowering.installed import platform


def bill() -> Costs:
    a100 = replace(pool("a100"), min_nodes=1, hourly_cost=5.07)
    free = pool("rack", capacity=2)
    team = tenant(namespaces=[namespace("lab")], claims=[claim(a100, 4), claim(free, 1)])
    return cost_of(platform(replace(cluster(kueue="0.16.9", pools=[a100, free]), tenants=(team,))))


def test_text() -> None:
    assert "\n".join(as_text(bill(), 100)) == (
        "GPU pools for 100 hours, cost in the currency of `hourlyCost`\n"
        "\n"
        "By pool:\n"
        "  cluster  pool  GPU-hours min  nominal    max  cost min   nominal       max\n"
        "  prod     a100            100      400    800    507.00  2,028.00  4,056.00\n"
        "  prod     rack              0      100    200         -         -         -\n"
        "  total                    100      500  1,000    507.00  2,028.00  4,056.00\n"
        "\n"
        "By team:\n"
        "  team    cluster  pool  GPU-hours min  nominal  max  cost min   nominal       max\n"
        "  vision  prod     a100            100      400  400    507.00  2,028.00  2,028.00\n"
        "  vision  prod     rack              0      100  100         -         -         -\n"
        "  vision  total                    100      500  500    507.00  2,028.00  2,028.00\n"
        "\n"
        "The maxima of teams that lend to each other add up to more than the pools.\n"
        "\n"
        "Without `hourlyCost`, and in no sum of money: rack"
    )


def test_data() -> None:
    data = as_data(bill(), 730)
    assert json.loads(json.dumps(data)) == data
    assert (data["version"], data["hours"], data["unpriced"]) == (1, 730, ["rack"])
    assert data["total"] == {
        "minimum": {"gpuHours": 730.0, "cost": 3701.1},
        "nominal": {"gpuHours": 3650.0, "cost": 14804.4},
        "maximum": {"gpuHours": 7300.0, "cost": 29608.8},
    }
    pools, teams = data["pools"], data["teams"]
    assert isinstance(pools, list)
    assert isinstance(teams, list)
    assert pools[0]["nodes"] == {"minimum": 1, "nominal": 4, "maximum": 8}
    assert pools[1]["nominal"] == {"gpuHours": 730.0, "cost": None}
    assert [(each["team"], each["pool"]) for each in teams] == [("vision", "a100"), ("vision", "rack")]


def test_markdown_has_the_rows_of_the_text() -> None:
    lines = list(as_markdown(bill(), 730))
    assert lines[0].startswith("GPU pools for 730 hours (a month)")
    assert "### By pool" in lines
    assert "| prod | a100 | 730 | 2,920 | 5,840 | 3,701.10 | 14,804.40 | 29,608.80 |" in lines
    rows = [line.count("|") for line in lines if line.startswith("|")]
    assert set(rows) == {9, 10}, "two tables, all rows as long as their heads"


def test_a_platform_without_pools_says_so() -> None:
    for lines in (as_text, as_markdown):
        assert list(lines(Costs((), ()), 730))[-1] == "There is no GPU pool."
