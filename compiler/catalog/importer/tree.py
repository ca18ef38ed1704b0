"""Extracts directories of Git repositories at one commit into plain folders; the only importer module that runs git.

Knows nothing of kustomize or of what the directories hold. Git's own configuration (`insteadOf`, credentials) applies.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import tarfile
from pathlib import Path

from compiler.diagnostics.failure import EnvironmentFailure
from compiler.frozen import frozen

_COMMIT = re.compile(r"[0-9a-f]{40}\Z")


@frozen
class SourceTree:
    """A repository's files at one commit. `date` is the committer date (ISO 8601), `root` the folder on disk."""

    ref: str
    commit: str
    date: str
    root: Path


def extract(clone: Path, ref: str, into: Path, paths: tuple[str, ...] = ()) -> SourceTree:
    """Write the files of `ref` from a local clone below `into`, only `paths` (those that exist) when given.

    Raises `EnvironmentFailure` when git is missing, `clone` is no repository, or `ref` is not in it.
    """
    commit = _git(clone, "rev-parse", "--verify", "--end-of-options", f"{ref}^{{commit}}").decode().strip()
    date = _git(clone, "show", "-s", "--format=%cI", commit).decode().strip()
    present = [path for path in paths if _exists(clone, commit, path)]
    if paths and not present:
        raise EnvironmentFailure(
            f"{ref} has none of {', '.join(paths)}", "compare the paths with the repository at that ref"
        )
    archive = _git(clone, "-c", "core.autocrlf=false", "archive", "--format=tar", commit, "--", *present)
    into.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(into, filter="tar")
    return SourceTree(ref, commit, date, into)


def fetch(repository: str, ref: str, clone: Path) -> None:
    """Bring one commit of a remote repository into the bare clone `clone` and name it `ref`.

    Raises `EnvironmentFailure` when the repository or the ref can't be reached.
    """
    if not clone.exists():
        clone.mkdir(parents=True)
        _git(clone, "init", "--quiet", "--bare")
    _git(clone, "fetch", "--quiet", "--depth=1", "--no-tags", repository, ref)
    if not _COMMIT.match(ref):
        _git(clone, "tag", "--force", ref, "FETCH_HEAD")


def _exists(clone: Path, commit: str, path: str) -> bool:
    return bool(_git(clone, "ls-tree", "--name-only", commit, "--", path.rstrip("/")).strip())


def _environment() -> dict[str, str]:
    return {**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


def _git(clone: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", *arguments], cwd=clone, capture_output=True, check=False, env=_environment())
    except OSError as reason:
        raise EnvironmentFailure(
            f"git can't be run in {clone}: {reason.strerror}", "install git, and name an existing clone"
        ) from reason
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["no message"]
        raise EnvironmentFailure(f"git {arguments[0]} failed in {clone}: {said[-1]}", "check the clone and the ref")
    return done.stdout
