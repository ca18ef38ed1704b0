"""What one run leaves for the next on the same machine: stats of hashed files and the last verdict.

A cache in the strict sense: it can be deleted at any time, is never committed, and what cannot be read or written
is as if it were not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from compiler.workspace.snapshot import Stat

_FORMAT = 1


@dataclass(slots=True)
class RunCache:
    """Memory of the last run over one platform file.

    `verdicts` maps a command to the digest of everything it read when it last found nothing to say or do.
    `inputs` are the files besides the platform file that were read then.
    """

    stats: Mapping[str, tuple[Stat, str]] = field(default_factory=dict)
    verdicts: dict[str, str] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()


def cache_directory() -> Path:
    """Return the folder for caches: `PLATFORM_COMPILER_CACHE`, else the user's cache folder."""
    chosen = os.environ.get("PLATFORM_COMPILER_CACHE")
    if chosen:
        return Path(chosen)
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(home) / "platform-compiler"


def _file(platform_file: Path) -> Path:
    digest = hashlib.sha256(os.fspath(platform_file.absolute()).encode(errors="surrogateescape")).hexdigest()
    return cache_directory() / "runs" / f"{digest[:32]}.json"


def load_cache(platform_file: Path) -> RunCache:
    """Return what the last run over this file left; empty when there is nothing to read."""
    try:
        data = json.loads(_file(platform_file).read_bytes())
        if data["format"] != _FORMAT:
            return RunCache()
        stats = {path: ((entry[0], entry[1], entry[2], entry[3]), entry[4]) for path, entry in data["stats"].items()}
        return RunCache(stats, data["verdicts"], tuple(data["inputs"]))
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
        return RunCache()


def save_cache(platform_file: Path, cache: RunCache) -> None:
    """Keep the cache for the next run; a folder that cannot be written is not an error."""
    target = _file(platform_file)
    data = {
        "format": _FORMAT,
        "stats": {path: [*stat, digest] for path, (stat, digest) in cache.stats.items()},
        "verdicts": cache.verdicts,
        "inputs": list(cache.inputs),
    }
    with contextlib.suppress(OSError):
        target.parent.mkdir(parents=True, exist_ok=True)
        staged = target.with_suffix(f".{os.getpid()}")
        staged.write_text(json.dumps(data, separators=(",", ":")))
        staged.replace(target)
