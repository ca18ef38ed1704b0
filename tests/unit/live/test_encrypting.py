"""The lines that make encrypted files: nothing in clear reaches the disk, and nothing that is there is made again."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from compiler.live.encrypting import script
from compiler.model.platform import Cluster, Platform, SecretsBackend
from tests.unit.lowering.installed import cluster, installation, platform

REAL = pytest.mark.real(reason="the subject is a shell script")
LOGIN = [installation("dex", "26.03"), installation("oauth2-proxy", "26.03")]
KUBECTL = """#!/bin/sh
case "$*" in *"get secret"*) exit 1;; esac
printf '%s\\n' "$@"
"""
KUBESEAL = """#!/bin/sh
for word in "$@"; do case "$word" in --sealed-secret-file=*) file="${word#*=}";; esac; done
{ printf '%s\\n' "$@"; cat; } > "$file"
"""


def sealing(*backend: str) -> tuple[Cluster, Platform]:
    here = cluster(LOGIN, secrets=SecretsBackend(*(backend or ("sealed-secrets",))))
    return here, platform(here)


def run(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a script where kubectl prints what it is asked, and kubeseal keeps that as the file."""
    programs = folder / "bin"
    programs.mkdir(exist_ok=True)
    for name, content in (("kubectl", KUBECTL), ("kubeseal", KUBESEAL)):
        (programs / name).write_text(content)
        (programs / name).chmod(0o755)
    environment = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(["sh"], input=text, text=True, env=environment, cwd=folder, check=False, capture_output=True)


@REAL
def test_values_are_drawn_and_copied_without_a_cluster(tmp_path: Path) -> None:
    here, whole = sealing()
    done = run("\n".join(script([here], whole)), tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    dex = (tmp_path / "secrets/c/auth/dex-oidc-client.yaml").read_text().splitlines()
    proxy = (tmp_path / "secrets/c/oauth2-proxy/oauth2-proxy.yaml").read_text().splitlines()
    assert "--scope=strict" in dex
    assert "--namespace" in dex
    values = dict(word.removeprefix("--from-literal=").split("=", 1) for word in dex if word.startswith("--from"))
    copies = dict(word.removeprefix("--from-literal=").split("=", 1) for word in proxy if word.startswith("--from"))
    assert len(values["OIDC_CLIENT_SECRET"]) == 48
    assert copies["client-secret"] == values["OIDC_CLIENT_SECRET"]
    assert copies["client-id"] == values["OIDC_CLIENT_ID"]
    assert len(copies["cookie-secret"]) == 32


@REAL
def test_what_is_there_stays_and_what_cannot_be_copied_stops(tmp_path: Path) -> None:
    here, whole = sealing()
    there = tmp_path / "secrets/c/auth/dex-oidc-client.yaml"
    there.parent.mkdir(parents=True)
    there.write_text("mine")
    done = run("\n".join(script([here], whole)), tmp_path)
    assert there.read_text() == "mine"
    assert done.returncode != 0
    assert not (tmp_path / "secrets/c/oauth2-proxy").exists()


def test_nothing_is_said_where_nothing_is_missing() -> None:
    here, whole = sealing()
    paths = ("secrets/c/auth/dex-oidc-client.yaml", "secrets/c/oauth2-proxy/oauth2-proxy.yaml")
    assert list(script([here], replace(whole, encrypted={path: {} for path in paths}))) == []
    here, whole = sealing("manual")
    assert list(script([here], whole)) == []


def test_the_operator_is_looked_for_where_it_was_put() -> None:
    version = "2.18.5"
    operator = installation("sealed-secrets", version, "sealed-secrets")
    secrets = SecretsBackend("sealed-secrets")
    ours = cluster([*LOGIN, operator], secrets=secrets)
    theirs = cluster([*LOGIN, replace(operator, existing=version)], secrets=secrets)
    assert "kubeseal --controller-namespace=sealed-secrets " in "\n".join(script([ours], platform(ours)))
    # Kubeseal knows where it stands by itself, or is told by the variables of its owner.
    assert "--controller-namespace" not in "\n".join(script([theirs], platform(theirs)))


def test_no_line_holds_a_value() -> None:
    here, whole = sealing()
    text = json.dumps(list(script([here], whole)))
    assert "openssl rand" in text
    assert "--from-literal=OIDC_CLIENT_SECRET=" in text
    assert '--from-literal=OIDC_CLIENT_SECRET=\\"$C_AUTH_DEX_OIDC_CLIENT_OIDC_CLIENT_SECRET\\"' in text
