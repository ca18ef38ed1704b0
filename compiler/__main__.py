"""Ends with what `cli.main` returns; knows nothing else."""

from __future__ import annotations

import gc
import os
import signal

_INTERRUPTED = 130


def _run() -> int:
    # A run lives for a second at most: collecting cycles would cost a third of it and free nothing.
    gc.disable()
    try:
        from compiler.cli.main import main

        return main()
    except KeyboardInterrupt:  # while modules were being loaded: nothing was begun
        return _INTERRUPTED
    finally:
        # The work is done: a late Ctrl-C would only draw a traceback from the interpreter's own last steps.
        signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    # Everything is written, and the system takes memory back faster than the interpreter does piece by piece. Also,
    # where Ctrl-C met an `exec`, as dataclasses use it, the interpreter remembers it and would end by the signal.
    # Source: `unhandled_keyboard_interrupt` in CPython's Python/pythonrun.c and Modules/main.c.
    os._exit(_run())
