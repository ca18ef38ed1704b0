"""The Git repository around the tree: the only module that speaks Git; the commit is what Argo CD sees."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from git import Git, Repo
from git.exc import GitCommandError, GitCommandNotFound, InvalidGitRepositoryError, NoSuchPathError

from compiler.diagnostics.failure import EnvironmentFailure
from compiler.emit import layout

_UNFINISHED = {
    "MERGE_HEAD": "merge",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
}
"""Files and folders in the Git directory that stand for an operation somebody is in the middle of."""


def commit_tree(root: Path, owned: Iterable[str], message: str) -> str | None:
    """Commit the compiler's own files, and nothing else that is staged or changed, and return the commit's hash.

    Args: `owned` are paths relative to `root`; tracked files below the output folders that are gone go with them.
    Returns `None` when all is as the last commit has it.
    Raises: `EnvironmentFailure` where there is no repository, Git is missing, or it refuses, for instance in a merge.
    """
    try:
        repository = Repo(root, search_parent_directories=True)
    except (InvalidGitRepositoryError, NoSuchPathError) as failure:
        advice = "run `git init` there, or build without --commit"
        raise EnvironmentFailure(f"{root} is in no Git repository", advice) from failure
    except GitCommandNotFound as failure:
        raise EnvironmentFailure("git is not installed", "install git, or build without --commit") from failure
    with repository:
        for name, operation in _UNFINISHED.items():
            if (Path(repository.git_dir) / name).exists():
                raise EnvironmentFailure(f"a {operation} is under way in this repository", f"end the {operation} first")
        try:
            return _commit(repository, Git(root), sorted(owned), message)
        except GitCommandError as failure:
            said = str(failure.stderr).removeprefix("\n  stderr: ").strip("'\n ")
            reason = said.splitlines()[-1] if said else f"exit code {failure.status}"
            advice = "commit by hand to see all it says"
            raise EnvironmentFailure(f"git refuses to commit: {reason}", advice) from failure


def _commit(repository: Repo, git: Git, owned: list[str], message: str) -> str | None:
    gone = git.ls_files("-z", "--deleted", "--", layout.GENERATED, layout.OVERLAYS)
    paths = sorted({*owned, *filter(None, gone.split("\0"))})
    # More paths than a command line holds go in by standard input.
    with tempfile.TemporaryFile() as listing:
        listing.write("\0".join(paths).encode())
        given = ("--pathspec-from-file=-", "--pathspec-file-nul")
        listing.seek(0)
        git.add("--all", *given, istream=listing)
        if not _staged(git, paths):
            return None
        listing.seek(0)
        git.commit("--quiet", "--message", message, *given, istream=listing)
    return repository.head.commit.hexsha


def _staged(git: Git, paths: list[str]) -> set[str]:
    """Return which of the paths differ from the last commit, or stand in none yet."""
    return set(git.diff("--cached", "--name-only", "--relative", "-z").split("\0")) & set(paths)
