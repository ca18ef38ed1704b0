"""Setting up on a bare machine: the choice of Python, and which kustomize serves."""

from __future__ import annotations

import importlib.util
import os
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from tests.meta.sources import ROOT


def _program(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)
    return path


def _python(path: Path, version: str, *modules: str) -> Path:
    """Play a Python that has a version and can import only the named modules."""
    cases = "".join(f'*"import {module}"*) exit 0 ;; ' for module in modules)
    return _program(path, f'case "$2" in *version_info*) echo {version} ;; {cases}*) exit 1 ;; esac')


def _choose(*candidates: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(ROOT / "tools" / "choose-python")],
        env=os.environ | {"PYTHON": " ".join(map(str, candidates))},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_first_fitting_python_with_venv_is_chosen(tmp_path: Path) -> None:
    old = _python(tmp_path / "old", "3.9", "venv")
    bare = _python(tmp_path / "bare", "3.13")
    good = _python(tmp_path / "good", "3.12", "venv")
    newer = _python(tmp_path / "newer", "3.15", "venv")
    done = _choose(tmp_path / "absent", newer, old, bare, good)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{good} -m venv --clear\n", "")


def test_virtualenv_serves_where_venv_is_missing(tmp_path: Path) -> None:
    bare = _python(tmp_path / "bare", "3.11", "virtualenv")
    assert _choose(bare).stdout == f"{bare} -m virtualenv --quiet --clear\n"


def test_a_missing_venv_is_one_line_with_the_package_to_install(tmp_path: Path) -> None:
    done = _choose(_python(tmp_path / "bare", "3.12"))
    assert done.returncode == 4
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "apt-get install python3.12-venv" in done.stderr


def test_a_python_too_old_or_too_new_is_one_line_that_names_it(tmp_path: Path) -> None:
    done = _choose(_python(tmp_path / "python3", "3.9", "venv"), _python(tmp_path / "python", "3.15", "venv"))
    assert done.returncode == 4
    assert done.stderr.count("\n") == 1
    assert "python3 is 3.9" in done.stderr
    assert "python is 3.15" in done.stderr
    assert "3.11 to 3.14" in done.stderr


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """Load tools/ensure_kustomize.py with a tools folder of its own and a build that is only noted."""
    spec = importlib.util.spec_from_file_location("ensure_kustomize", ROOT / "tools" / "ensure_kustomize.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "TOOLS", tmp_path / ".tools")
    monkeypatch.delenv("KUSTOMIZE", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))

    def build(target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        _program(target, f"echo v5.8.1; : > {tmp_path}/built")

    monkeypatch.setattr(module, "build", build)
    return module


@pytest.mark.parametrize(
    ("says", "fits"),
    [
        ("v5.4.3", True),
        ("v5.8.1", True),
        ("v6.0.0", True),
        ("v5.4.2", False),
        ("{Version:kustomize/v4.5.7 x}", False),
        ("", False),
    ],
)
def test_kustomize_is_judged_by_its_version(tool: ModuleType, tmp_path: Path, says: str, *, fits: bool) -> None:
    assert tool.is_fitting(str(_program(tmp_path / "kustomize", f"echo '{says}'"))) is fits


def test_a_fitting_kustomize_on_the_path_is_enough(
    tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(tmp_path / "kustomize", "echo v5.6.0")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert tool.main() == 0
    assert not (tmp_path / ".tools").exists()


def test_without_one_it_is_built_once_and_again_when_the_pins_change(
    tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = tmp_path / "built"
    for expected in (True, False):
        built.unlink(missing_ok=True)
        assert tool.main() == 0
        assert built.exists() is expected
    monkeypatch.setattr(tool, "build_key", lambda: "other pins")
    assert tool.main() == 0
    assert built.exists()


def test_a_named_kustomize_that_does_not_serve_is_an_error(
    tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KUSTOMIZE", str(_program(tmp_path / "kustomize", "echo v5.0.0")))
    assert tool.main() == 4
    assert capsys.readouterr().err.count("\n") == 1
