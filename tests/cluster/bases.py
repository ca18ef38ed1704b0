"""Builds an overlay whose remote bases cannot be fetched whole: only the folders that it names are, one by one.

kustomize fetches every file of a repository at a commit. A local clone may lack what no manifest needs (pictures, say),
and then a fetch of the whole fails where a fetch of the folder does not.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from compiler.workspace.kustomize import Rendering, build

_BASE = re.compile(r"(https://\S+?)//([^?\s]+)\?ref=([0-9a-f]{40})\S*")


def build_from_parts(root: Path, directory: str, clones: Path) -> Rendering | None:
    """Return what kustomize makes of a directory of a built tree with its remote bases replaced by folders.

    Those are kept in `clones`. Returns `None` where they cannot be fetched either.
    """
    with tempfile.TemporaryDirectory(dir=clones) as scratch:
        tree = Path(scratch)
        for name in ("overlays", "generated"):
            shutil.copytree(root / name, tree / name)
        kustomization = tree / directory / "kustomization.yaml"

        def local(found: re.Match[str]) -> str:
            repository, path, commit = found.groups()
            clone = _clone_of_folder(repository, commit, path.split("/")[0], clones)
            return os.path.relpath(clone / path, kustomization.parent)

        try:
            kustomization.write_text(_BASE.sub(local, kustomization.read_text()))
        except subprocess.CalledProcessError:
            return None
        return build(tree, directory)


def _clone_of_folder(repository: str, commit: str, folder: str, clones: Path) -> Path:
    """Return a repository at a commit that has the files of one folder; `insteadOf` counts."""
    target = clones / f"{commit}-{folder}"
    if not target.exists():
        partial = Path(tempfile.mkdtemp(dir=clones))
        _git(partial, "init", "--quiet")
        _git(partial, "remote", "add", "origin", repository)
        _git(partial, "config", "remote.origin.promisor", "true")
        _git(partial, "config", "remote.origin.partialclonefilter", "blob:none")
        _git(partial, "fetch", "--quiet", "--depth=1", "--filter=blob:none", "origin", commit)
        _git(partial, "checkout", "--quiet", "FETCH_HEAD", "--", folder)
        partial.rename(target)
    return target


def _git(folder: Path, *words: str) -> None:
    environment = os.environ | {"GIT_TERMINAL_PROMPT": "0"}
    command = ["git", "-C", str(folder), *words]
    subprocess.run(command, check=True, capture_output=True, env=environment, stdin=subprocess.DEVNULL)
