"""Digests change with what they stand for and with nothing else."""

from __future__ import annotations

import itertools
import os
import shutil
from pathlib import Path

import pytest

from compiler.workspace import fingerprint
from compiler.workspace.fingerprint import compiler_digest, compiler_stamp, reads_digest


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the root of a small package that the module takes for its own."""
    for path, text in (("workspace/fingerprint.py", "a"), ("catalog/facts.json", "{}"), ("lowering/bridge.js", "b")):
        (tmp_path / "one" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "one" / path).write_text(text)
    monkeypatch.setattr(fingerprint, "__file__", str(tmp_path / "one/workspace/fingerprint.py"))
    return tmp_path / "one"


def stamp() -> str:
    """Return the stamp as a new process would."""
    compiler_stamp.cache_clear()
    return compiler_stamp()


@pytest.fixture(autouse=True)
def _forget() -> None:
    compiler_stamp.cache_clear()


def test_every_file_that_decides_counts(package: Path) -> None:
    seen = {(compiler_digest(), stamp())}
    for path in ("workspace/fingerprint.py", "catalog/facts.json", "lowering/bridge.js"):
        (package / path).write_text("changed")
        seen.add((compiler_digest(), stamp()))
    (package / "checks").mkdir()
    (package / "checks/new.py").touch()
    seen.add((compiler_digest(), stamp()))
    (package / "checks/new.py").rename(package / "checks/newer.py")
    seen.add((compiler_digest(), stamp()))
    digests, stamps = zip(*seen, strict=True)
    assert len(set(digests)) == len(set(stamps)) == 6


def test_what_decides_nothing_does_not(package: Path) -> None:
    before = compiler_digest(), stamp()
    (package / "README.md").write_text("text")
    (package / "workspace/__pycache__").mkdir()
    (package / "workspace/__pycache__/fingerprint.cpython-311.pyc").touch()
    assert (compiler_digest(), stamp()) == before


def test_the_digest_is_the_same_on_every_machine(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = compiler_digest(), stamp()
    other = package.parent / "two"
    shutil.copytree(package, other)
    os.utime(other / "workspace/fingerprint.py", (1, 1))
    monkeypatch.setattr(fingerprint, "__file__", str(other / "workspace/fingerprint.py"))
    assert compiler_digest() == before[0]
    assert stamp() != before[1]


def test_what_is_read_is_told_apart() -> None:
    given = [
        reads_digest("a", "b", contents=[]),
        reads_digest("ab", contents=[]),
        reads_digest("a", "b", contents=[None]),
        reads_digest("a", "b", contents=[b""]),
        reads_digest("a", "b", contents=[b"absent"]),
        reads_digest("a", "b", contents=[b"x", b"y"]),
        reads_digest("a", "b", contents=[b"y", b"x"]),
        reads_digest("a", "b", contents=[b"xy"]),
    ]
    assert len(set(given)) == len(given)
    assert all(one != two for one, two in itertools.combinations(given, 2))
    assert reads_digest("a", contents=[b"x"]) == reads_digest("a", contents=[b"x"])
