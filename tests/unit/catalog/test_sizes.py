"""What a size stands for: changes of an overlay, and entries that cannot stand beside each other."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
import yaml

from compiler.catalog.compile_overlays import COMPONENTS
from compiler.catalog.overlay import Change, from_plain
from compiler.catalog.sizes import size_changes

SMALL = {"workload": "Deployment/x", "container": "y", "requests": {"cpu": "1m"}, "source": "https://s"}
AVAILABLE = {
    "workload": "Deployment/x",
    "namespace": "n",
    "labels": {"app": "x"},
    "because": "it may",
    "source": "https://s",
}


def made(size: str, entry: dict[str, Any]) -> Change:
    (change,) = size_changes({size: [entry]})
    result: Change = from_plain(Change, change)
    assert result.when == {"cluster.size": [size]}
    return result


def test_small_is_less_of_one_container() -> None:
    (patch,) = made("small", SMALL).patches
    assert patch["target"] == {"kind": "Deployment", "name": "x"}
    assert patch["patch"]["spec"] == {
        "template": {"spec": {"containers": [{"name": "y", "resources": {"requests": {"cpu": "1m"}}}]}}
    }


def test_a_small_workload_is_not_scaled_up() -> None:
    _, patch = made("small", {**SMALL, "autoscaler": "x"}).patches
    assert patch == {
        "target": {"kind": "HorizontalPodAutoscaler", "name": "x"},
        "patch": [{"op": "replace", "path": "/spec/maxReplicas", "value": 1}],
    }


def test_ha_is_two_copies_apart_and_a_budget() -> None:
    change = made("ha", AVAILABLE)
    (patch,) = change.patches
    assert patch["patch"]["spec"]["replicas"] == 2
    spread = patch["patch"]["spec"]["template"]["spec"]["topologySpreadConstraints"]
    assert [each["topologyKey"] for each in spread] == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]
    (budget,) = change.objects
    assert budget["metadata"] == {"name": "x", "namespace": "n"}
    assert budget["spec"] == {"maxUnavailable": 1, "selector": {"matchLabels": {"app": "x"}}}


def test_git_and_an_autoscaler_do_not_both_say_how_many() -> None:
    workload, scaler = made("ha", {**AVAILABLE, "autoscaler": "x"}).patches
    assert "replicas" not in workload["patch"]["spec"]
    assert scaler["patch"] == [{"op": "replace", "path": "/spec/minReplicas", "value": 2}]


def test_upstreams_own_budget_is_used() -> None:
    change = made("ha", {**AVAILABLE, "budget": "x-pdb"})
    assert change.objects == ()
    assert change.patches[1]["target"] == {"kind": "PodDisruptionBudget", "name": "x-pdb"}


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ({"large": []}, "large"),
        ({"small": [{**SMALL, "labels": {}}]}, "labels"),
        ({"ha": [{**AVAILABLE, "colour": 1}]}, "colour"),
        ({"ha": [{"workload": "Deployment/x"}]}, "because"),
    ],
)
def test_a_wrong_entry_is_refused_by_name(sizes: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        size_changes(sizes)


def test_no_pod_has_two_budgets() -> None:
    """The API server evicts no pod that two budgets select, so a drain of its node would never end."""
    budgets = defaultdict(set)
    for file in COMPONENTS.glob("*/sizes.yaml"):
        for entry in yaml.safe_load(file.read_text()).get("ha", ()):
            budgets[str(entry["namespace"])].add((frozenset(entry["labels"].items()), entry["workload"]))
    assert budgets
    for entries in budgets.values():
        for labels, workload in entries:
            assert [other for theirs, other in entries if theirs <= labels] == [workload]
