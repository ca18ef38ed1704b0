"""Replaces one file of the user's as a whole: never half written, never over somebody else's change; knows no YAML."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

from compiler.diagnostics.failure import EnvironmentFailure


def replace_file(path: Path, content: bytes, *, expected: bytes) -> None:
    """Put `content` in place of `expected`, which the file must still hold; its mode and a link to it are kept.

    Raises: `EnvironmentFailure` where the file was changed meanwhile, or the disk refuses.
    """
    target = Path(os.path.realpath(path))
    staged = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with staged.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(target, staged)
        if target.read_bytes() != expected:
            raise EnvironmentFailure(f"{path} was changed while it was being fixed", "run the command again")
        staged.replace(target)
    except OSError as failure:
        raise EnvironmentFailure(f"cannot write {path}: {failure.strerror or failure}") from failure
    finally:
        with contextlib.suppress(OSError):
            staged.unlink()
