"""Where the compiler keeps on this machine what can be made again; knows nothing of what is kept there."""

from __future__ import annotations

import os
from pathlib import Path


def cache_directory() -> Path:
    """Return the folder for caches: `PLATFORM_COMPILER_CACHE`, else the user's cache folder.

    A relative `XDG_CACHE_HOME` does not count (https://specifications.freedesktop.org/basedir-spec/latest/). For a user
    without a home it is a folder that nobody can write.
    """
    chosen = os.environ.get("PLATFORM_COMPILER_CACHE")
    if chosen:
        return Path(chosen).absolute()
    caches = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if not caches.is_absolute():
        try:
            caches = Path.home() / ".cache"
        except RuntimeError:
            caches = Path(os.devnull)
    return caches / "platform-compiler"
