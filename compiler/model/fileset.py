"""A write-once mapping from path to bytes: the seam between compiling and writing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


class FileSet(Mapping[str, bytes]):
    """Files by path relative to the platform file's folder, `/` as separator.

    Raises `ValueError` when a path is set twice, is absolute or climbs out of the folder: those are bugs of ours.
    """

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    def add(self, path: str, content: bytes) -> None:
        """Set a path that is not set yet."""
        if path in self._files:
            raise ValueError(f"path {path} is written twice")
        if path.startswith("/") or ".." in path.split("/") or "\\" in path:
            raise ValueError(f"path {path} leaves the tree")
        self._files[path] = content

    def __getitem__(self, path: str) -> bytes:
        return self._files[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)
