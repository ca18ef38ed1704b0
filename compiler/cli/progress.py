"""A progress bar on a terminal for what takes long; nothing anywhere else."""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

_PATIENCE_S = 0.5
"""How long a run may take before a bar appears; importing rich costs more than most builds last."""


class Progress:
    """A context in which `advance` moves the bar by one."""

    def __init__(self, verb: str, noun: str) -> None:
        self._verb, self._noun = verb, noun
        self._started = time.monotonic()
        self._bar: Bar | None = None
        self._task: TaskID | None = None
        self._done = 0
        self._is_wanted = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def advance(self, name: str, total: int) -> None:
        """Count one more of `total`; `name` is what is being worked on."""
        self._done += 1
        if not self._is_wanted or time.monotonic() - self._started < _PATIENCE_S:
            return
        if self._bar is None:
            self._start(total)
        assert self._bar is not None
        assert self._task is not None
        self._bar.update(self._task, completed=self._done, name=name)

    def _start(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as Bar

        columns = (
            TextColumn(self._verb),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn(f"{self._noun} {{task.fields[name]}}"),
        )
        self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task(self._verb, total=total, name="")
        self._bar.start()
