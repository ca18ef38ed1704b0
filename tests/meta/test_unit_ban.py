"""The ban of tests/unit holds: planted tests with effects fail, also behind `except`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.meta.sources import ROOT

PLANTED = """
import os, socket, subprocess
import pytest

def test_popen():
    try:
        subprocess.run(["true"], check=False)
    except Exception:
        pass

@pytest.fixture(scope="module")
def process():
    return subprocess.run(["true"], check=False)

def test_wide_fixture(process):
    pass

def test_system():
    os.system("true")

def test_connect():
    socket.create_connection(("127.0.0.1", 9))

def test_git():
    from git import Git
    Git().version()

@pytest.mark.real
def test_real_without_reason():
    pass

@pytest.mark.real(reason="the process is the subject")
def test_real():
    assert subprocess.run(["true"], check=False).returncode == 0

def test_pure():
    assert True
"""


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Run the planted tests under the ban and return what pytest says of each."""
    folder = tmp_path_factory.mktemp("ban")
    shutil.copy(ROOT / "tests" / "unit" / "conftest.py", folder)
    (folder / "test_planted.py").write_text(PLANTED, "utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n  real: x\n  upstream: x\n", "utf-8")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("COV", "PYTEST"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "--tb=line", "-p", "no:cacheprovider", str(folder)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


@pytest.mark.parametrize("name", ["test_popen", "test_system", "test_connect", "test_git"])
def test_a_planted_effect_fails(outcome: str, name: str) -> None:
    assert f"::{name} FAILED" in outcome


def test_a_planted_effect_in_a_fixture_of_the_module_fails(outcome: str) -> None:
    assert "::test_wide_fixture ERROR" in outcome


def test_real_needs_a_reason_and_lifts_the_ban(outcome: str) -> None:
    assert "::test_real_without_reason ERROR" in outcome
    assert "::test_real PASSED" in outcome
    assert "::test_pure PASSED" in outcome


def test_paths_of_the_planted_run_stay_outside_the_project(outcome: str) -> None:
    assert str(Path(ROOT / "tests")) not in outcome
