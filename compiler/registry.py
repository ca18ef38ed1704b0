"""Finds the ribs of a package, sorted by name, by scanning folders; knows nothing of what a rib holds.

A rib that lacks its file is an error, never skipped: a component that silently disappears is found too late.
"""

from __future__ import annotations

from pathlib import Path


def scan_folders(parent: Path, required: str) -> tuple[Path, ...]:
    """Return the rib folders directly below `parent`, sorted by name.

    Folders whose name begins with `_` or `.` are no ribs. Raises `ValueError` naming every rib without the
    `required` file and every folder whose name is no DNS label in lower case.
    """
    folders = sorted(entry for entry in parent.iterdir() if entry.is_dir() and entry.name[0] not in "._")
    wrong = [f"{folder.name} has no {required}" for folder in folders if not (folder / required).is_file()]
    wrong += [
        f"{folder.name} is no rib name: lower-case letters, digits and hyphens only"
        for folder in folders
        if not folder.name.replace("-", "").isalnum() or folder.name != folder.name.lower() or not folder.name.isascii()
    ]
    if wrong:
        raise ValueError("; ".join(wrong))
    return tuple(folders)
