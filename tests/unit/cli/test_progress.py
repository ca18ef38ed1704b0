"""A bar is drawn on a terminal for what takes long, and nothing anywhere else."""

from __future__ import annotations

import io
import sys

import pytest

from compiler.cli import progress
from compiler.cli.progress import Progress


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        """Return what a terminal does."""
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Let stderr be a terminal, and nobody be patient."""
    stream = _Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "_PATIENCE_S", 0)
    return stream


def work() -> None:
    """Do three things."""
    with Progress("compiling", "units") as bar:
        for name in ("laptop/katib", "laptop/argo-cd", "edge/katib"):
            bar.advance(name, 3)


def test_on_a_terminal_it_is_drawn(terminal: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    work()
    assert capsys.readouterr().out == ""
    assert "compiling" in terminal.getvalue()
    assert "3/3" in terminal.getvalue()


def test_elsewhere_it_is_silent(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_PATIENCE_S", 0)
    work()
    assert capsys.readouterr() == ("", "")


def test_a_dumb_terminal_is_elsewhere(terminal: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    work()
    assert terminal.getvalue() == ""


def test_what_is_quick_is_not_drawn(terminal: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_PATIENCE_S", 60)
    work()
    assert terminal.getvalue() == ""
