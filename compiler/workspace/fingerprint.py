"""Digests that tell whether anything a run reads has changed: the compiler, the platform file and its helpers."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_CODE = (".py", ".js", ".json", ".toml")
"""What the compiler reads of itself: its code, the bridge, and the compiled catalog."""


@cache
def compiler_stamp() -> str:
    """Return a digest of place, sizes and times of the compiler's own files: cheap, and good on this machine only."""
    stamp = hashlib.blake2b(os.fsencode(Path(__file__).parent.parent), digest_size=16)
    for path, entry in _own_files():
        status = entry.stat()
        stamp.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return stamp.hexdigest()


def compiler_digest() -> str:
    """Return a digest of the compiler's own code and catalog, 32 hex digits; the same on every machine."""
    digest = hashlib.blake2b(digest_size=16)
    for path, entry in _own_files():
        digest.update(f"{path}\0".encode() + hashlib.sha256(Path(entry.path).read_bytes()).digest())
    return digest.hexdigest()


def _own_files() -> list[tuple[str, os.DirEntry[str]]]:
    found: list[tuple[str, os.DirEntry[str]]] = []
    waiting = [("", os.fspath(Path(__file__).parent.parent))]
    while waiting:
        prefix, folder = waiting.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(_CODE):
                    found.append((prefix + entry.name, entry))
                elif "." not in entry.name and entry.name != "__pycache__" and entry.is_dir():
                    waiting.append((f"{prefix}{entry.name}/", entry.path))
    return sorted(found, key=lambda each: each[0])


def reads_digest(*parts: str, contents: Iterable[bytes | None]) -> str:
    """Return a digest of everything that a run reads: deciding texts, and contents of files (`None`: no such file)."""
    digest = hashlib.sha256("\0".join(parts).encode())
    for content in contents:
        digest.update(b"absent" if content is None else hashlib.sha256(content).digest())
    return digest.hexdigest()
