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


def drawn(stream: io.StringIO, *, kind: str = "xterm", patience_s: float = 0) -> str:
    """Do three things and return what was printed."""
    # Here and not in a fixture, for between set-up and call pytest puts streams of its own in place.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stderr", stream)
        patch.setenv("TERM", kind)
        patch.setattr(progress, "_PATIENCE_S", patience_s)
        with Progress("compiling", "units") as bar:
            for name in ("laptop/katib", "laptop/argo-cd", "edge/katib"):
                bar.advance(name, 3)
    return stream.getvalue()


def test_on_a_terminal_it_is_drawn() -> None:
    text = drawn(_Terminal())
    assert "compiling" in text
    assert "3/3" in text


def test_elsewhere_it_is_silent() -> None:
    assert drawn(io.StringIO()) == ""
    assert drawn(_Terminal(), kind="dumb") == ""


def test_what_is_quick_is_not_drawn() -> None:
    assert drawn(_Terminal(), patience_s=60) == ""
