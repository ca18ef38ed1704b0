"""Where the Git repository is; starts no process, for `check` has no time for one. Knows nothing of platforms."""

from __future__ import annotations

from pathlib import Path


def git_root(folder: Path) -> Path | None:
    """Return the root of the Git work tree that holds `folder`, or `None` where there is none.

    A work tree is known by its `.git`: a directory, or the file that linked work trees and submodules have instead.
    Source: https://git-scm.com/docs/gitrepository-layout.
    """
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), None)
