"""The tree follows from the platform file alone, and a change of the file changes what it must and nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.harness import PLATFORM, ROOT, Repo, changed

THREE_RELEASES = """\
apiVersion: platform/v1alpha1
kind: Platform
metadata: {name: acme-ml}
gitops: {repoURL: https://github.com/acme/ml-platform.git, revision: main}
distribution: kubeflow
versions: {argo-cd: "3.4"}
clusters:
  - {name: alpha, environment: dev, provider: kind, kubernetes: "1.33", versions: {kubeflow: "1.10"}}
  - {name: beta, environment: dev, provider: kind, kubernetes: "1.33", versions: {kubeflow: "1.11"}}
  - {name: gamma, environment: dev, provider: kind, kubernetes: "1.34", versions: {kubeflow: "26.03"}}
"""

SETS = {"clusters", "teams", "members", "namespaces", "gpuPools", "gpus", "access", "zones", "images", "registries"}
"""Keys of lists in which order means nothing."""


def lock_sections(repo: Repo) -> dict[str, Any]:
    """Return what the lock says of each cluster."""
    clusters = yaml.safe_load((repo.path / "platform.lock.yaml").read_text())["clusters"]
    assert isinstance(clusters, dict)
    return clusters


def test_three_clusters_on_three_releases_and_one_wish_of_one(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo", THREE_RELEASES)
    repo.build()
    before, locked = repo.tree(), lock_sections(repo)
    versions = {name: entry["products"]["kubeflow"]["version"] for name, entry in locked.items()}
    assert {name: version.rpartition(".")[0] or version for name, version in versions.items()} == {
        "alpha": "1.10",
        "beta": "1.11",
        "gamma": "26",
    }
    # Each cluster's overlays read its own release's commit and no other's.
    commits = {name: entry["sources"] for name, entry in locked.items()}
    manifests = {
        name: next(each["commit"] for each in sources if each["repository"].endswith("kubeflow/manifests"))
        for name, sources in commits.items()
    }
    assert len(set(manifests.values())) == 3
    for path, content in before.items():
        if path.startswith("overlays/"):
            others = {commit for name, commit in manifests.items() if name != path.split("/")[1]}
            assert not [commit for commit in others if commit.encode() in content], path
    repo.edit('versions: {kubeflow: "1.10"}', 'versions: {kubeflow: "==1.10.1"}')
    ended = repo.build()
    touched = changed(before, repo.tree())
    assert touched
    whole_tree = {"generated/inventory.json", "platform.lock.yaml"}
    assert {path for path in touched - whole_tree if path.split("/")[1] != "alpha"} == set(), ended.said
    assert whole_tree <= touched
    after = lock_sections(repo)
    assert {name for name in after if after[name] != locked[name]} == {"alpha"}


def test_one_cluster_alone(repo: Repo) -> None:
    before, locked = repo.tree(), lock_sections(repo)
    repo.edit('argo-cd: "3.4"', 'argo-cd: ">=3.4,<3.5"')
    repo.edit('kubeflow: "1.11"', 'kubeflow: "26.03"')
    repo.build("--cluster", "edge")
    touched = changed(before, repo.tree())
    assert {path.split("/")[1] for path in touched - {"platform.lock.yaml"}} == {"edge", "inventory.json"}
    # The other cluster stays pinned as its tree is, so that tree and lock agree.
    after = lock_sections(repo)
    assert after["laptop"] == locked["laptop"]
    assert after["edge"] != locked["edge"]
    assert repo.run("build", "--check", "--cluster", "edge").code == 0
    assert repo.run("build", "--check").code == 3
    repo.build()
    assert repo.tree() == Repo(repo.path.parent / "other", repo.file.read_text()).built_tree()


def test_building_one_cluster_neither_needs_nor_mends_the_others(repo: Repo) -> None:
    missing = repo.path / "generated/edge/team-vision/vision-research.yaml"
    missing.unlink()
    edited = repo.path / "overlays/edge/katib/kustomization.yaml"
    edited.write_text("# mine\n")
    repo.edit('cpu: "8"', 'cpu: "9"')
    repo.build("--cluster", "laptop")
    assert not missing.exists()
    assert edited.read_text() == "# mine\n"


def test_a_second_build_writes_nothing(repo: Repo) -> None:
    repo.build()
    before = repo.times()
    repo.build()
    ended = repo.build("--full")
    assert "up to date" in ended.err
    assert repo.times() == before
    assert repo.run("build", "--check").code == 0


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1"},
        {"PYTHONHASHSEED": "2", "LC_ALL": "C", "TZ": "Pacific/Kiritimati"},
        {"PYTHONHASHSEED": "3", "LC_ALL": "tr_TR.UTF-8", "TZ": "America/Los_Angeles", "PYTHONUTF8": "0"},
        {"CDK8S_OUTDIR": "elsewhere", "CDK8S_DISABLE_SORT": "1", "NODE_OPTIONS": "--invalid", "PYTHONOPTIMIZE": "1"},
    ],
    ids=["seed", "C", "turkish", "cdk8s"],
)
def test_the_same_bytes_everywhere(original: Repo, tmp_path: Path, environment: dict[str, str]) -> None:
    repo = Repo(tmp_path / "ein anderer Ordner (ü)")
    repo.build(env=environment)
    assert repo.tree() == original.tree()


def reversed_order(value: Any, key: str = "") -> Any:
    """Return the same platform with every mapping, and every list that means a set, the other way round."""
    if isinstance(value, dict):
        return {name: reversed_order(value[name], name) for name in reversed(value)}
    if isinstance(value, list):
        items = [reversed_order(item) for item in value]
        return items[::-1] if key in SETS else items
    return value


def test_order_means_nothing(tmp_path: Path) -> None:
    text = (ROOT / "platform.yaml").read_text("utf-8")
    turned = yaml.safe_dump(reversed_order(yaml.safe_load(text)), sort_keys=False)
    assert turned.index("versions:") < turned.index("apiVersion:")
    trees = []
    for name, content in (("as-is", text), ("turned", turned)):
        repo = Repo(tmp_path / name, content)
        repo.build()
        trees.append(repo.tree())
    assert changed(*trees) == set()


def test_moved_lines_and_comments_change_nothing(repo: Repo) -> None:
    before = repo.times()
    text = repo.file.read_text()
    repo.write(
        "# a comment\n\n" + text.replace("teams:", "# of all\n\n\nteams:").replace("katib: {}", "katib:   {}  # x")
    )
    ended = repo.build()
    assert "up to date" in ended.err
    assert repo.times() == before


def test_one_team_edited_compiles_its_unit_alone(repo: Repo) -> None:
    before = repo.tree()
    repo.edit('cpu: "8"', 'cpu: "9"')
    ended = repo.build()
    assert "1 units compiled" in ended.err
    assert changed(before, repo.tree()) == {
        "generated/inventory.json",
        "generated/laptop/team-speech/speech-lab.yaml",
    }


def test_no_file_holds_anything_volatile(original: Repo) -> None:
    for path, content in original.tree().items():
        text = content.decode()
        assert str(original.path) not in text, path
        if path != "schemas/platform.schema.json":
            assert "Code generated" in text.splitlines()[0], path
            assert "DO NOT EDIT" in text.splitlines()[0], path


def test_every_remote_base_is_pinned_to_a_commit(original: Repo) -> None:
    seen = 0
    for path, content in original.tree().items():
        if path.startswith("overlays/"):
            for url in re.findall(r"https://\S+\?\S*", content.decode()):
                seen += 1
                assert re.search(r"[?&]ref=[0-9a-f]{40}(&|$)", url), path
    assert seen > 4


def test_a_platform_in_a_folder_of_the_repository(original: Repo, tmp_path: Path) -> None:
    outer = Repo(tmp_path / "outer", None)
    folder = outer.path / "platforms" / "ml"
    folder.mkdir(parents=True)
    (folder / "platform.yaml").write_text(PLATFORM)
    deep = folder / "docs"
    deep.mkdir()
    outer.build(cwd=deep)
    inner = Repo.__new__(Repo)
    inner.path = folder
    tree = inner.tree()
    assert tree.keys() == original.tree().keys()
    assert not (outer.path / "generated").exists()
    paths = re.findall(rb"path: (\S+)", tree["generated/laptop/applications/applications.yaml"])
    assert paths
    assert all(path.startswith(b"platforms/ml/") for path in paths)
