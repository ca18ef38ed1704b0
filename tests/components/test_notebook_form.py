"""The form of notebooks is upstream's own of the release, but for what the platform knows better."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from compiler.catalog.load import Catalog
from tests.components.test_release_equality import RELEASES
from tests.components.upstream import checkout
from tests.unit.lowering.test_pool_goldens import form

TEAMS_IMAGE = "ghcr.io/acme/vision:2026.10"


@pytest.mark.upstream("https://github.com/kubeflow/manifests")
@pytest.mark.parametrize("version", RELEASES)
def test_the_form_is_upstreams_but_for_devices_pools_and_images(version: str, tmp_path: Path) -> None:
    release = Catalog().release("kubeflow", version)
    tree = checkout(release.repository, release.commit, tmp_path / "release")
    [file] = tree.glob("app*/jupyter/jupyter-web-app/upstream/base/configs/spawner_ui_config.yaml")
    upstream = yaml.safe_load(file.read_text(encoding="utf-8"))["spawnerFormDefaults"]
    ours = form("generic", version)
    assert ours.keys() == upstream.keys()
    assert {key for key in ours if ours[key] != upstream[key]} == {
        "affinityConfig",
        "gpus",
        "image",
        "tolerationGroup",
    }
    assert [*upstream["image"]["options"], TEAMS_IMAGE] == ours["image"]["options"]
    for key in ("affinityConfig", "tolerationGroup", "gpus"):
        assert ours[key].keys() == upstream[key].keys()
    assert ours["gpus"]["value"].keys() == upstream["gpus"]["value"].keys()
