"""Ends with what `cli.main` returns; knows nothing else."""

from __future__ import annotations

import signal
import sys


def _run() -> int:
    try:
        from compiler.cli.main import main

        return main()
    except KeyboardInterrupt:  # Ctrl-C while modules were being loaded: nothing was begun.
        return 130
    finally:
        # The work is done: a late Ctrl-C would only draw a traceback from the interpreter's own last steps.
        signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(_run())
