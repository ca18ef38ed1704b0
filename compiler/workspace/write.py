"""Carries out a plan so that it can be killed at any moment and leaves whole files only.

All new bytes are first staged beside the tree, on the same file system, with the inventory to be; so a full disk is
met before anything is touched. Then each file is put in place by replace, deletions come last, the inventory after
them. The staged inventory is a claim: a later build knows by it which files a killed one had written. Claims stay
until a build has ended well, since that one may be killed too.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Sized
from itertools import count
from pathlib import Path

from compiler.diagnostics.failure import EnvironmentFailure
from compiler.emit import layout
from compiler.emit.inventory import Inventory, InventoryBroken, inventory_text, parse_inventory
from compiler.workspace.plan import Plan

STAGING = f"{layout.GENERATED}/.staging"
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
_CLAIM = "claim-*.json"


def is_staged(path: str) -> bool:
    """Return whether a path is a left-over of a build that was killed."""
    return path.startswith(f"{STAGING}/")


def staged_claims(root: Path) -> dict[str, set[str]]:
    """Return the paths that killed builds were about to write, each with the SHA-256 of what would stand there."""
    claims: dict[str, set[str]] = {}
    for path in (root / STAGING).glob(_CLAIM):
        # A broken claim was not whole when its build was killed, so nothing was put in place for it.
        with contextlib.suppress(OSError, InventoryBroken):
            for name, entry in parse_inventory(path.read_bytes()).files.items():
                claims.setdefault(name, set()).add(entry.sha256)
    return claims


@contextlib.contextmanager
def hold(root: Path, *, alone: bool, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold the tree: `alone` to write it, else to read it together with others; a build that writes is waited for.

    The lock is on the folder itself, so it leaves no file behind and a killed build frees it. Where the file system
    has no locks, nothing is held.
    """
    import fcntl  # POSIX only, like the tree's replace semantics

    kind = fcntl.LOCK_EX if alone else fcntl.LOCK_SH
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            descriptor = os.open(root, os.O_RDONLY)
            stack.callback(os.close, descriptor)
            try:
                fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                on_wait()
                fcntl.flock(descriptor, kind)
        yield


def write_tree(root: Path, plan: Plan, content: Mapping[str, bytes], inventory: Inventory) -> None:
    """Carry out the plan and put the inventory in place.

    Ctrl-C before the first file is in place leaves nothing behind; later it waits until all are.
    Raises: `EnvironmentFailure` when the disk refuses; what was in place before stays whole.
    """
    claims = sorted((root / STAGING).glob(_CLAIM))
    state = "nothing was changed"
    try:
        with _interrupts_wait() as interrupts:
            staged, claim = _stage(root, plan, content, inventory_text(inventory), claims, interrupts)
            state = "every file is whole, and the next build completes the tree"
            _put_in_place(root, staged, plan.delete, claim, claims)
    except OSError as failure:
        raise _refused(failure, root, state) from failure


def _stage(
    root: Path, plan: Plan, content: Mapping[str, bytes], text: bytes, claims: Sequence[Path], interrupts: Sized
) -> tuple[list[tuple[str, str]], Path]:
    """Write all that is new beside the tree; return where each file goes with its staged one, and the claim.

    Whatever goes wrong, only the `claims` of builds that were killed earlier are left. `interrupts` fills with Ctrl-C.
    """
    staging = root / STAGING
    if staging.is_symlink():
        raise FileExistsError(errno.EEXIST, "a link stands there", os.fspath(staging))
    missing = [folder for folder in (staging, staging.parent) if not folder.exists()]
    try:
        staging.mkdir(parents=True, exist_ok=True)
        _clear(staging)
        # Thousands of files: to make a `Path` of each would take as long as to write it.
        base = os.fspath(staging)
        staged = [(path, f"{base}/{number}") for number, path in enumerate((*plan.create, *plan.update))]
        for path, source in staged:
            _write(source, content[path])
            if interrupts:
                raise KeyboardInterrupt  # noqa: TRY301 - cleaned up after like any other end
        return staged, _claim(staging, text, claims)
    except BaseException:
        with contextlib.suppress(OSError):
            _clear(staging)
            for folder in missing:
                folder.rmdir()
        raise


def _write(path: str, content: bytes) -> None:
    # Without the layers of a Python file, which cost a third of the time that the system takes.
    file = os.open(path, _NEW_FILE, 0o666)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(file, rest) :]
    finally:
        os.close(file)


def _claim(staging: Path, text: bytes, taken: Collection[Path]) -> Path:
    """Return the claim that holds the inventory's text: the one that a killed build left, or a new one."""
    for path in taken:
        if path.read_bytes() == text:
            return path
    unfinished = staging / "claim"
    unfinished.write_bytes(text)
    return unfinished.replace(next(path for n in count() if (path := staging / f"claim-{n}.json") not in taken))


def _clear(staging: Path) -> None:
    """Remove what is staged, but no claim."""
    for path in set(staging.iterdir()).difference(staging.glob(_CLAIM)):
        path.unlink()


def _put_in_place(
    root: Path, staged: Iterable[tuple[str, str]], gone: Iterable[str], claim: Path, claims: Collection[Path]
) -> None:
    base = os.fspath(root)
    made: set[str] = set()
    for path, source in staged:
        folder = path.rpartition("/")[0]
        if folder not in made:
            os.makedirs(f"{base}/{folder}", exist_ok=True)  # noqa: PTH103 - see above
            made.add(folder)
        _replace(source, f"{base}/{path}")
    for path in gone:
        _delete(root, path)
    if claims:
        _sweep(root)
    claim.replace(root / layout.INVENTORY)
    for other in claims:
        if other != claim:
            other.unlink()
    (root / STAGING).rmdir()


def _replace(source: str, target: str) -> None:
    try:
        os.replace(source, target)  # noqa: PTH105 - see above
    except IsADirectoryError:
        # Git knows no empty folder, and neither does the plan; one that is not empty stays and is told.
        Path(target).rmdir()
        Path(source).replace(target)


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


def _sweep(root: Path) -> None:
    """Remove the empty folders of a build that was killed between a file's deletion and its folder's."""
    for tree in (layout.GENERATED, layout.OVERLAYS):
        for folder, _, _ in os.walk(root / tree, topdown=False):
            with contextlib.suppress(OSError):
                Path(folder).rmdir()


@contextlib.contextmanager
def _interrupts_wait() -> Iterator[Sized]:
    """Let Ctrl-C take effect when the block is done, and yield what tells it of one before.

    Outside the main thread, which alone gets it, nothing is done.
    """
    came: list[int] = []
    try:
        before = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    except ValueError:
        yield came
        return
    try:
        yield came
    finally:
        signal.signal(signal.SIGINT, before if before is not None else signal.SIG_DFL)
    if came:
        raise KeyboardInterrupt


def _refused(failure: OSError, root: Path, state: str) -> EnvironmentFailure:
    reason = failure.strerror or str(failure)
    name = os.path.relpath(failure.filename, root) if isinstance(failure.filename, str) else layout.GENERATED
    return EnvironmentFailure(
        f"cannot write {name}: {reason}", f"free space or mend permissions, then build again; {state}"
    )
