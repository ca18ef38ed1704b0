"""What the tree holds now: every file below `generated/` and `overlays/` with its hash.

Reading is cheap the second time: a file whose size, times and inode have not changed since it was hashed is not
read again. Links are never followed.
"""

from __future__ import annotations

import hashlib
import os
import stat as stat_module
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from compiler.frozen import frozen

OTHER = ""
"""The hash of what is no ordinary file: a link, a socket, a directory in a file's place."""


@frozen
class Snapshot:
    """SHA-256 by path, and for each file how it was when it was hashed.

    `stats` holds one text a file, for a large tree has thousands: size in bytes, modification and change time in
    nanoseconds and inode, then the hash.
    """

    hashes: Mapping[str, str]
    stats: Mapping[str, str]


def sha256(content: bytes) -> str:
    """Return the SHA-256 of some bytes in hex."""
    return hashlib.sha256(content).hexdigest()


def take_snapshot(
    root: Path, directories: Collection[str], files: Collection[str], known: Mapping[str, str]
) -> Snapshot:
    """Return what stands below `directories` of `root`, and the single `files` that exist.

    Args: `known` holds the stats of an earlier snapshot; they save reading.
    Raises: `OSError` for what cannot be read.
    """
    hashes: dict[str, str] = {}
    stats: dict[str, str] = {}
    for path, entry in _walk(root, directories, files):
        status = entry.stat(follow_symlinks=False) if isinstance(entry, os.DirEntry) else entry.lstat()
        if not stat_module.S_ISREG(status.st_mode):
            hashes[path] = OTHER
            continue
        stat = _stat_text(status)
        before = known.get(path, "")
        digest = before[len(stat) :] if before.startswith(stat) else sha256((root / path).read_bytes())
        hashes[path] = digest
        stats[path] = stat + digest
    return Snapshot(hashes, stats)


def snapshot_after(
    root: Path, before: Snapshot, written: Mapping[str, tuple[int, str]], deleted: Collection[str], last: str
) -> Snapshot:
    """Return the snapshot of a tree after some files were written, without looking at the others again.

    Args: `written` holds size and hash of each file. `last` is the file that was written after all others and before
    any of them was put in its place: a file that is older cannot have been changed by anybody since, and any other is
    read again.
    Raises: `OSError` for what cannot be read.
    """
    hashes, stats = dict(before.hashes), dict(before.stats)
    for path in deleted:
        hashes.pop(path, None)
        stats.pop(path, None)
    base = os.fspath(root)
    ended = os.lstat(f"{base}/{last}").st_mtime_ns
    for path, (size, digest) in written.items():
        status = os.lstat(f"{base}/{path}")
        is_ours = status.st_mtime_ns < ended and status.st_size == size
        hashes[path] = digest if is_ours else sha256((root / path).read_bytes())
        stats[path] = _stat_text(status) + hashes[path]
    hashes[last] = sha256((root / last).read_bytes())
    stats[last] = _stat_text(os.lstat(f"{base}/{last}")) + hashes[last]
    return replace(before, hashes=hashes, stats=stats)


def _stat_text(status: os.stat_result) -> str:
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino} "


def _walk(
    root: Path, directories: Collection[str], files: Collection[str]
) -> Iterator[tuple[str, os.DirEntry[str] | Path]]:
    waiting = []
    for path in (*files, *directories):
        # Behind a link, or where a file stands in a folder's place, the tree is not ours: that is all there is to see.
        steps = [*reversed(Path(path).parents[:-1]), Path(path)]
        first = next((step for step in steps if not _is_folder(root / step)), None)
        if first is None and path in directories:
            waiting.append(path)
        elif os.path.lexists(root / (first or path)):
            yield (first or Path(path)).as_posix(), root / (first or path)
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


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()
