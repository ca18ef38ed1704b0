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
from typing import Any

from compiler.workspace.snapshot import Stat

_FORMAT = 2


@dataclass(slots=True)
class RunCache:
    """Memory of the last run over one platform file.

    `stats` are those of hashed files. `compiler` maps the stamp of the compiler's files to its digest. `inputs` are
    the files besides the platform file that were read, `verdict` is what there was to say, and `reads` the digest of
    everything that it rests on. `built` is that digest for the run that last left the tree as it should be.
    """

    stats: Mapping[str, tuple[Stat, str]] = field(default_factory=dict)
    compiler: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    reads: str = ""
    verdict: Mapping[str, Any] | None = None
    built: str = ""


def cache_directory() -> Path:
    """Return the folder for caches: `PLATFORM_COMPILER_CACHE`, else the user's cache folder."""
    chosen = os.environ.get("PLATFORM_COMPILER_CACHE")
    if chosen:
        return Path(chosen)
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(home) / "platform-compiler"


def _file(platform_file: Path, part: str) -> Path:
    digest = hashlib.sha256(os.fspath(platform_file.absolute()).encode(errors="surrogateescape")).hexdigest()
    return cache_directory() / "runs" / f"{digest[:32]}.{part}.json"


def load_cache(platform_file: Path, *, with_stats: bool) -> RunCache:
    """Return what the last run over this file left; empty when there is nothing to read.

    Args: `with_stats` reads the stats too, of which a large tree has many.
    """
    run = _read(_file(platform_file, "run"))
    stats = _read(_file(platform_file, "stats")) if with_stats else {}
    try:
        return RunCache(
            {path: ((entry[0], entry[1], entry[2], entry[3]), entry[4]) for path, entry in stats.items()},
            dict(run.get("compiler", {})),
            tuple(run.get("inputs", ())),
            str(run.get("reads", "")),
            run.get("verdict"),
            str(run.get("built", "")),
        )
    except (TypeError, ValueError, IndexError, KeyError, AttributeError):
        return RunCache()


def save_cache(platform_file: Path, cache: RunCache, *, with_stats: bool) -> None:
    """Keep the cache for the next run; a folder that cannot be written is not an error."""
    run = {
        "compiler": dict(cache.compiler),
        "inputs": list(cache.inputs),
        "reads": cache.reads,
        "verdict": cache.verdict,
        "built": cache.built,
    }
    _write(_file(platform_file, "run"), run)
    if with_stats:
        _write(_file(platform_file, "stats"), {path: [*stat, sha] for path, (stat, sha) in cache.stats.items()})


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_bytes())
        return data["content"] if data["format"] == _FORMAT and isinstance(data["content"], dict) else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _write(path: Path, content: Mapping[str, Any]) -> None:
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        staged = path.with_suffix(f".{os.getpid()}")
        staged.write_text(json.dumps({"format": _FORMAT, "content": content}, separators=(",", ":")))
        staged.replace(path)
