"""`render` and `verify` with real kustomize against the real upstream repositories."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
import yaml

from tests.e2e.harness import ROOT, Repo

KUSTOMIZE = os.environ.get("KUSTOMIZE") or shutil.which("kustomize") or str(ROOT / ".tools/bin/kustomize")

pytestmark = [
    pytest.mark.upstream(),
    pytest.mark.skipif(not Path(KUSTOMIZE).is_file(), reason="kustomize is not installed: run `make setup`"),
]
USED = {"KUSTOMIZE": KUSTOMIZE}


def test_one_overlay_is_rendered(repo: Repo) -> None:
    ended = repo.run("render", "edge/katib", env=USED)
    assert ended.code == 0, ended.said
    objects = [each for each in yaml.safe_load_all(ended.out) if each]
    assert {"Deployment", "CustomResourceDefinition"} <= {each["kind"] for each in objects}
    team = repo.run("render", "laptop/team-speech", env=USED)
    assert team.code == 0, team.said
    assert "speech-lab" in team.out
    bootstrap = repo.run("render", "laptop/bootstrap", env=USED)
    assert bootstrap.code == 0, bootstrap.said
    assert {each["kind"] for each in yaml.safe_load_all(bootstrap.out)} == {"AppProject", "Application"}


def test_a_cluster_is_verified(repo: Repo) -> None:
    ended = repo.run("verify", "--cluster", "edge", env=USED)
    assert ended.code == 0, ended.said
    assert "edge: " in ended.err
    assert "laptop" not in ended.err


def test_what_does_not_build_or_fit_is_a_finding(repo: Repo) -> None:
    (repo.path / "generated/edge/team-vision/kustomization.yaml").write_text("resources: [none.yaml]\n")
    katib = repo.path / "overlays/edge/katib/kustomization.yaml"
    katib.write_text(
        katib.read_text() + "patches:\n- target: {kind: Nothing}\n  patch: '[{op: remove, path: /spec}]'\n"
    )
    ended = repo.run("verify", "--cluster", "edge", "--format", "json", env=USED)
    assert ended.code == 1, ended.said
    found = {(each["code"], each["file"]) for each in json.loads(ended.out)["findings"]}
    assert ("overlay-does-not-build", "overlays/edge/team-vision/kustomization.yaml") in found
    rendered = repo.run("render", "edge/team-vision", env=USED)
    assert rendered.code == 1, rendered.said
    assert "none.yaml" in rendered.err


def test_a_repository_that_cannot_be_reached_is_no_mistake_of_the_platform(repo: Repo, tmp_path: Path) -> None:
    config = tmp_path / "gitconfig"
    config.write_text('[url "file:///nonexistent/"]\n    insteadOf = https://github.com/\n')
    ended = repo.run("render", "edge/katib", env=USED | {"GIT_CONFIG_GLOBAL": str(config)})
    assert ended.code == 4, ended.said
    assert ended.out == ""
