"""Carries out a plan so that it can be killed at any moment and leaves whole files only.

All new bytes are first staged beside the tree, on the same file system, with the inventory to be; so a full disk is
met before anything is touched. Then each file, and each folder that is new as a whole, is put in place by replace;
deletions come last, the inventory after them. The staged inventory is a claim: a later build knows by it which files a
killed one had written. Claims stay until a build has ended well, since that one may be killed too.
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
    """Write all that is new beside the tree; return where each file or folder goes with its staged one, and the claim.

    Whatever goes wrong, only the `claims` of builds that were killed earlier are left. `interrupts` fills with Ctrl-C.
    """
    staging = root / STAGING
    if staging.is_symlink():
        raise FileExistsError(errno.EEXIST, "a link stands there", os.fspath(staging))
    missing = [folder for folder in (staging, staging.parent) if not folder.exists()]
    try:
        staging.mkdir(parents=True, exist_ok=True)
        _clear(staging)
        staged = _Staged(os.fspath(root), os.fspath(staging))
        for path in (*plan.create, *plan.update):
            _write(staged.place(path), content[path])
            if interrupts:
                raise KeyboardInterrupt  # noqa: TRY301 - cleaned up after like any other end
        return staged.moves, _claim(staging, text, claims)
    except BaseException:
        with contextlib.suppress(OSError):
            _clear(staging)
            for folder in missing:
                folder.rmdir()
        raise


class _Staged:
    """Where files stand before they are put in place. Thousands of them: a `Path` of each would take as long as it."""

    def __init__(self, root: str, staging: str) -> None:
        self.moves: list[tuple[str, str]] = []
        """Each path from the root that is put in place as a whole, a file or a folder, with where it is staged."""
        self._root = root
        self._staging = staging
        self._folders: dict[str, str | None] = {}

    def place(self, path: str) -> str:
        """Return where to write a file; folders that it needs there are made."""
        folder, _, name = path.rpartition("/")
        staged = self._folders[folder] if folder in self._folders else self._folder(folder)
        return self._apart(path) if staged is None else f"{staged}/{name}"

    def _folder(self, folder: str) -> str | None:
        """Return where a folder is staged, which is made, or nothing for one that stands in the tree already."""
        if folder not in self._folders:
            staged = None
            if not os.path.lexists(f"{self._root}/{folder}"):
                above, _, name = folder.rpartition("/")
                around = self._folder(above)
                staged = self._apart(folder) if around is None else f"{around}/{name}"
                os.mkdir(staged)  # noqa: PTH102 - see above
            self._folders[folder] = staged
        return self._folders[folder]

    def _apart(self, path: str) -> str:
        staged = f"{self._staging}/{len(self.moves)}"
        self.moves.append((path, staged))
        return staged


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
        if path.is_dir() and not path.is_symlink():
            from shutil import rmtree

            rmtree(path)
        else:
            path.unlink()


def _put_in_place(
    root: Path, staged: Iterable[tuple[str, str]], gone: Iterable[str], claim: Path, claims: Collection[Path]
) -> None:
    base = os.fspath(root)
    for path, source in staged:
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
