"""Which Applications got another name by a rename, and which name they had."""

from __future__ import annotations

from dataclasses import replace

from compiler.model.platform import Move, TeamRepository
from compiler.resolve.renames import former_application, renames
from tests.unit.lowering.installed import cluster, platform

TEAM = Move("team", "cv", "vision", ("moved", 0))
CLUSTER = Move("cluster", "old", "c", ("moved", 1))
OTHER = Move("team", "x", "speech", ("moved", 2))
MODELS = TeamRepository("lab", "https://h/models", "main", ".", "lab", False, None, ())


def test_the_name_of_the_cluster_counts_on_a_hub_only() -> None:
    alone = replace(platform(cluster([])), moved=(TEAM, CLUSTER, OTHER))
    assert renames("vision", "c", alone) == [TEAM]
    hub = replace(platform(cluster([], name="ops"), cluster([]), hub="ops"), moved=(TEAM, CLUSTER, OTHER))
    assert renames("vision", "c", hub) == [TEAM, CLUSTER]
    assert renames("nlp", "ops", hub) == []
    assert former_application(TEAM, "vision", MODELS, "c", alone) == "team-cv.lab"
    assert former_application(TEAM, "vision", MODELS, "c", hub) == "c-team-cv.lab"
    assert former_application(CLUSTER, "vision", MODELS, "c", hub) == "old-team-vision.lab"
