"""Writes requirements/*.txt, the hashed lock files, from pyproject.toml with uv.

One lock serves every supported Python, processor and system (markers decide on installation). Nothing of the machine
that made it may stand in it: no registry's address, no path.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

LOCKS: dict[str, tuple[str, ...]] = {
    "runtime": ("pyproject.toml",),
    # Under the constraints of the first: tests run with the versions that users run with.
    "dev": ("pyproject.toml", "--group", "dev", "--constraints", "requirements/runtime.txt"),
    "go": ("--group", "go"),
    "lock": ("--group", "lock"),
}
"""Name of the file, and what goes into it."""

OPTIONS = (
    "--quiet",
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--custom-compile-command=make lock",
)


def main(further: list[str]) -> int:
    """Write every lock file and return 0; `further` are options of uv such as `--upgrade`."""
    for name, sources in LOCKS.items():
        target = f"requirements/{name}.txt"
        command = [sys.executable, "-m", "uv", "pip", "compile", *OPTIONS, *further, *sources, "--output-file", target]
        subprocess.run(command, cwd=ROOT, check=True, stdin=subprocess.DEVNULL)
        if "://" in (ROOT / target).read_text("utf-8"):
            print(f"error: {target} names an address", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
