"""Carries out a plan so that it can be killed at any moment and leaves whole files only.

All new bytes are first staged beside the tree, on the same file system, with the inventory to be; so a full disk is
met before anything is touched. Then each file is put in place by replace, deletions come last, the inventory after
them. A build that finds a staged inventory knows what the killed one had written.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from compiler.diagnostics.failure import EnvironmentFailure
from compiler.emit import layout
from compiler.emit.inventory import Inventory, InventoryBroken, inventory_text, parse_inventory
from compiler.workspace.plan import Plan

STAGING = f"{layout.GENERATED}/.staging"
_STAGED_INVENTORY = f"{STAGING}/inventory.json"


def is_staged(path: str) -> bool:
    """Return whether a path is a left-over of a build that was killed."""
    return path.startswith(f"{STAGING}/")


def staged_inventory(root: Path) -> Inventory | None:
    """Return the inventory that a killed build was about to put in place, if there was one."""
    try:
        return parse_inventory((root / _STAGED_INVENTORY).read_bytes())
    except (OSError, InventoryBroken):
        return None


@contextlib.contextmanager
def exclusive(root: Path, *, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold the tree for one build at a time; a second one waits for the first.

    The lock is on the folder itself, so it leaves no file behind and a killed build frees it.
    """
    import fcntl  # POSIX only, like the tree's replace semantics

    descriptor = os.open(root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write_tree(root: Path, plan: Plan, content: Mapping[str, bytes], inventory: Inventory) -> None:
    """Carry out the plan and put the inventory in place.

    Raises: `EnvironmentFailure` when the disk refuses; what was in place before stays whole.
    """
    staging = root / STAGING
    text = inventory_text(inventory)
    try:
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        staged = _stage(staging, plan, content)
        (root / _STAGED_INVENTORY).write_bytes(text)
        made: set[Path] = set()
        for path, source in staged:
            target = root / path
            if target.parent not in made:
                target.parent.mkdir(parents=True, exist_ok=True)
                made.add(target.parent)
            source.replace(target)
        for path in plan.delete:
            _delete(root, path)
        (root / _STAGED_INVENTORY).replace(root / layout.INVENTORY)
        staging.rmdir()
    except OSError as failure:
        reason = failure.strerror or str(failure)
        raise EnvironmentFailure(
            f"cannot write {_relative(failure.filename, root)}: {reason}",
            "free space or mend permissions, then build again: the tree is whole and the next build completes it",
        ) from failure


def _stage(staging: Path, plan: Plan, content: Mapping[str, bytes]) -> list[tuple[str, Path]]:
    staged = []
    for number, path in enumerate((*plan.create, *plan.update)):
        source = staging / str(number)
        source.write_bytes(content[path])
        staged.append((path, source))
    return staged


def _delete(root: Path, path: str) -> None:
    """Remove a file of ours, and the folders that it leaves empty."""
    target = root / path
    target.unlink(missing_ok=True)
    for parent in target.parents:
        if parent == root:
            return
        try:
            parent.rmdir()
        except OSError:
            return


def _relative(name: object, root: Path) -> str:
    try:
        return os.path.relpath(os.fspath(name), root)  # type: ignore[call-overload,no-any-return]
    except (TypeError, ValueError):
        return layout.GENERATED
