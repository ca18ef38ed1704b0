"""Writes docs/findings.md, the reference of all findings, from the rules."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Write the page and return the exit code."""
    sys.path.insert(0, str(ROOT))
    from compiler.diagnostics.rule import PAGE
    from compiler.explain.page import findings_page
    from compiler.rules import all_rules

    (ROOT / PAGE).write_text(findings_page(all_rules()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
