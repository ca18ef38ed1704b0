"""Owns how a process and all its children are measured: wall time, CPU time, and the peak of memory together."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SAMPLES_EVERY_S = 0.004


@dataclass(frozen=True, slots=True)
class Sample:
    """One run: seconds of wall clock, seconds of CPU over the process and its children, and its exit code."""

    wall_s: float
    cpu_s: float
    code: int


def run(command: Sequence[str], cwd: Path, env: Mapping[str, str], log: Path) -> Sample:
    """Run a command to its end with its output in `log`. CPU time of children counts once they have been waited for."""
    with log.open("wb") as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.send_signal(signal.SIGTERM)
            process.wait()
            raise
        wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    return Sample(wall, usage.ru_utime + usage.ru_stime, process.returncode)


def peak_memory_mb(command: Sequence[str], cwd: Path, env: Mapping[str, str], log: Path) -> float | None:
    """Return the highest sum of resident memory (MB) over the process tree, or None where there is no /proc.

    A run of its own, because looking every few milliseconds costs time. What processes share counts for each of them.
    """
    if not Path("/proc/self/statm").exists():
        return None
    peak = 0
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        ended = threading.Event()

        def wait() -> None:
            process.wait()
            ended.set()

        waiter = threading.Thread(target=wait)
        waiter.start()
        while not ended.wait(_SAMPLES_EVERY_S):
            peak = max(peak, _tree_pages(process.pid))
        waiter.join()
    return peak * os.sysconf("SC_PAGE_SIZE") / 1e6


def _tree_pages(pid: int) -> int:
    pages = 0
    pending = [pid]
    while pending:
        current = pending.pop()
        try:
            pages += int(Path(f"/proc/{current}/statm").read_text().split()[1])
            for task in Path(f"/proc/{current}/task").iterdir():
                pending.extend(int(child) for child in (task / "children").read_text().split())
        except (OSError, IndexError):
            continue  # ended between two looks
    return pages
