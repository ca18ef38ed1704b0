"""What stands in for KSOPS passes Secrets on, and keeps of sops' block nothing."""

from __future__ import annotations

from pathlib import Path

import yaml

from compiler.workspace.ksops_stand_in import passed_on
from tests.mistakes.casebook import FOLDER

FILE = FOLDER / "bases/sops/secrets/prod/auth/oidc-client.yaml"


def test_secrets_are_passed_on_as_they_stand_in_git() -> None:
    found = passed_on({"items": [{"kind": "ksops", "files": [str(FILE)]}, {"kind": "ksops", "files": []}]})
    written = yaml.safe_load(FILE.read_text())
    assert found["items"] == [{key: written[key] for key in ("apiVersion", "kind", "metadata", "stringData")}]
    assert found["items"][0]["stringData"]["client-secret"].startswith("ENC[")


def test_it_needs_nothing_of_the_compiler() -> None:
    source = Path("compiler/workspace/ksops_stand_in.py").read_text("utf-8")
    assert "import compiler" not in source
    assert "from compiler" not in source
