"""compiler.workspace.aside: another process does the work, and whatever becomes of it there is a result."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from compiler.workspace.aside import aside

pytestmark = pytest.mark.real(reason="its subject is a second process")


def test_the_work_is_done_by_another_process() -> None:
    assert aside(lambda: {"by": os.getpid(), "large": "x" * 1_000_000})()["by"] != os.getpid()


def test_what_another_process_cannot_do_is_done_here() -> None:
    here = os.getpid()

    def killed_elsewhere() -> int:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return 7

    assert aside(killed_elsewhere)() == 7


def test_an_exception_shows_where_the_result_is_awaited() -> None:
    waiting = aside(lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        waiting()


def test_where_no_process_can_be_had_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> int:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refused)
    assert aside(os.getpid)() == os.getpid()


def test_nothing_of_the_caller_runs_twice(tmp_path: Path) -> None:
    try:
        waiting = aside(list)
    finally:
        with (tmp_path / "log").open("a") as log:
            log.write("once\n")
    assert waiting() == []
    assert (tmp_path / "log").read_text() == "once\n"
