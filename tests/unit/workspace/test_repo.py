"""A commit holds the compiler's files and nothing else, whatever else is going on in the repository."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from compiler.diagnostics.failure import EnvironmentFailure
from compiler.workspace.repo import commit_tree

pytestmark = pytest.mark.real(reason="Git is the subject")

OURS = ["generated/prod/a/x.yaml", "generated/inventory.json", "platform.lock.yaml"]


def git(root: Path, *words: str) -> str:
    """Run Git as somebody and return what it says."""
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    return subprocess.run(["git", *identity, *words], cwd=root, check=True, capture_output=True, text=True).stdout


def write(root: Path, **files: str) -> None:
    """Write files by path, `__` standing for a slash and `_` for a dot."""
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the root of a built tree in a repository with one commit."""
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "a")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "a@example.com")
    git(tmp_path, "init", "-q")
    write(tmp_path, platform_yaml="p", mine_txt="m")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "start")
    write(tmp_path, generated__prod__a__x_yaml="x", generated__inventory_json="i", platform_lock_yaml="l")
    return tmp_path


def test_only_our_files_are_committed(root: Path) -> None:
    write(root, mine_txt="changed", generated__notes_txt="mine", staged_txt="s")
    git(root, "add", "staged.txt")
    commit = commit_tree(root, OURS, "Build")
    assert commit == git(root, "rev-parse", "HEAD").strip()
    assert sorted(git(root, "show", "--format=%s", "--name-only").split()) == sorted(["Build", *OURS])
    status = git(root, "status", "--porcelain").splitlines()
    assert status == [" M mine.txt", "A  staged.txt", "?? generated/notes.txt"]


def test_nothing_changed_is_no_commit(root: Path) -> None:
    commit_tree(root, OURS, "Build")
    write(root, mine_txt="changed")
    assert commit_tree(root, OURS, "Again") is None


def test_what_is_gone_is_committed_as_removed(root: Path) -> None:
    commit_tree(root, OURS, "Build")
    (root / OURS[0]).unlink()
    assert commit_tree(root, OURS[1:], "Less") is not None
    assert git(root, "show", "--format=", "--name-status").split() == ["D", OURS[0]]


def test_a_platform_below_the_root_of_the_repository(root: Path) -> None:
    write(root, sub__generated__prod__a__x_yaml="x", sub__generated__inventory_json="i", sub__platform_lock_yaml="l")
    assert commit_tree(root / "sub", OURS, "Build") is not None
    names = git(root, "show", "--format=", "--name-only").split()
    assert sorted(names) == sorted(f"sub/{path}" for path in OURS)


@pytest.mark.parametrize(("name", "word"), [("MERGE_HEAD", "merge"), ("rebase-merge", "rebase")])
def test_an_unfinished_operation_is_not_disturbed(root: Path, name: str, word: str) -> None:
    (root / ".git" / name).write_text("")
    with pytest.raises(EnvironmentFailure, match=word):
        commit_tree(root, OURS, "Build")


def test_no_repository_is_a_failure_of_the_surroundings(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailure, match="no Git repository"):
        commit_tree(tmp_path, OURS, "Build")


def test_a_hook_that_refuses_is_quoted(root: Path) -> None:
    hook = root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho not on a Friday >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(EnvironmentFailure, match="not on a Friday"):
        commit_tree(root, OURS, "Build")
