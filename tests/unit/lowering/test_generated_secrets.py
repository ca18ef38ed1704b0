"""The Job that draws secrets: what it may do, and how Argo CD takes it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from compiler.lowering.generated_secrets import is_drawn, maker
from compiler.lowering.secrets import required_secrets
from compiler.model.platform import SecretsBackend
from tests.unit.lowering.installed import cluster, installation, platform

ONES = [installation("dex", "26.03"), installation("oauth2-proxy", "26.03")]
HERE = cluster(ONES, secrets=SecretsBackend("generated"))


def objects(index: int) -> list[Any]:
    return list(maker(ONES[index].component, required_secrets(ONES[index], HERE, platform(HERE))))


def test_nothing_wanted_is_nothing_made() -> None:
    assert list(maker("dex", [])) == []


def test_it_reads_and_changes_its_own_secrets_and_no_other() -> None:
    roles = {each["metadata"]["namespace"]: each["rules"] for each in objects(1) if each["kind"] == "Role"}
    assert {verb for rule in roles["auth"] for verb in rule["verbs"]} == {"get"}
    assert [rule["resourceNames"] for rule in roles["auth"]] == [["dex-oidc-client"]]
    named = [rule for rule in roles["oauth2-proxy"] if rule["verbs"] != ["create"]]
    assert sum("resourceNames" not in rule for rules in roles.values() for rule in rules) == 1
    assert [(rule["resourceNames"], rule["verbs"]) for rule in named] == [(["oauth2-proxy"], ["get", "patch"])]


def test_it_runs_with_each_sync_and_is_no_difference() -> None:
    job = objects(0)[-1]
    assert job["metadata"]["annotations"]["argocd.argoproj.io/hook"] == "Sync"
    pod = job["spec"]["template"]
    assert pod["metadata"]["labels"] == {"sidecar.istio.io/inject": "false"}
    assert pod["spec"]["serviceAccountName"] == objects(0)[0]["metadata"]["name"]
    wanted = json.loads(pod["spec"]["containers"][0]["env"][0]["value"])
    assert [each["name"] for each in wanted] == ["dex-oidc-client"]
    assert "pUBnBOY80SnXgjibTYM9ZWNzY2xreNGQok" not in str(job)


def test_its_pods_pass_the_strictest_pod_security() -> None:
    pod = objects(0)[-1]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"]["allowPrivilegeEscalation"] is False
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}


@pytest.mark.real(reason="the subject is a program that runs alone")
def test_its_program_runs_alone_as_kubernetes_hands_it_over() -> None:
    command = objects(0)[-1]["spec"]["template"]["spec"]["containers"][0]["command"]
    # Kubernetes would put variables in for $(NAME) and one $ for two.
    assert "$(" not in command[-1]
    assert "$$" not in command[-1]
    done = subprocess.run([sys.executable, *command[1:]], env={"WANTED": "[]"}, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_what_somebody_must_know_before_is_not_drawn() -> None:
    assert is_drawn({"a": "password", "b": "hex:16", "c": "same:ns/name/key", "d": "bcrypt", "e": "text:x"})
    assert not is_drawn({"a": "password", "b": "given"})
