"""A bug of ours, end to end: it is told as ours and by its name, and the user's own mistakes are told beside it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.e2e.harness import ROOT, Repo, codes

PLANT = """\
import dataclasses
import sys


def crash(*_):
    raise ZeroDivisionError("planted")


class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "compiler.cli.check":
            sys.meta_path.remove(self)
            import compiler.checks as checks

            every = checks.all_checks()
            planted = tuple(dataclasses.replace(c, run=crash) if c.id == "shared-domain" else c for c in every)
            checks.all_checks = lambda: planted
        return None


sys.meta_path.insert(0, Finder())
"""


def test_a_check_that_crashes_is_told_by_its_name(fresh: Repo, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/sitecustomize.py").write_text(PLANT)
    planted = {"PYTHONPATH": f"{tmp_path / 'site'}:{ROOT}"}
    fresh.edit("access: [{team: vision, role: viewer}]", "access: [{team: visio, role: viewer}]")
    ended = fresh.run("check", env=planted)
    assert ended.code == 70, ended.said
    assert {"internal-error", "unknown-team"} <= codes(ended)
    assert "check shared-domain crashed: ZeroDivisionError: planted" in ended.out
    assert "a mistake of the compiler, not of your platform" in ended.out
    for kind in ("json", "sarif", "junit", "github"):
        told = fresh.run("check", "--format", kind, env=planted)
        assert told.code == 70, told.said
        assert "internal-error" in told.out
        assert "unknown-team" in told.out
    report = json.loads(fresh.run("check", "--format", "json", env=planted).out)
    assert {finding["code"] for finding in report["findings"]} >= {"internal-error", "unknown-team"}


def test_a_build_writes_nothing_then(fresh: Repo, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/sitecustomize.py").write_text(PLANT)
    ended = fresh.run("build", env={"PYTHONPATH": f"{tmp_path / 'site'}:{ROOT}"})
    assert ended.code == 70, ended.said
    assert fresh.tree() == {}
