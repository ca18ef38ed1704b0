"""The stories of examples/: each is judged, built and built again by the real command."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.e2e.harness import ROOT, Repo

EXAMPLES = sorted((ROOT / "examples").glob("*/platform.yaml"))
SMALL = "microk8s-evaluation"
"""The example whose bases are few; rendering all of a large one takes minutes."""


def repository(example: Path, folder: Path) -> Repo:
    """Return a repository that holds the example's platform file alone."""
    return Repo(folder / "repo", example.read_text("utf-8"))


def test_the_stories_are_there() -> None:
    assert [path.parent.name for path in EXAMPLES] == [
        "gcp-free-tier",
        "local-full",
        "microk8s-evaluation",
        "minikube-chosen",
        "terraform-twins",
    ]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.parent.name)
def test_an_example_builds_and_stays(example: Path, tmp_path: Path) -> None:
    repo = repository(example, tmp_path)
    checked = repo.run("check", "--format", "json")
    assert checked.code == 0, checked.said
    assert '"severity": "error"' not in checked.out
    assert '"severity": "warning"' not in checked.out
    tree = repo.built_tree()
    clusters = [each["name"] for each in yaml.safe_load(example.read_text("utf-8"))["clusters"]]
    for cluster in clusters:
        assert f"generated/{cluster}/cluster/README.md" in tree
        assert f"overlays/{cluster}/bootstrap/kustomization.yaml" in tree
    again = repo.run("build", "--check", "--full")
    assert again.code == 0, again.said


def test_the_release_is_chosen_by_what_goes_together(tmp_path: Path) -> None:
    repo = repository(ROOT / "examples/minikube-chosen/platform.yaml", tmp_path)
    tree = repo.built_tree()
    lock = yaml.safe_load(tree["platform.lock.yaml"])["clusters"]["laptop"]["products"]["kubeflow"]
    assert lock["version"] == "1.11.0"
    assert lock["constraint"] == ">=1.9,<26"


def test_no_gpu_quota_is_refused_with_what_to_request(tmp_path: Path) -> None:
    repo = repository(ROOT / "examples/gcp-free-tier/platform.yaml", tmp_path)
    repo.edit("GPUS_ALL_REGIONS: 1", "GPUS_ALL_REGIONS: 0")
    checked = repo.run("check")
    assert checked.code == 1
    assert "error[nominal-exceeds-cloud-quota]" in checked.said
    assert "`gcloud beta quotas preferences create" in checked.said


def test_a_twin_differs_from_the_other_only_by_its_cloud(tmp_path: Path) -> None:
    tree = repository(ROOT / "examples/terraform-twins/platform.yaml", tmp_path).built_tree()

    def overlays(cluster: str) -> set[str]:
        return {path.split("/")[2] for path in tree if path.startswith(f"overlays/{cluster}/")}

    # EKS does not bring the device plugin, and GKE keeps its GPU nodes to a compute class.
    assert overlays("train-amazon") - overlays("train-google") == {"gpu-operator"}
    assert overlays("train-google") - overlays("train-amazon") == {"gpu-nodes"}
    assert "training-operator" in overlays("train-google") & overlays("train-amazon")
    assert "central-dashboard" not in overlays("train-google")


def test_the_canary_asks_for_what_its_platform_has() -> None:
    folder = ROOT / "examples" / SMALL
    canary = yaml.safe_load((folder / "canary.yaml").read_text("utf-8"))
    platform = yaml.safe_load((folder / "platform.yaml").read_text("utf-8"))
    namespaces = {each["name"]: each for team in platform["teams"] for each in team["namespaces"]}
    assert namespaces[canary["metadata"]["namespace"]]["openModels"] == [canary["metadata"]["name"]]
    assert 0 < canary["spec"]["predictor"]["canaryTrafficPercent"] < 100
    assert {"kserve", "knative-serving"} <= set(platform["components"])


@pytest.mark.upstream
def test_every_object_of_an_example_is_sound(tmp_path: Path) -> None:
    repo = repository(ROOT / "examples" / SMALL / "platform.yaml", tmp_path)
    repo.build()
    # It fetches the bases first, which a busy machine takes minutes for.
    verified = repo.run("verify", timeout=600)
    assert verified.code == 0, verified.said
