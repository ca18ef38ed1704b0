"""`explain gpu` and `cost` as a user runs them: as text, as data, as Markdown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.harness import PLATFORM, Repo

_POOLS = """\
gpuPools:
  - {name: t4, cluster: edge, accelerator: nvidia-t4, nodes: {min: 1, max: 4}, hourlyCost: 0.5}
teams:
"""


@pytest.fixture
def gpus(tmp_path: Path) -> Repo:
    """Return a repository whose first team claims GPUs."""
    text = PLATFORM.replace("teams:\n", _POOLS)
    claim = "    gpus: [{pool: t4, nominal: 2}]\n  - name: speech\n"
    return Repo(tmp_path / "gpus", text.replace("  - name: speech\n", claim))


def test_a_chain_is_told_as_text_and_as_data(gpus: Repo) -> None:
    text = gpus.run("explain", "gpu", "vision", "t4")
    assert (text.code, text.err) == (0, ""), text.said
    assert "all of its work finds a node" in text.out
    data = json.loads(gpus.run("explain", "gpu", "vision", "t4", "--format", "json").out)
    assert (data["kind"], data["subject"]) == ("gpu", "gpu vision t4")
    for section in data["sections"]:
        assert f"\n{section['title']}:\n" in text.out
        for statement in section["statements"]:
            assert statement["text"].splitlines()[0] in text.out


def test_a_wrong_name_is_a_usage_mistake(gpus: Repo) -> None:
    ended = gpus.run("explain", "gpu", "vision", "t5")
    assert ended.code == 2, ended.said
    assert "there is no GPU pool t5" in ended.err


def test_a_team_that_gets_no_gpu_is_warned_at_its_line(gpus: Repo) -> None:
    gpus.edit('quota: {cpu: "4", memory: 16Gi}', "quota: {pods: 0}")
    ended = gpus.run("check")
    assert ended.code == 0, ended.said
    assert "warning[unschedulable-gpu]: no work of team vision can get a GPU of pool t4" in ended.out + ended.err
    assert "help: write `pods: 1` or more" in ended.out + ended.err


def test_costs_are_told_in_three_formats(gpus: Repo) -> None:
    text = gpus.run("cost", "--hours", "100")
    assert text.code == 0, text.said
    data = json.loads(gpus.run("cost", "--hours", "100", "--format", "json").out)
    assert data["total"]["maximum"] == {"gpuHours": 400.0, "cost": 200.0}
    assert [(each["team"], each["minimum"]["cost"]) for each in data["teams"]] == [("vision", 50.0)]
    markdown = gpus.run("cost", "--hours", "100", "--format", "markdown").out
    for out in (text.out, markdown):
        assert "50.00" in out
        assert "200.00" in out
    assert gpus.run("cost", "--hours", "0").code == 2
