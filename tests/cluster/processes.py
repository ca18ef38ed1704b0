"""Processes that end with the test run, however it ends; knows nothing of what they do.

Each is the head of a group of its own, writes to a log in the folder, and is known to the keeper.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.cluster import keeper


class Processes:
    """What runs, in the order of its start; `folder` holds a log for each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._keeper: subprocess.Popen[bytes] | None = None

    def start(self, name: str, program: Path, *words: str, environment: Mapping[str, str]) -> None:
        """Start a program under a name that nothing else here has."""
        assert name not in self._running
        if self._keeper is None:
            self._keeper = subprocess.Popen(
                [sys.executable, keeper.__file__], stdin=subprocess.PIPE, start_new_session=True, bufsize=0
            )
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [program, *words],
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C ends the tests, and they end this
            )
        self._running[name] = process
        assert self._keeper.stdin is not None
        self._keeper.stdin.write(f"{process.pid}\n".encode())

    def look(self) -> None:
        """Fail with the last words of a process that has ended."""
        for name, process in self._running.items():
            if process.poll() is not None:
                raise AssertionError(f"{name} ended with {process.returncode}:\n{self.said(name)}")

    def said(self, name: str, *, lines: int = 20) -> str:
        """Return the last lines of a log."""
        return "\n".join((self.folder / f"{name}.log").read_text("utf-8", "replace").splitlines()[-lines:])

    def end(self) -> None:
        """End what runs, the youngest first, and forget it."""
        for process in reversed(self._running.values()):
            _end(process)
        self._running.clear()
        if self._keeper is not None:
            assert self._keeper.stdin is not None
            with contextlib.suppress(BrokenPipeError):
                self._keeper.stdin.write(b"done\n")
                self._keeper.stdin.close()
            self._keeper.wait(timeout=10)
            self._keeper = None


def _end(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=keeper.PATIENCE_S)
            return
