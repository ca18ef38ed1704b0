"""What an entry of `reaches.yaml` stands for: a change that reads the cluster's proxy."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.catalog.reaches import reach_changes

ENTRY = {"workload": "Deployment/x", "container": "y", "because": "it fetches", "source": "https://s"}


def test_an_entry_is_a_patch_of_one_container() -> None:
    (change,) = reach_changes([{**ENTRY, "releases": ">=1", "local": ["z"]}])
    assert change["releases"] == ">=1"
    (patch,) = change["patches"]
    assert patch["target"] == {"kind": "Deployment", "name": "x"}
    (container,) = patch["patch"]["spec"]["template"]["spec"]["containers"]
    assert container["name"] == "y"
    assert container["env"]["$concat"][1][0]["value"]["$join"] == [{"$from": "cluster.proxy.noProxy"}, ",z"]


@pytest.mark.parametrize(
    ("entry", "said"), [({**ENTRY, "colour": 1}, "colour"), ({"workload": "Deployment/x"}, "because")]
)
def test_a_wrong_entry_is_refused_by_name(entry: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        reach_changes([entry])
