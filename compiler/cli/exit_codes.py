"""The exit codes of every command; owns no text and decides nothing."""

from __future__ import annotations

from enum import IntEnum, unique


@unique
class ExitCode(IntEnum):
    """How a command ended, for scripts and CI. The numbers are public: docs/adr/0004-exit-codes.md."""

    OK = 0
    """Done, and nothing to complain about but warnings."""
    PLATFORM_ERRORS = 1
    """The platform file, or what it was compiled to, has errors; nothing was written."""
    USAGE = 2
    """The command line was not understood; argparse exits with the same number."""
    DRIFT = 3
    """The tree is not what the platform says, or there are the changes that were asked about."""
    SURROUNDINGS = 4
    """Git, Node, kustomize, the disk or the network failed."""
    BUG = 70
    """Our fault. The number is EX_SOFTWARE of BSD's sysexits.h."""
    INTERRUPTED = 130
    """Ctrl-C: 128 plus the number of SIGINT, as shells count."""
