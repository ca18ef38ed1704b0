"""Ends with what `cli.main` returns; knows nothing else."""

from __future__ import annotations

import gc
import os
import signal
import sys

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
        gc.freeze()  # Else everything would be looked through once more before it is thrown away.


if __name__ == "__main__":
    code = _run()
    if code == _INTERRUPTED:
        # Where Ctrl-C met an `exec`, as dataclasses use it, the interpreter remembers it and ends by the signal.
        # Source: `unhandled_keyboard_interrupt` in CPython's Python/pythonrun.c and Modules/main.c.
        os._exit(code)
    sys.exit(code)
