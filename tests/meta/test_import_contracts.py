"""Every import contract of pyproject.toml can fail: violations planted in a copy of the package are caught."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]

PLANTED = [
    ("layers", "source/planted.py", "from compiler.spec import planted_name"),
    ("layers", "model/planted.py", "import compiler.source"),
    ("layers", "resolve/planted.py", "import compiler.checks"),
    ("layers", "matrix/planted.py", "import compiler.checks"),
    ("layers", "resolve/planted.py", "import compiler.matrix"),
    ("layers", "emit/planted.py", "import compiler.checks"),
    ("layers", "lowering/planted.py", "import compiler.emit"),
    ("layers", "providers/planted.py", "import compiler.catalog"),
    ("layers", "workspace/planted.py", "import compiler.pipeline"),
    ("layers", "checks/planted.py", "def late() -> None:\n    import compiler.cli"),
    ("layers", "planted/__init__.py", ""),
    ("cdk8s-in-node", "lowering/planted.py", "import cdk8s"),
    ("cdk8s-in-node", "components/planted.py", "def late() -> None:\n    from constructs import Construct"),
    ("cdk8s-in-node", "cli/planted.py", "import jsii"),
    ("git-in-one-module", "cli/planted.py", "import git"),
    ("git-in-one-module", "workspace/planted.py", "from git import Repo"),
    ("values-are-plain", "model/planted.py", "from pydantic import BaseModel"),
    ("values-are-plain", "diagnostics/planted.py", "import yaml"),
    ("values-are-plain", "diagnostics/planted.py", "from ruamel.yaml import YAML"),
    ("pydantic-in-spec", "resolve/planted.py", "import pydantic"),
    ("pydantic-in-spec", "lowering/planted.py", "from pydantic_core import ErrorDetails"),
    ("core-is-pure", "checks/planted.py", "import subprocess"),
    ("core-is-pure", "matrix/planted.py", "import tempfile"),
    ("core-is-pure", "resolve/planted.py", "from urllib.request import urlopen"),
    ("core-is-pure", "emit/planted.py", "import random"),
]
"""Contract, module to add, its text. A new layer, too, is a violation: it has to be given its place."""


def _contracts() -> list[dict[str, Any]]:
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts: list[dict[str, Any]] = configuration["tool"]["importlinter"]["contracts"]
    return contracts


def _copy(target: Path) -> Path:
    """Copy what import-linter looks at: the sources and the contracts."""
    shutil.copytree(
        ROOT / "compiler",
        target / "compiler",
        ignore=lambda folder, names: [
            name for name in names if not name.endswith(".py") and not (Path(folder) / name).is_dir()
        ],
    )
    shutil.copy(ROOT / "pyproject.toml", target)
    return target


def _lint(folder: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    program = "import sys; from importlinter.cli import lint_imports as lint; "
    program += "sys.exit(lint(limit_to_contracts=tuple(sys.argv[1:]), no_cache=True, no_logo=True))"
    environment = os.environ | {"COLUMNS": "200", "NO_COLOR": "1", "PYTHONPATH": str(folder)}
    return subprocess.run(
        [sys.executable, "-c", program, *contracts],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_package_as_it_is_keeps_every_contract(tmp_path: Path) -> None:
    done = _lint(_copy(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(_contracts())} kept, 0 broken" in done.stdout


@pytest.mark.parametrize(("contract", "module", "text"), PLANTED)
def test_a_planted_violation_is_caught(tmp_path: Path, contract: str, module: str, text: str) -> None:
    (name,) = (entry["name"] for entry in _contracts() if entry["id"] == contract)
    planted = _copy(tmp_path) / "compiler" / module
    planted.parent.mkdir(exist_ok=True)
    (planted.parent / "__init__.py").touch()  # so that the linter sees a folder that holds no Python so far
    planted.write_text(f'"""Planted."""\n{text}\n', "utf-8")
    done = _lint(tmp_path, contract)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{name} BROKEN" in done.stdout
    assert "planted" in done.stdout


def test_every_contract_has_a_planted_violation() -> None:
    assert {contract for contract, _, _ in PLANTED} == {entry["id"] for entry in _contracts()}
