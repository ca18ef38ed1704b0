"""Commands that make Secrets hold no value that anybody could know, and never make an empty one."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from compiler.live.secrets import commands
from compiler.lowering.wanted_secrets import WantedSecret, repository_secret, wanted_secrets
from compiler.model.platform import Namespace, TeamRepository, Tenant
from tests.unit.lowering.installed import cluster, platform

WHOLE = platform()
REAL = pytest.mark.real(reason="the subject is a shell script")


def wanted(type: str = "", **keys: str) -> WantedSecret:
    return WantedSecret("ns", "my-secret", keys, "katib", "help", type)


def run(secret: WantedSecret, folder: Path, **environment: str) -> tuple[int, list[str]]:
    """Run the commands with a kubectl that has no Secret but `other` and writes down what it is asked to create."""
    log = folder / "log"
    program = folder / "kubectl"
    program.write_text(
        '#!/bin/sh\ncase "$*" in *"get secret other"*) printf Y29weQ==; exit 0;; *get*) exit 1;; esac\n'
        f'for word in "$@"; do printf "%s\\n" "$word" >> {log}; done\n'
    )
    program.chmod(0o755)
    script = "\n".join(["set -eu", *commands(secret, "kubectl")])
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(["sh"], input=script, text=True, env={"PATH": path} | environment, check=False)
    return done.returncode, log.read_text().splitlines() if log.exists() else []


@REAL
def test_values_are_drawn_copied_and_given(tmp_path: Path) -> None:
    secret = wanted(a="password", b="hex:16", c="text:it's $x", d="same:ns/other/key", e="given", f="base64:32")
    code, words = run(secret, tmp_path, MY_SECRET_E="hush")
    assert code == 0
    values = dict(word.removeprefix("--from-literal=").split("=", 1) for word in words if word.startswith("--from"))
    assert values["c"] == "it's $x"
    assert values["d"] == "copy"
    assert values["e"] == "hush"
    assert (len(values["a"]), len(values["b"]), len(values["f"])) == (48, 32, 44)


@REAL
def test_what_is_not_given_stops_the_script(tmp_path: Path) -> None:
    assert run(wanted(e="given"), tmp_path) == (2, [])
    assert run(wanted(e="bcrypt"), tmp_path)[1] == []


@REAL
def test_a_program_that_is_missing_makes_no_empty_value(tmp_path: Path) -> None:
    program = tmp_path / "htpasswd"
    program.write_text("#!/bin/sh\nexit 127\n")
    program.chmod(0o755)
    code, words = run(wanted(e="bcrypt"), tmp_path, MY_SECRET="hush")
    assert (code != 0, words) == (True, [])


@REAL
def test_credentials_of_a_registry_come_from_a_file(tmp_path: Path) -> None:
    secret = wanted("kubernetes.io/dockerconfigjson", **{".dockerconfigjson": "given"})
    code, words = run(secret, tmp_path, MY_SECRET_DOCKERCONFIGJSON="config.json")
    assert code == 0
    assert "--type=kubernetes.io/dockerconfigjson" in words
    assert "--from-file=.dockerconfigjson=config.json" in words


@REAL
def test_a_secret_gets_the_labels_that_it_is_found_by(tmp_path: Path) -> None:
    secret = repository_secret("platform-repository", WHOLE.gitops.repo_url, "argocd")
    code, words = run(secret, tmp_path, PLATFORM_REPOSITORY_USERNAME="git", PLATFORM_REPOSITORY_PASSWORD="hush")
    assert code == 0
    assert "--from-literal=url=https://github.com/acme/platform.git" in words
    assert "--from-literal=password=hush" in words
    assert words[-1] == "argocd.argoproj.io/secret-type=repository"


@REAL
def test_a_secret_says_what_its_readers_ask_beside_its_keys(tmp_path: Path) -> None:
    secret = replace(wanted(KEY="given"), annotations={"serving.kserve.io/s3-region": "eu-west-1"})
    code, words = run(secret, tmp_path, MY_SECRET_KEY="hush")
    assert code == 0
    assert words[-6:-3] == ["annotate", "secret", "my-secret"]
    assert words[-1] == "serving.kserve.io/s3-region=eu-west-1"


def test_a_repository_by_ssh_is_read_with_a_key() -> None:
    assert set(repository_secret("key", "git@github.com:acme/platform.git", "argocd").keys) == {
        "type",
        "url",
        "sshPrivateKey",
    }


def test_the_hub_alone_needs_the_credentials_of_the_repository() -> None:
    hub, spoke = cluster([], name="hub"), cluster([], name="spoke", server="https://spoke.acme.com")
    whole = platform(hub, spoke, hub="hub")
    whole = replace(whole, gitops=replace(whole.gitops, secret_ref="platform-repository"))
    assert [secret.name for secret in wanted_secrets(hub, whole)] == ["platform-repository"]
    assert wanted_secrets(spoke, whole) == []


def test_the_hub_needs_the_credentials_of_what_teams_sync_to_other_clusters() -> None:
    models = TeamRepository("lab", "https://h/models", "main", ".", "lab", False, "models-git", ())
    vision = Tenant("vision", "a@acme.com", (), (Namespace("lab", {}, ()),), (), (), (), (), (models,))
    hub, spoke = cluster([], name="hub"), cluster([], name="spoke", server="https://s.acme.com", tenants=(vision,))
    [secret] = wanted_secrets(hub, platform(hub, spoke, hub="hub"))
    assert (secret.namespace, secret.name, secret.keys["url"]) == ("argocd", "models-git", "text:https://h/models")
    assert wanted_secrets(spoke, platform(hub, spoke, hub="hub")) == []
    assert [each.name for each in wanted_secrets(spoke, platform(spoke))] == ["models-git"]
