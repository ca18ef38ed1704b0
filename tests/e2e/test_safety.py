"""What is not the compiler's survives, and what is broken is told before anything is written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.harness import Ended, Repo, changed, codes

TEAM_FILE = "generated/laptop/team-speech/speech-lab.yaml"


def refused(repo: Repo, *arguments: str) -> Ended:
    """Build, and expect exit 1 with nothing written."""
    before, times = repo.tree(), repo.times()
    ended = repo.run("build", *arguments)
    assert ended.code == 1, ended.said
    assert changed(before, repo.tree()) == set()
    assert repo.times() == times
    return ended


@pytest.mark.parametrize("path", [TEAM_FILE, "overlays/edge/katib/kustomization.yaml", "schemas/platform.schema.json"])
def test_a_hand_edited_file_survives(repo: Repo, original: Repo, path: str) -> None:
    file = repo.path / path
    file.write_bytes(file.read_bytes() + b"# by hand\n")
    ended = refused(repo)
    assert codes(ended) == {"edited-file"}
    assert path in ended.err
    checked = repo.run("build", "--check")
    assert checked.code == 3
    assert checked.out.splitlines() == [f"edited: {path}"]
    repo.build("--discard-edits")
    assert repo.tree() == original.tree()


def test_stale_and_edited_files_are_told_apart(repo: Repo) -> None:
    (repo.path / TEAM_FILE).unlink()
    (repo.path / "overlays/edge/katib/kustomization.yaml").write_text("mine\n")
    repo.edit('cpu: "4"', 'cpu: "5"')
    checked = repo.run("build", "--check")
    assert checked.code == 3
    assert set(checked.out.splitlines()) == {
        f"missing: {TEAM_FILE}",
        "stale: generated/edge/team-vision/vision-research.yaml",
        "stale: generated/laptop/team-vision/vision-research.yaml",
        "edited: overlays/edge/katib/kustomization.yaml",
    }
    listed = repo.run("build", "--check", "--format", "json")
    assert listed.code == 3
    found = {(each["code"], each["file"]) for each in json.loads(listed.out)["findings"]}
    assert found == {
        ("missing-file", TEAM_FILE),
        ("stale-file", "generated/edge/team-vision/vision-research.yaml"),
        ("stale-file", "generated/laptop/team-vision/vision-research.yaml"),
        ("edited-file", "overlays/edge/katib/kustomization.yaml"),
    }
    annotated = repo.run("build", "--check", "--format", "github")
    assert annotated.code == 3
    assert all(line.startswith("::error file=") for line in annotated.out.splitlines())


def test_a_hand_edited_file_of_a_team_that_goes_survives_too(repo: Repo) -> None:
    (repo.path / TEAM_FILE).write_text("mine\n")
    text = repo.file.read_text()
    start, end = text.index("  - name: speech"), text.index("namespaces:\n  - name: shared")
    repo.write(text[:start] + text[end:] + 'removed: [{team: speech, reason: "gone"}]\n')
    assert "edited-file" in codes(refused(repo))


def test_deleted_files_come_back(repo: Repo, original: Repo) -> None:
    (repo.path / TEAM_FILE).unlink()
    for path in sorted((repo.path / "overlays/edge").rglob("*"), reverse=True):
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink()
    assert repo.run("build", "--check").code == 3
    repo.build()
    assert repo.tree() == original.tree()


@pytest.mark.parametrize(
    "place", ["generated/notes.txt", "overlays/edge/mine/kustomization.yaml", "overlays/README.md"]
)
def test_foreign_files_are_left_alone(repo: Repo, place: str) -> None:
    foreign = repo.path / place
    foreign.parent.mkdir(parents=True, exist_ok=True)
    foreign.write_text("mine\n")
    repo.edit('cpu: "8"', 'cpu: "9"')
    ended = repo.build()
    assert codes(ended) == {"foreign-file"}
    assert foreign.read_text() == "mine\n"
    assert "up to date" in repo.build().err
    assert repo.run("build", "--check").code == 0


def _file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine\n")


def _link(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to("/nonexistent/target")


def _link_to_folder(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    outside = path.parent / f"{path.name}.outside"
    outside.mkdir()
    (outside / "keep.txt").write_text("keep\n")
    path.symlink_to(outside.name, target_is_directory=True)


def _folder_with_a_file(path: Path) -> None:
    path.mkdir(parents=True)
    (path / "inside.txt").write_text("mine\n")


def whole(repo: Repo) -> dict[Path, str]:
    """Return all that stands in the repository: files by content, links by target, folders."""
    return {
        path: str(path.readlink()) if path.is_symlink() else path.read_text() if path.is_file() else "folder"
        for path in repo.path.rglob("*")
    }


@pytest.mark.parametrize(
    ("place", "make"),
    [
        ("overlays/laptop/katib/kustomization.yaml", _file),
        ("overlays/laptop/katib/kustomization.yaml", _link),
        ("overlays/laptop/katib/kustomization.yaml", _folder_with_a_file),
        ("overlays/laptop/katib", _file),
        ("overlays/laptop", _link_to_folder),
        ("overlays", _link_to_folder),
        ("generated", _file),
        ("generated", _link_to_folder),
        ("schemas", _file),
        ("schemas", _link_to_folder),
        ("schemas/platform.schema.json", _file),
        ("platform.lock.yaml", _folder_with_a_file),
        ("platform.lock.yaml", _link),
    ],
)
def test_nothing_is_written_over_or_through_what_is_not_ours(
    fresh: Repo, place: str, make: Callable[[Path], None]
) -> None:
    make(fresh.path / place)
    everything = whole(fresh)
    ended = fresh.run("build")
    assert ended.code == 1, ended.said
    assert "foreign-file" in codes(ended)
    assert place in ended.err
    assert whole(fresh) == everything
    target = fresh.path / place
    if target.is_dir() and not target.is_symlink():
        (target / "inside.txt").unlink()
        target.rmdir()
    else:
        target.unlink()
    fresh.build()


def test_an_empty_folder_in_the_way_of_a_file_is_nothing(fresh: Repo, original: Repo) -> None:
    (fresh.path / "overlays/laptop/katib/kustomization.yaml").mkdir(parents=True)
    fresh.build()
    assert fresh.tree() == original.tree()


def test_our_file_turned_into_a_link_is_neither_followed_nor_replaced(repo: Repo) -> None:
    outside = repo.path / "elsewhere.yaml"
    outside.write_text("mine\n")
    (repo.path / TEAM_FILE).unlink()
    (repo.path / TEAM_FILE).symlink_to(outside)
    assert "foreign-file" in codes(refused(repo, "--discard-edits"))
    assert outside.read_text() == "mine\n"


def test_a_deleted_inventory_of_a_fresh_tree_is_made_again(repo: Repo, original: Repo) -> None:
    (repo.path / "generated/inventory.json").unlink()
    assert repo.run("build", "--check").code == 3
    repo.build()
    assert repo.tree() == original.tree()


def test_without_an_inventory_nothing_stale_is_overwritten(repo: Repo) -> None:
    (repo.path / "generated/inventory.json").unlink()
    repo.edit('cpu: "8"', 'cpu: "9"')
    ended = refused(repo)
    assert codes(ended) == {"foreign-file", "missing-inventory"}
    assert "git checkout HEAD -- generated/inventory.json" in ended.err


@pytest.mark.parametrize(
    "breakage",
    [
        b"",
        b"<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> theirs\n",
        b"[]",
        b'{"compiler": 1}',
        b"\xff\xfe",
        b'{"compiler": "x", "units": {}, "files": {"../../etc/passwd": ["0", ""]}, "data": {}}',
        b'{"compiler": "x", "units": [], "files": {}, "data": []}',
        b'{"compiler": "x", "units": {"laptop/katib": 3}, "files": {}, "data": {"laptop": 1}}',
        b"[" * 100_000,
    ],
)
def test_a_broken_inventory_is_told(repo: Repo, original: Repo, breakage: bytes) -> None:
    inventory = repo.path / "generated/inventory.json"
    inventory.write_bytes(breakage)
    assert codes(refused(repo, "--full", "--discard-edits")) == {"broken-inventory"}
    inventory.write_bytes((original.path / "generated/inventory.json").read_bytes())
    repo.build()
    assert repo.tree() == original.tree()


def test_the_tree_of_another_compiler_is_compiled_again_cluster_by_cluster(repo: Repo, original: Repo) -> None:
    inventory = repo.path / "generated/inventory.json"
    text = json.loads(inventory.read_text())
    # As an older compiler would have left it: other bytes for the same unit, and its own name.
    path = "generated/edge/team-vision/vision-research.yaml"
    older = (repo.path / path).read_bytes() + b"# older\n"
    (repo.path / path).write_bytes(older)
    text["files"][path][0] = hashlib.sha256(older).hexdigest()
    text["compiler"] = "older"
    inventory.write_text(json.dumps(text))
    repo.build("--cluster", "laptop")
    assert (repo.path / path).read_bytes() == older
    repo.build()
    assert repo.tree() == original.tree()


def test_a_lock_that_still_satisfies_is_kept(fresh: Repo) -> None:
    fresh.edit('kubeflow: "1.11"', 'kubeflow: "==1.10.1"')
    fresh.build()
    fresh.edit('kubeflow: "==1.10.1"', 'kubeflow: "1.10"')
    before = fresh.tree()
    fresh.build()
    # Without the lock 1.10.2 would be picked; only the recorded wish differs.
    assert changed(before, fresh.tree()) == {"platform.lock.yaml"}
    lock = fresh.path / "platform.lock.yaml"
    assert 'kubeflow: {version: "1.10.1", constraint: "1.10"' in lock.read_text()
    lock.unlink()
    fresh.build()
    assert 'kubeflow: {version: "1.10.2", constraint: "1.10"' in lock.read_text()


def test_a_hand_edited_lock_is_followed_where_it_satisfies_and_else_picked_again(repo: Repo) -> None:
    repo.edit('kubeflow: "1.11"', 'kubeflow: "1.10"')
    repo.write(repo.file.read_text() + 'removed: [{namespace: kubeflow-system, reason: "not in 1.10"}]\n')
    repo.build()
    tree = repo.tree()
    lock = repo.path / "platform.lock.yaml"
    text = lock.read_text()
    lock.write_text(text.replace('kubeflow: {version: "1.10.2"', 'kubeflow: {version: "1.10.1"'))
    assert repo.run("build", "--check").code == 3
    repo.build()
    assert 'kubeflow: {version: "1.10.1"' in lock.read_text()
    assert 'ref: "v1.10.1"' in lock.read_text()
    assert repo.run("build", "--check").code == 0
    for unfit in ("1.9.1", "1.99"):
        lock.write_text(text.replace('kubeflow: {version: "1.10.2"', f'kubeflow: {{version: "{unfit}"'))
        repo.build()
        assert repo.tree() == tree


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("commit: ", "commit: zz"),
        ("kind: PlatformLock", "kind: Other"),
        ("clusters:", "clusters: ["),
        ("clusters:", "<<<<<<< HEAD\nclusters:"),
        ("products:", "products: 1\n    more:"),
    ],
)
def test_a_broken_lock_is_a_finding(repo: Repo, old: str, new: str) -> None:
    lock = repo.path / "platform.lock.yaml"
    lock.write_text(lock.read_text().replace(old, new, 1))
    ended = refused(repo)
    assert "platform.lock.yaml:" in ended.err


def test_a_lock_pointing_to_another_commit_is_a_finding(repo: Repo) -> None:
    lock = repo.path / "platform.lock.yaml"
    text = lock.read_text()
    commit = text.split("commit: ")[1][:40]
    lock.write_text(text.replace(commit, "0" * 40))
    ended = repo.run("build")
    assert ended.code == 1, ended.said
    assert "platform.lock.yaml:" in ended.err
    assert commit not in lock.read_text()


def test_a_deleted_lock_is_made_again(repo: Repo, original: Repo) -> None:
    (repo.path / "platform.lock.yaml").unlink()
    assert repo.run("build", "--check").code == 3
    repo.build()
    assert repo.tree() == original.tree()
