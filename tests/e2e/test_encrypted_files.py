"""Encrypted files of Secrets are the user's: read whenever they change, brought where they are read, never touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from tests.e2e.harness import Repo, changed
from tests.mistakes.casebook import FOLDER, files_of


def repo_of(base: str, folder: Path) -> Repo:
    """Return a repository with a platform file and the encrypted files that it needs."""
    repo = Repo(folder / "repo", (FOLDER / "bases" / f"{base}.yaml").read_text())
    for path, text in files_of(base).items():
        (repo.path / path).parent.mkdir(parents=True, exist_ok=True)
        (repo.path / path).write_text(text)
    return repo


def theirs(repo: Repo) -> dict[str, tuple[bytes, int]]:
    """Return the user's own files: what stands in them, and when they were written."""
    found = [path for path in (repo.path / "secrets").rglob("*") if path.is_file()]
    return {os.fspath(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in found}


def test_a_file_makes_only_what_reads_it(tmp_path: Path) -> None:
    repo = repo_of("sealed", tmp_path)
    repo.build()
    before, mine = repo.tree(), theirs(repo)
    assert b"kind: SealedSecret" in before["generated/prod/dex/secrets.yaml"]
    # A comment and the order of keys are no content.
    path = repo.path / "secrets/prod/auth/oidc-client.yaml"
    text = path.read_text()
    path.write_text("# sealed on a Monday\n" + text)
    repo.build()
    assert repo.tree() == before
    path.write_text(text.replace("name: oidc-client", "labels: {by: me}\n  name: oidc-client", 1))
    repo.build()
    edited = repo.tree()
    assert changed(before, edited) == {"generated/prod/dex/secrets.yaml", "generated/inventory.json"}
    pull = repo.path / "secrets/prod/vision/ghcr-pull.yaml"
    pull.unlink()
    ended = repo.build()
    assert "missing-secret-file" in ended.said
    assert {path for path in changed(edited, repo.tree()) if "inventory" not in path} == {
        "generated/prod/team-vision/vision.yaml"
    }
    pull.write_bytes(mine[os.fspath(pull)][0])
    path.write_text(text)
    repo.build()
    assert repo.tree() == before
    assert {path: content for path, (content, _) in theirs(repo).items()} == {
        path: content for path, (content, _) in mine.items()
    }


def test_no_build_touches_them(tmp_path: Path) -> None:
    repo = repo_of("sealed", tmp_path)
    mine = theirs(repo)
    repo.build()
    repo.edit("backend: sealed-secrets", "backend: manual")
    repo.edit("dex: {}", "dex: {}\n  sealed-secrets: {}")  # its namespace may not leave Git unasked
    repo.build("--full", "--discard-edits")
    assert theirs(repo) == mine
    assert not [path for path, content in repo.tree().items() if b"encryptedData" in content]


def test_a_value_that_argo_cd_opens_needs_no_build(tmp_path: Path) -> None:
    repo = repo_of("sops", tmp_path)
    repo.build()
    before = repo.tree()
    path = repo.path / "secrets/prod/auth/oidc-client.yaml"
    path.write_text(
        path.read_text().replace("client-secret: ENC[AES256_GCM,data:", "client-secret: ENC[AES256_GCM,data:b")
    )
    assert repo.run("build", "--check", "--full").code == 0
    path.unlink()
    repo.build()
    assert {path for path in changed(before, repo.tree()) if path.startswith("overlays/")} == {
        "overlays/prod/dex/secrets/kustomization.yaml"
    }
    assert not any(b"ENC[" in content for content in before.values())


def test_nothing_is_opened_where_overlays_are_rendered(tmp_path: Path) -> None:
    repo = repo_of("sops", tmp_path)
    repo.build()
    # No KSOPS is here, and one that were would not be asked.
    spy = tmp_path / "bin/ksops"
    spy.parent.mkdir()
    spy.write_text(f"#!/bin/sh\ntouch {tmp_path}/asked\nexit 1\n")
    spy.chmod(0o755)
    path = f"{spy.parent}{os.pathsep}{os.environ['PATH']}"
    for overlay, name in (("argo-cd-secrets", "oidc-client"), ("team-vision", "ghcr-pull")):
        ended = repo.run("render", f"prod/{overlay}", env={"PATH": path})
        assert ended.code == 0, ended.said
        secrets = [each for each in yaml.safe_load_all(ended.out) if each["kind"] == "Secret"]
        assert [each["metadata"]["name"] for each in secrets] == [name]
        assert all(value.startswith("ENC[") for value in secrets[0]["stringData"].values())
        assert "sops" not in secrets[0]
        assert secrets[0]["metadata"]["annotations"]["argocd.argoproj.io/sync-options"] == "Prune=false,Delete=false"
        assert "still encrypted" in ended.err
    assert not (tmp_path / "asked").exists()
    # What was rendered is remembered; a file that has changed is rendered again.
    file = repo.path / "secrets/prod/vision/ghcr-pull.yaml"
    file.write_text(file.read_text().replace("metadata:", "metadata:\n    labels: {by: me}", 1))
    again = repo.run("render", "prod/team-vision")
    assert "by: me" in again.out
    assert "still encrypted" in repo.run("render", "prod/team-vision").err


@pytest.mark.parametrize("command", [("check",), ("build", "--check")])
def test_a_value_in_clear_stops_every_command(command: tuple[str, ...], tmp_path: Path) -> None:
    repo = repo_of("sealed", tmp_path)
    repo.build()
    path = "secrets/prod/auth/oidc-client.yaml"
    (repo.path / path).write_text("kind: Secret\nstringData: {client-secret: hunter2}\n")
    ended = repo.run(*command)
    assert ended.code == 1, ended.said
    assert f"{path}:2:1: error[unencrypted-secret]" in ended.said
    # What is said stands in logs of CI, where more people look than in the repository.
    assert "hunter2" not in ended.said


def test_the_lines_for_what_is_missing_are_a_script(tmp_path: Path) -> None:
    repo = repo_of("sealed", tmp_path)
    assert repo.run("show", "secrets", "--missing").out == ""
    (repo.path / "secrets/prod/vision/ghcr-pull.yaml").unlink()
    ended = repo.run("show", "secrets", "--missing")
    assert ended.out.startswith("#!/bin/sh\n")
    assert ended.out.count("kubeseal ") == 1
    assert repo.run("show", "platform", "--missing").code == 2
