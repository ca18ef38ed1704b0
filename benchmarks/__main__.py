"""Measures the compiler against floors and peers side by side: `python -m benchmarks [--quick] [--rounds N]`.

Every contender of a case runs once a round, in turn, so that a busy machine slows all of them. What is compared are
ratios of medians. Whole processes are measured, from start to exit, children included.
"""

from __future__ import annotations

import argparse
import json
import os
import platform as machine
import subprocess
import sys
import tempfile
from datetime import date
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from benchmarks.cases import Bench, Row, cases
from benchmarks.report import judge, table
from compiler.lowering.bridge import node_executable


def conditions() -> str:
    """Return what the figures depend on besides the code: versions, cores, how busy the machine is, the date."""
    node = subprocess.run([node_executable(), "--version"], capture_output=True, text=True, check=True).stdout.strip()
    packages = " ".join(f"{name} {version(name)}" for name in ("cdk8s", "pydantic", "PyYAML"))
    emitter = "yaml-rs" if find_spec("yaml_rs") else "our own emitter"
    return (
        f"{date.today().isoformat()}, {machine.system()} {machine.machine()}, {os.cpu_count()} cores, "  # noqa: DTZ011
        f"load {os.getloadavg()[0]:.1f}; Python {machine.python_version()}, Node {node}, {packages}; "
        f"the floor through cdk8s writes with {emitter}"
    )


def main() -> int:
    """Run the bench; exit code 1 when a goal is missed, or somebody could not run at all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small platforms only, and three rounds")
    parser.add_argument("--rounds", type=int, default=0, metavar="N", help="rounds of each case (default 7, quick 3)")
    parser.add_argument("--case", action="append", default=[], metavar="NAME", help="only this case; may be repeated")
    parser.add_argument("--stages", action="store_true", help="only bridge and emitter, with made-up objects")
    parser.add_argument("--no-plain", action="store_true", help="leave out cdk8s-Python, which takes minutes")
    parser.add_argument("--helm", metavar="PATH", help="the helm binary (default: the one on PATH)")
    parser.add_argument(
        "--folder", metavar="PATH", help="where to work, e.g. another disk (default: the usual for TMPDIR)"
    )
    parser.add_argument("--json", action="store_true", help="data instead of a table")
    options = parser.parse_args()
    rounds = options.rounds or (3 if options.quick else 7)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="bench-", dir=options.folder) as folder:
        bench = Bench(Path(folder), rounds, helm=options.helm, with_plain=not options.no_plain)
        for case in cases(quick=options.quick, stages=options.stages):
            if options.case and case.name not in options.case:
                continue
            print(f"... {case.name}", file=sys.stderr, flush=True)
            rows += case.run(bench)
        missing = bench.missing
    goals = judge(rows)
    if options.json:
        print(json.dumps({"rows": [row.data() for row in rows], "goals": goals, "notMeasured": missing}, indent=2))
    else:
        print(f"{conditions()}; {rounds} rounds, medians\n")
        print(table(rows, goals, missing))
    return 1 if bench.has_failed or not all(goal["met"] for goal in goals) else 0


if __name__ == "__main__":
    sys.exit(main())
