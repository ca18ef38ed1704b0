"""Writes docs/mistakes.md, the table of mistakes that are found, from `tests/mistakes/`."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Write the page and return the exit code."""
    sys.path.insert(0, str(ROOT))
    from tests.mistakes.casebook import PAGE, page

    (ROOT / PAGE).write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
