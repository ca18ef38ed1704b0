"""Ends the processes of a control plane when the test process is gone, however it went; knows only their numbers.

Run as a process of its own: each line of its input is the number of a process group to end when the input ends. The
operating system closes the input of a killed test run, so nothing is left behind; a run that ends its processes itself
says `done` first.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterable

PATIENCE_S = 3.0


def keep(lines: Iterable[str]) -> None:
    """Remember the groups until the lines end, then end the youngest first."""
    groups: list[int] = []
    for line in lines:
        if line.strip() == "done":
            return
        groups.append(int(line))
    for group in reversed(groups):
        _signal(group, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and any(_signal(group, 0) for group in groups):
        time.sleep(0.05)
    for group in groups:
        _signal(group, signal.SIGKILL)


def _signal(group: int, number: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)
        return True
    return False


if __name__ == "__main__":
    keep(sys.stdin)
