"""`bootstrap`: the printed script is one, and `--run` does the same things in the same order, on the right cluster."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.e2e.harness import PLATFORM, Ended, Repo
from tests.e2e.standins import NOT_FOUND, SECRET, Kubectl, deployment, node
from tests.golden import assert_text

GOLDEN = Path(__file__).parent / "golden"
HUB = PLATFORM.replace("revision: main}", "revision: main, argocd: {hub: laptop}}").replace(
    "    provider: k3s\n", '    provider: k3s\n    server: "https://edge.example:6443"\n'
)
SURE = ("--run", "--context", "kind-laptop", "--yes")
APPLY = ["apply", "--server-side", "--force-conflicts", "--field-manager=argocd-controller"]


@pytest.fixture
def kubectl(tmp_path: Path) -> Kubectl:
    """Return stand-ins of the test's own."""
    return Kubectl(tmp_path / "standins")


@pytest.fixture(scope="module")
def hub_original(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """Return a built repository in which one cluster's Argo CD manages the other."""
    repo = Repo(tmp_path_factory.mktemp("hub") / "repo", HUB)
    repo.build()
    return repo


@pytest.fixture
def hub(hub_original: Repo, tmp_path: Path) -> Repo:
    """Return such a repository of the test's own."""
    return hub_original.copy(tmp_path / "hub")


def kinds(text: str) -> list[str]:
    return [each["metadata"]["name"] for each in yaml.safe_load_all(text) if each]


def started(repo: Repo, kubectl: Kubectl, *words: str) -> Ended:
    return repo.run("bootstrap", *words, env=kubectl.environment)


def test_the_script_is_as_it_was_read(repo: Repo) -> None:
    ended = repo.run("bootstrap", "laptop")
    assert ended.code == 0, ended.said
    assert_text(GOLDEN / "bootstrap.sh", ended.out)


def test_the_script_of_a_spoke_is_as_it_was_read(hub: Repo) -> None:
    ended = hub.run("bootstrap", "edge")
    assert ended.code == 0, ended.said
    assert_text(GOLDEN / "bootstrap-spoke.sh", ended.out)


def test_the_script_runs_in_a_shell_and_stops_where_a_command_fails(repo: Repo, kubectl: Kubectl) -> None:
    script = repo.run("bootstrap", "laptop", "--context", "kind-laptop").out
    path = f"{kubectl.folder}{os.pathsep}{os.environ['PATH']}"
    python = repo.path / "bin"
    python.mkdir()
    (python / "python").write_text(f'#!/bin/sh\nshift 2\nexec {" ".join(repo.command())} "$@"\n')
    (python / "python").chmod(0o755)
    environment = repo.environment(**kubectl.environment, PATH=f"{python}{os.pathsep}{path}")

    def run() -> int:
        return subprocess.run(["sh"], input=script, text=True, cwd=repo.path, env=environment, check=False).returncode

    assert run() == 0
    applied = [words[2:] for words, _ in kubectl.calls if words[2] == "apply"]
    assert [words[-2:] for words in applied] == [
        ["-f", "-"],
        ["-k", "overlays/laptop/argo-cd"],
        ["-k", "overlays/laptop/bootstrap"],
    ]
    assert all(words[: len(APPLY)] == APPLY for words in applied)
    definitions = next(given for words, given in kubectl.calls if words[2] == "apply")
    assert "experiments.kubeflow.org" in kinds(definitions)
    (made,) = [words for words, _ in kubectl.calls if words[2:4] == ["create", "secret"]]
    assert made[-1].startswith("--from-literal=MYSQL_ROOT_PASSWORD=")
    assert len(made[-1].rpartition("=")[2]) == 48
    kubectl.answers("wait", code=1, err="error: timed out waiting for the condition\n")
    assert run() != 0
    assert kubectl.calls[-1][0][2] == "wait"


def test_a_run_applies_definitions_then_argo_cd_then_the_root(repo: Repo, kubectl: Kubectl) -> None:
    ended = started(repo, kubectl, "laptop", *SURE)
    assert ended.code == 0, ended.said
    assert {context for context, _, _ in kubectl.changes} == {"kind-laptop"}
    assert [verb for _, verb, _ in kubectl.changes] == ["apply", "wait", "apply", "wait", "apply"]
    given = [kinds(text) for _, _, text in kubectl.changes]
    assert sorted(given[0]) == ["applications.argoproj.io", "appprojects.argoproj.io", "experiments.kubeflow.org"]
    assert given[1] == given[0]
    assert given[2][0] == "argo-cd"
    assert given[4] == ["bootstrap"]
    assert all(words[2:6] == APPLY for words, _ in kubectl.calls if words[2:3] == ["apply"])
    assert "kind-laptop" in ended.err


def test_a_second_run_leaves_definitions_to_argo_cd(repo: Repo, kubectl: Kubectl) -> None:
    source = {"repoURL": "https://github.com/acme/ml-platform.git", "path": "overlays/laptop/applications"}
    kubectl.answers("get applications.argoproj.io root", {"spec": {"source": source}})
    kubectl.answers("get deployments", {"items": [deployment("kubeflow", "katib-controller", "katib:v1")]})
    ended = started(repo, kubectl, "laptop", *SURE)
    assert ended.code == 0, ended.said
    assert [verb for _, verb, _ in kubectl.changes] == ["apply", "wait", "apply"]


def test_a_run_waits_until_the_kinds_are_served(repo: Repo, kubectl: Kubectl) -> None:
    late = 'error: resource mapping not found: no matches for kind "AppProject" in version "argoproj.io/v1alpha1"\n'
    for _ in range(2):
        kubectl.answers("apply", code=1, err=late, once=True)
    new = "error: .status.conditions accessor error: <nil> is of the type <nil>, expected []interface{}\n"
    kubectl.answers("wait", code=1, err=new, once=True)
    ended = started(repo, kubectl, "laptop", *SURE)
    assert ended.code == 0, ended.said
    assert [verb for _, verb, _ in kubectl.changes] == ["apply"] * 3 + ["wait"] * 2 + ["apply", "wait", "apply"]


def test_a_step_that_fails_ends_the_run_with_the_words_of_kubectl(repo: Repo, kubectl: Kubectl) -> None:
    kubectl.answers("apply", code=1, err="Error from server (Forbidden): you may not\n")
    ended = started(repo, kubectl, "laptop", *SURE)
    assert ended.code == 4
    assert "step 1 failed: Error from server (Forbidden): you may not" in ended.err
    assert [verb for _, verb, _ in kubectl.changes] == ["apply"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("nowhere",), 2, "there is no cluster nowhere"),
        (("laptop", "--yes"), 2, "--yes is for --run only"),
        (("laptop", "--run", "--yes"), 2, "--yes without --context could hit any cluster"),
        (("laptop", "--run"), 2, "nobody is there to be asked"),
        (("laptop", "--run", "--context", "kind-laptob", "--yes"), 2, "did you mean `kind-laptop`?"),
        (("laptop", "--hub-context", "x"), 2, "no hub manages laptop"),
        (("laptop", "--run", "--definitions"), 2, "exclude each other"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_done(
    repo: Repo, kubectl: Kubectl, words: tuple[str, ...], code: int, said: str
) -> None:
    ended = started(repo, kubectl, *words)
    assert ended.code == code, ended.said
    assert said in ended.err
    assert kubectl.changes == []


def test_another_trees_cluster_is_refused(repo: Repo, kubectl: Kubectl) -> None:
    source = {"repoURL": "https://github.com/acme/ml-platform.git", "path": "overlays/edge/applications"}
    kubectl.answers("get applications.argoproj.io root", {"spec": {"source": source}})
    ended = started(repo, kubectl, "laptop", *SURE)
    assert ended.code == 2, ended.said
    assert "follows overlays/edge/applications" in ended.err
    assert kubectl.changes == []


def test_a_cluster_of_another_kind_is_refused_with_the_line(repo: Repo, kubectl: Kubectl) -> None:
    kubectl.answers("get nodes", {"items": [node("n", labels={"cloud.google.com/gke-nodepool": "p"})]})
    ended = started(repo, kubectl, "laptop", *SURE)
    assert ended.code == 1, ended.said
    assert "error[other-provider]" in ended.err
    assert "platform.yaml:12:15" in ended.err
    assert kubectl.changes == []


def test_a_stale_or_absent_tree_is_refused(repo: Repo, fresh: Repo, kubectl: Kubectl) -> None:
    repo.edit('cpu: "8"', 'cpu: "9"')
    ended = started(repo, kubectl, "laptop", *SURE)
    assert ended.code == 3, ended.said
    assert "build" in ended.err
    assert started(fresh, kubectl, "laptop").code == 3
    assert kubectl.calls == []


def test_a_cluster_out_of_reach_is_no_mistake_of_the_file(repo: Repo, kubectl: Kubectl) -> None:
    kubectl.answers("get applications.argoproj.io", code=1, err="Unable to connect to the server: EOF\n")
    ended = started(repo, kubectl, "laptop", *SURE)
    assert ended.code == 4, ended.said
    assert "context kind-laptop does not answer" in ended.err


def test_a_spoke_is_registered_in_its_hub(hub: Repo, kubectl: Kubectl) -> None:
    kubectl.answers("get secret argocd-manager-long-lived-token", SECRET, context="k3s-edge")
    ended = started(hub, kubectl, "edge", "--run", "--context", "k3s-edge", "--hub-context", "kind-laptop", "--yes")
    assert ended.code == 0, ended.said
    assert [(context, verb) for context, verb, _ in kubectl.changes] == [
        ("k3s-edge", "apply"),
        ("k3s-edge", "wait"),
        ("k3s-edge", "apply"),
        ("kind-laptop", "apply"),
    ]
    secret = json.loads(kubectl.changes[-1][2])
    assert secret["metadata"]["labels"] == {"argocd.argoproj.io/secret-type": "cluster"}
    assert secret["metadata"]["namespace"] == "argocd"
    assert secret["stringData"]["server"] == "https://edge.example:6443"
    assert json.loads(secret["stringData"]["config"]) == {
        "bearerToken": "token",
        "tlsClientConfig": {"caData": "Y2E="},
    }
    projects = yaml.safe_load_all((hub.path / "generated/edge/bootstrap/projects.yaml").read_text())
    assert any(
        each["server"] == secret["stringData"]["server"] for item in projects for each in item["spec"]["destinations"]
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--context", "k3s-edge"), "it takes two contexts"),
        (("--context", "k3s-edge", "--hub-context", "k3s-edge"), "reach one cluster"),
        (("--context", "elsewhere", "--hub-context", "kind-laptop"), "use the context of edge: --context k3s-edge"),
    ],
)
def test_a_spoke_needs_both_right_contexts(hub: Repo, kubectl: Kubectl, words: tuple[str, ...], said: str) -> None:
    ended = started(hub, kubectl, "edge", "--run", "--yes", *words)
    assert ended.code == 2, ended.said
    assert said in ended.err
    assert kubectl.changes == []


def test_a_hub_is_not_taken_for_its_spoke(hub: Repo, kubectl: Kubectl) -> None:
    ended = started(hub, kubectl, "laptop", "--run", "--context", "k3s-edge", "--yes")
    assert ended.code == 2, ended.said
    assert "which is cluster edge, not laptop" in ended.err


@pytest.mark.parametrize(("typed", "code", "changes"), [("laptop\n", 0, 5), ("yes\n", 130, 0)])
def test_at_a_terminal_the_cluster_is_named_and_asked_for(
    repo: Repo, kubectl: Kubectl, typed: str, code: int, changes: int
) -> None:
    ours, theirs = pty.openpty()
    os.write(ours, typed.encode())
    done = subprocess.run(
        repo.command("bootstrap", "laptop", "--run"),
        cwd=repo.path,
        env=repo.environment(**kubectl.environment),
        stdin=theirs,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    os.close(theirs)
    os.close(ours)
    assert done.returncode == code, done.stderr
    assert "in context kind-laptop, which reaches https://127.0.0.1:40001" in done.stderr
    assert len(kubectl.changes) == changes


def test_a_token_that_does_not_come_is_said(hub: Repo, kubectl: Kubectl) -> None:
    kubectl.answers("get secret argocd-manager", code=1, err=f"{NOT_FOUND}Unable to connect to the server: EOF\n")
    ended = started(hub, kubectl, "edge", "--run", "--context", "k3s-edge", "--hub-context", "kind-laptop", "--yes")
    assert ended.code == 4, ended.said
