"""What one run leaves for the next on the same machine: stats of hashed files, the last verdict, a text as it was read.

A cache in the strict sense: it can be deleted at any time, is never committed, and what cannot be read or written
is as if it were not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import marshal
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compiler.user_cache import cache_directory
from compiler.workspace.fingerprint import compiler_stamp

_FORMAT = 4
_STATS = "stats-1"
"""What identifies the form of the stats: there are thousands, and `marshal` reads them four times as fast as `json`."""


@dataclass(slots=True)
class RunCache:
    """Memory of the last run over one platform file.

    `stats` are those of hashed files, and `kept` those that stand in the cache already. `inputs` are the files besides
    the platform file that were read, `verdict` is what there was to say, and `reads` the digest of everything that it
    rests on. `built` is that digest for the run that last left the tree as it should be. `earlier` gives how the
    platform file was read when it was last read as a whole, and `reading` is what takes its place.
    """

    stats: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    reads: str = ""
    verdict: Mapping[str, Any] | None = None
    built: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)
    earlier: Callable[[], bytes | None] = field(default=lambda: None, compare=False)
    reading: bytes | None = None


def _file(platform_file: Path, part: str) -> Path:
    digest = hashlib.sha256(os.fspath(platform_file.absolute()).encode(errors="surrogateescape")).hexdigest()
    return cache_directory() / "runs" / f"{digest[:32]}.{part}"


def load_cache(platform_file: Path, *, with_stats: bool) -> RunCache:
    """Return what the last run over this file left; empty when there is nothing to read.

    Args: `with_stats` reads the stats too, of which a large tree has many.
    """
    run = _read(_file(platform_file, "run.json"))
    stats = _stats(_kept(_file(platform_file, "stats"), _STATS)) if with_stats else {}
    try:
        found = RunCache(
            stats,
            tuple(run.get("inputs", ())),
            str(run.get("reads", "")),
            run.get("verdict"),
            str(run.get("built", "")),
            stats,
        )
    except (TypeError, ValueError, IndexError, KeyError, AttributeError):
        found = RunCache()
    found.earlier = lambda: _kept(_file(platform_file, "reading"), compiler_stamp())
    return found


def save_cache(platform_file: Path, cache: RunCache, *, with_stats: bool) -> None:
    """Keep the cache for the next run; a folder that cannot be written is not an error."""
    run = {
        "inputs": list(cache.inputs),
        "reads": cache.reads,
        "verdict": cache.verdict,
        "built": cache.built,
    }
    _write(_file(platform_file, "run.json"), run)
    if with_stats and cache.stats != cache.kept:
        _keep(_file(platform_file, "stats"), _STATS, marshal.dumps(dict(cache.stats)))
    if cache.reading is not None:
        _keep(_file(platform_file, "reading"), compiler_stamp(), cache.reading)


def made_once(name: str, key: str, make: Callable[[], bytes]) -> bytes:
    """Return what follows from the key alone: made now, or kept from an earlier run of any platform on this machine.

    Args: `name` is that of the file that keeps it, for one key at a time.
    """
    path = cache_directory() / name
    content = _kept(path, key)
    if content is None:
        content = make()
        _keep(path, key, content)
    return content


def _stats(content: bytes | None) -> dict[str, str]:
    try:
        stats = marshal.loads(content or b"")  # noqa: S302 - made by this very program
        "".join(stats.values())  # the fastest way to ask of thousands of values whether all are text
    except (EOFError, ValueError, TypeError, AttributeError):
        return {}
    return stats  # type: ignore[no-any-return]


def _kept(path: Path, key: str) -> bytes | None:
    with contextlib.suppress(OSError):
        head, _, content = path.read_bytes().partition(b"\n")
        if head == _head(key, content):
            return content
    return None


def _keep(path: Path, key: str, content: bytes) -> None:
    _replace(path, _head(key, content) + b"\n" + content)


def _head(key: str, content: bytes) -> bytes:
    """Return the line that tells whose content it is, and that it is whole."""
    return f"{key} {hashlib.sha256(content).hexdigest()}".encode()


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_bytes())
        return data["content"] if data["format"] == _FORMAT and isinstance(data["content"], dict) else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _write(path: Path, content: Mapping[str, Any]) -> None:
    _replace(path, json.dumps({"format": _FORMAT, "content": content}, separators=(",", ":")).encode())


def _replace(path: Path, content: bytes) -> None:
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        staged = path.with_suffix(f".{os.getpid()}")
        staged.write_bytes(content)
        staged.replace(path)
