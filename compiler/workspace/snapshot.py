"""What the tree holds now: every file below `generated/` and `overlays/` with its hash.

Reading is cheap the second time: a file whose size, times and inode have not changed since it was hashed is not
read again. Links are never followed.
"""

from __future__ import annotations

import hashlib
import os
import stat as stat_module
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

Stat = tuple[int, int, int, int]
"""Size in bytes, modification and change time in nanoseconds, inode."""

OTHER = ""
"""The hash of what is no ordinary file: a link, a socket, a directory in a file's place."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """SHA-256 by path, and the stat of each file at the time it was hashed."""

    hashes: Mapping[str, str]
    stats: Mapping[str, tuple[Stat, str]]


def sha256(content: bytes) -> str:
    """Return the SHA-256 of some bytes in hex."""
    return hashlib.sha256(content).hexdigest()


def take_snapshot(
    root: Path, directories: Iterable[str], files: Iterable[str], known: Mapping[str, tuple[Stat, str]]
) -> Snapshot:
    """Return what stands below `directories` of `root`, and the single `files` that exist.

    Args: `known` holds stats and hashes of an earlier snapshot; they save reading.
    Raises: `OSError` for what cannot be read.
    """
    hashes: dict[str, str] = {}
    stats: dict[str, tuple[Stat, str]] = {}
    for path, entry in _walk(root, directories, files):
        status = entry.stat(follow_symlinks=False) if isinstance(entry, os.DirEntry) else entry.lstat()
        if not stat_module.S_ISREG(status.st_mode):
            hashes[path] = OTHER
            continue
        stat: Stat = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        before = known.get(path)
        digest = before[1] if before is not None and before[0] == stat else sha256((root / path).read_bytes())
        hashes[path] = digest
        stats[path] = (stat, digest)
    return Snapshot(hashes, stats)


def _walk(
    root: Path, directories: Iterable[str], files: Iterable[str]
) -> Iterator[tuple[str, os.DirEntry[str] | Path]]:
    for file in files:
        if (root / file).exists() or (root / file).is_symlink():
            yield file, root / file
    waiting = [directory for directory in directories if (root / directory).is_dir()]
    base = os.fspath(root)
    while waiting:
        directory = waiting.pop()
        with os.scandir(f"{base}/{directory}") as entries:
            for entry in entries:
                path = f"{directory}/{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(path)
                else:
                    yield path, entry
