"""Golden files: compares what was made with what is committed, and rewrites the latter on demand.

`UPDATE_GOLDEN=1` (or `make update-golden`) rewrites the expected files, and the test fails all the same, so that an
update can never pass unread.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

UPDATE = "UPDATE_GOLDEN"
"""The environment variable that asks for a rewrite."""

LINES_SHOWN = 80
"""How much of each difference a failure prints, in lines."""


def assert_text(expected: Path, actual: str) -> None:
    """Fail unless the file holds exactly the text; its neighbours are not looked at."""
    committed = {expected.name: expected.read_bytes()} if expected.is_file() else {}
    _assert_equal(expected.parent, committed, {expected.name: actual.encode()})


def assert_tree(expected: Path, actual: Mapping[str, bytes]) -> None:
    """Fail unless the folder holds exactly these files, given as relative path with `/` and bytes."""
    _assert_equal(expected, read_tree(expected), actual)


def _assert_equal(expected: Path, committed: Mapping[str, bytes], actual: Mapping[str, bytes]) -> None:
    if committed == actual:
        return
    if os.environ.get(UPDATE):
        rewrite(expected, committed, actual)
        pytest.fail(f"{expected} was rewritten: read the diff, then run again without {UPDATE}", pytrace=False)
    pytest.fail(describe(expected, committed, actual), pytrace=False)


def read_tree(folder: Path) -> dict[str, bytes]:
    """Return every file below the folder by its relative path; nothing if the folder is missing."""
    if not folder.is_dir():
        return {}
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def rewrite(expected: Path, committed: Mapping[str, bytes], actual: Mapping[str, bytes]) -> None:
    """Make the folder hold what was made, and nothing else of what was compared."""
    for path in committed.keys() - actual.keys():
        (expected / path).unlink()
        for folder in (expected / path).parents:
            if folder == expected or any(folder.iterdir()):
                break
            folder.rmdir()
    for path, content in actual.items():
        target = expected / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def describe(expected: Path, committed: Mapping[str, bytes], actual: Mapping[str, bytes]) -> str:
    """Return the difference as people read it: missing and surplus files first, then unified diffs."""
    lines = [f"{expected} differs; `make update-golden` rewrites it"]
    lines += [f"  not made:  {path}" for path in sorted(committed.keys() - actual.keys())]
    lines += [f"  not known: {path}" for path in sorted(actual.keys() - committed.keys())]
    for path in sorted(committed.keys() & actual.keys()):
        if committed[path] == actual[path]:
            continue
        difference = list(
            difflib.unified_diff(
                committed[path].decode(errors="replace").splitlines(),
                actual[path].decode(errors="replace").splitlines(),
                f"expected/{path}",
                f"made/{path}",
                lineterm="",
            )
        )
        lines += difference[:LINES_SHOWN]
        if len(difference) > LINES_SHOWN:
            lines.append(f"… and {len(difference) - LINES_SHOWN} lines more")
    return "\n".join(lines)
