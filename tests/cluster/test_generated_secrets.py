"""The Job that makes Secrets in the cluster: its own program with its own account, run here in the place of its pod."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.api import Answer, Api, until
from tests.cluster.control_plane import ControlPlane
from tests.cluster.installation import Manifest, identity
from tests.e2e.harness import Repo

PLATFORM = """\
apiVersion: platform/v1alpha1
kind: Platform
metadata: {{name: acme-ml}}
gitops: {{repoURL: https://github.com/acme/ml-platform.git}}
distribution: kubeflow
versions: {{kubeflow: "26.03", argo-cd: "3.4"}}
clusters:
  - name: real
    environment: dev
    provider: generic
    kubernetes: "{kubernetes}"
    identity: {{static: {{users: [{{user: dev@acme.com, passwordHashRef: dex-dev-password}}]}}}}
    secrets: {{backend: generated}}
"""
_RELEASED_FOR = "1.34"
"""What the platform is compiled for: a Kubernetes that the release takes; its Jobs are the same for each."""
_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
_SERVER = "https://kubernetes.default.svc"
_PATIENCE_S = 60


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> list[Manifest]:
    """Return what the Jobs of a whole Kubeflow are and need, components that are copied from first."""
    repo = Repo(tmp_path_factory.mktemp("secrets") / "repo", PLATFORM.format(kubernetes=_RELEASED_FOR))
    repo.build()
    files = sorted((repo.path / "generated/real").glob("*/secrets.yaml"))
    return [item for file in files for item in yaml.safe_load_all(file.read_text("utf-8")) if item]


@pytest.fixture
def prepared(plane: ControlPlane, objects: list[Manifest]) -> Iterator[list[Manifest]]:
    """Return the Jobs, whose accounts and roles are on the control plane, and whose namespaces go afterwards."""
    api = plane.api
    names = sorted({item["metadata"]["namespace"] for item in objects})
    namespaces = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}} for name in names]
    for item in (*namespaces, *(each for each in objects if each["kind"] != "Job")):
        answer = api.apply(item)
        assert answer.ok, f"{identity(item)}: {answer.message}"
    yield [item for item in objects if item["kind"] == "Job"]
    for namespace in namespaces:
        assert api.delete(namespace).ok
    until("the namespaces are gone", lambda: not any(api.get("v1", "Namespace", None, name).ok for name in names))


def test_the_jobs_make_every_secret_once(plane: ControlPlane, prepared: list[Manifest], tmp_path: Path) -> None:
    assert {job["metadata"]["namespace"] for job in prepared} >= {"auth", "kubeflow", "oauth2-proxy"}
    for job in prepared:
        assert plane.api.apply(job, dry_run=True).ok
        done = _run(job, plane, tmp_path)
        assert done.returncode == 0, done.stderr
    first = {job["metadata"]["name"]: _secrets(job, plane.api) for job in prepared}
    for job in prepared:
        done = _run(job, plane, tmp_path)
        assert done.returncode == 0, done.stderr
        assert all(line.endswith("made nothing, it is there") for line in done.stdout.splitlines())
        assert _secrets(job, plane.api) == first[job["metadata"]["name"]]
    made = {place: values for found in first.values() for place, values in found.items()}
    assert all(value for values in made.values() for value in values.values())
    client, proxy = made["auth/dex-oidc-client"], made["oauth2-proxy/oauth2-proxy"]
    assert (proxy["client-id"], proxy["client-secret"]) == (client["OIDC_CLIENT_ID"], client["OIDC_CLIENT_SECRET"])
    assert made["auth/dex-dev-password"]["password"]


def test_a_value_that_somebody_chose_is_kept(plane: ControlPlane, prepared: list[Manifest], tmp_path: Path) -> None:
    job = next(each for each in prepared if each["metadata"]["name"] == "make-secrets-katib")
    (wanted,) = _wanted(job)
    place = {"namespace": wanted["namespace"], "name": wanted["name"]}
    key = min(wanted["keys"])
    chosen = {"apiVersion": "v1", "kind": "Secret", "metadata": place, "stringData": {key: "chosen"}}
    assert plane.api.create(chosen).ok
    done = _run(job, plane, tmp_path)
    assert done.returncode == 0, done.stderr
    (held,) = _secrets(job, plane.api).values()
    assert held[key] == "chosen"
    assert set(held) == set(wanted["keys"])


def test_a_job_may_do_nothing_else(plane: ControlPlane, prepared: list[Manifest], tmp_path: Path) -> None:
    """What a Job may is bound to its Secrets: the same program that is asked for others is refused."""
    job = next(each for each in prepared if each["metadata"]["name"] == "make-secrets-katib")
    for namespace, name in (("kubeflow", "another"), ("auth", "dex-oidc-client")):
        wanted = f'[{{"namespace": "{namespace}", "name": "{name}", "keys": {{"a": "password"}}}}]'
        done = _run(job, plane, tmp_path, wanted)
        assert done.returncode != 0
        assert "403" in done.stderr


def _wanted(job: Manifest) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(_container(job)["env"][0]["value"])
    return found


def _container(job: Manifest) -> Manifest:
    (container,) = job["spec"]["template"]["spec"]["containers"]
    found: Manifest = container
    return found


def _run(
    job: Manifest, plane: ControlPlane, folder: Path, wanted: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a Job's program as its pod would, with the account's token in a folder where the kubelet would mount it."""
    container = _container(job)
    assert [entry["name"] for entry in container["env"]] == ["WANTED"]
    _, *words, program = container["command"]
    for old, new in ((_ACCOUNT, str(folder)), (_SERVER, plane.url)):
        assert program.count(f'"{old}"') == 1
        program = program.replace(old, new)
    (folder / "ca.crt").write_bytes((plane.folder / "ca.crt").read_bytes())
    (folder / "token").write_text(_token(job, plane.api))
    environment = {"PATH": os.environ["PATH"], "WANTED": wanted or container["env"][0]["value"]}
    return subprocess.run(
        ["/usr/bin/env", "python3", *words, program],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=_PATIENCE_S,
    )


def _token(job: Manifest, api: Api) -> str:
    """Return a token of the account that the Job's pods run under."""
    namespace, account = job["metadata"]["namespace"], job["spec"]["template"]["spec"]["serviceAccountName"]
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    answer: Answer = api.request("POST", f"/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token", request)
    assert answer.ok, answer.message
    token: str = answer.body["status"]["token"]
    return token


def _secrets(job: Manifest, api: Api) -> dict[str, dict[str, str]]:
    """Return what the Secrets of a Job hold, by namespace and name."""
    found = {}
    for each in _wanted(job):
        answer = api.get("v1", "Secret", each["namespace"], each["name"])
        assert answer.ok, answer.message
        values = {key: base64.b64decode(value).decode() for key, value in answer.body["data"].items()}
        assert values.keys() >= each["keys"].keys()
        found[f"{each['namespace']}/{each['name']}"] = values
    return found
