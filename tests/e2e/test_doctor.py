"""`doctor`: what a machine lacks, and where a running cluster disagrees with the file, each with its line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.harness import PLATFORM, Ended, Repo
from tests.e2e.standins import Kubectl, deployment, node

POOL = """\
gpuPools:
  - {name: t4, cluster: laptop, accelerator: nvidia-t4, gpusPerNode: 2, nodes: {min: 2, max: 4}}
"""


@pytest.fixture
def kubectl(tmp_path: Path) -> Kubectl:
    """Return stand-ins of the test's own."""
    return Kubectl(tmp_path / "standins")


def asked(repo: Repo, kubectl: Kubectl, *words: str, **more: str) -> Ended:
    return repo.run("doctor", *words, env=kubectl.environment | more)


def cluster(repo: Repo, kubectl: Kubectl) -> tuple[int, Any]:
    ended = asked(repo, kubectl, "--cluster", "laptop", "--format", "json")
    return ended.code, json.loads(ended.out)


def codes(answer: Any) -> dict[str, tuple[str, str]]:
    return {each["code"]: (each["severity"], each["path"]) for each in answer["findings"]}


def test_a_machine_with_everything_is_well(repo: Repo, kubectl: Kubectl) -> None:
    ended = asked(repo, kubectl, "--offline")
    assert ended.code == 0, ended.said
    lines = ended.out.splitlines()
    assert lines[-1] == "everything that the commands need is there"
    assert [line.split()[0] for line in lines[:5]] == ["python", "node", "git", "kustomize", "kubectl"]
    # Only what goes with the providers of the file is of interest.
    assert "kind" in ended.out
    assert "gcloud" not in ended.out


def test_what_is_missing_is_named_with_who_needs_it_and_how_to_get_it(repo: Repo, kubectl: Kubectl) -> None:
    ended = asked(repo, kubectl, "--offline", "--format", "json", KUBECTL="/nowhere/kubectl")
    assert ended.code == 4, ended.said
    (found,) = [each for each in json.loads(ended.out)["machine"] if each["name"] == "kubectl"]
    assert (found["state"], found["version"]) == ("missing", None)
    assert found["neededFor"] == ["bootstrap --run", "doctor --cluster"]
    assert "kubernetes.io" in found["get"]
    text = asked(repo, kubectl, "--offline", KUBECTL="/nowhere/kubectl").out
    assert "needed for: bootstrap --run, doctor --cluster" in text
    assert text.splitlines()[-1] == "lacking: kubectl"


def test_one_command_may_be_asked_about(repo: Repo, kubectl: Kubectl) -> None:
    ended = asked(repo, kubectl, "--offline", "--for", "build", KUBECTL="/nowhere/kubectl")
    assert ended.code == 0, ended.said
    assert [line.split()[0] for line in ended.out.splitlines()[:-1]] == ["python", "node", "git"]
    assert asked(repo, kubectl, "--offline", "--for", "bild").code == 2


def test_an_old_kustomize_is_too_old(repo: Repo, kubectl: Kubectl) -> None:
    program = kubectl.folder / "kustomize"
    program.write_text("#!/bin/sh\necho v5.0.1\n")
    ended = asked(repo, kubectl, "--offline")
    assert ended.code == 4, ended.said
    assert "too old 5.0.1" in ended.out
    assert "5.4.3 or newer" in ended.out


def test_upstream_that_cannot_be_read_is_said(repo: Repo, kubectl: Kubectl) -> None:
    configuration = kubectl.folder / "gitconfig"
    configuration.write_text('[url "/nowhere/"]\n  insteadOf = https://github.com/\n')
    ended = asked(repo, kubectl, GIT_CONFIG_GLOBAL=str(configuration), GIT_CONFIG_NOSYSTEM="1")
    assert ended.code == 4, ended.said
    assert "https://github.com/kubeflow/manifests" in ended.out.splitlines()[-1]
    assert "insteadOf" in ended.out


def test_a_machine_can_be_looked_at_without_a_platform_file(repo: Repo, kubectl: Kubectl, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    ended = repo.run("doctor", "--offline", cwd=bare, env=kubectl.environment)
    assert ended.code == 0, ended.said


def test_a_cluster_as_the_file_says_has_no_findings(repo: Repo, kubectl: Kubectl) -> None:
    ended = asked(repo, kubectl, "--cluster", "laptop")
    assert ended.code == 0, ended.said
    assert "Kubernetes         v1.34.4" in ended.out
    assert "standard (default, local)" in ended.out
    assert "is as the file says" in ended.err
    assert kubectl.changes == []


def test_everything_that_disagrees_is_found_in_one_run_with_its_place(repo: Repo, kubectl: Kubectl) -> None:
    repo.write(PLATFORM.replace("  - name: edge", "    storageClass: fast\n  - name: edge", 1) + POOL)
    kubectl.answers("get --raw /version", {"gitVersion": "v1.33.9"})
    pool = {"platform/gpu-pool": "t4"}
    gpus = {"nvidia.com/gpu": "1"}
    found = [node("n1", labels={"eks.amazonaws.com/nodegroup": "a"}), node("n2", labels=pool), node("n3")]
    found[1]["status"]["allocatable"] = gpus
    found[2]["status"]["allocatable"] = gpus
    kubectl.answers("get nodes", {"items": found})
    image = "docker.io/kubeflowkatib/katib-controller:v0.17.0"
    kubectl.answers("get deployments", {"items": [deployment("kubeflow", "katib-controller", image)]})
    code, answer = cluster(repo, kubectl)
    assert code == 1
    assert codes(answer) == {
        "other-kubernetes": ("warning", "clusters[0].kubernetes"),
        "other-provider": ("error", "clusters[0].provider"),
        "absent-storage-class": ("error", "clusters[0].storageClass"),
        "absent-gpu-nodes": ("warning", "gpuPools[0].nodes"),
        "other-gpu-count": ("warning", "gpuPools[0]"),
        "already-installed": ("error", "components.katib"),
    }
    told = {each["code"]: each for each in answer["findings"]}
    assert told["other-kubernetes"]["line"] == 13
    assert 'existing: "0.17.0"' in told["already-installed"]["help"]
    assert "kubectl label node n3 platform/gpu-pool=t4" in told["absent-gpu-nodes"]["help"]
    assert answer["cluster"]["nodes"][1]["allocatable"] == gpus


def test_what_the_cluster_has_already_is_held_against_existing(repo: Repo, kubectl: Kubectl) -> None:
    repo.write(PLATFORM.replace("  katib: {}", '  katib: {existing: "0.18.0"}'))
    assert codes(cluster(repo, kubectl)[1]) == {"absent-component": ("warning", "components.katib.existing")}
    for image, expected in (("k:v0.18.0", set()), ("k:v0.17.1", {"other-existing-version"})):
        kubectl.answers("get deployments", {"items": [deployment("kubeflow", "katib-controller", image)]})
        assert codes(cluster(repo, kubectl)[1]).keys() == expected


def test_no_default_storage_class_is_an_error_where_volumes_are_asked_for(repo: Repo, kubectl: Kubectl) -> None:
    kubectl.answers("get storageclasses", {"items": [{"metadata": {"name": "slow"}, "provisioner": "p"}]})
    code, answer = cluster(repo, kubectl)
    assert code == 1
    assert codes(answer) == {"no-default-storage-class": ("error", "clusters[0]")}
    assert "there are: slow" in answer["findings"][0]["help"]


def test_what_may_not_be_read_is_unknown_and_no_finding(repo: Repo, kubectl: Kubectl) -> None:
    kubectl.answers("get", code=1, err="Error from server (Forbidden): you may not\n")
    for asked_for in ("get --raw /version", "get --raw /.well-known", "get storageclasses", "get nodes", "get depl"):
        kubectl.answers(asked_for, code=1, err="Error from server (Forbidden): you may not\n")
    kubectl.answers("get deployments", code=1, err="Error from server (Forbidden): you may not\n")
    code, answer = cluster(repo, kubectl)
    assert code == 0
    assert answer["findings"] == []
    assert answer["cluster"]["kubernetes"] is None
    assert answer["cluster"]["definitions"] is None


def test_a_cluster_that_does_not_answer_is_a_failure_of_the_surroundings(repo: Repo, kubectl: Kubectl) -> None:
    kubectl.answers("get storageclasses", code=1, err="Unable to connect to the server: EOF\n")
    assert asked(repo, kubectl, "--cluster", "laptop").code == 4
    assert asked(repo, kubectl, "--cluster", "nowhere").code == 2
    assert asked(repo, kubectl, "--context", "elsewhere").code == 2
