"""`bootstrap --run` through a real kubectl on a real API server: a run, a second one, and `doctor` on what is there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cluster.control_plane import ControlPlane
from tests.conftest import unreachable
from tests.e2e.harness import Ended, Repo

ARGO_CD = "https://github.com/argoproj/argo-cd"
PLATFORM = """\
apiVersion: platform/v1alpha1
kind: Platform
metadata: {{name: acme-ml}}
gitops: {{repoURL: https://github.com/acme/ml-platform.git}}
distribution: none
versions: {{argo-cd: "3.4"}}
clusters:
  - {{name: real, environment: dev, provider: generic, kubernetes: "{kubernetes}"}}
teams:
  - name: vision
    owner: {{user: alice@acme.com}}
    namespaces: [{{name: vision-lab, clusters: [real]}}]
"""


def run(repo: Repo, plane: ControlPlane, *words: str) -> Ended:
    """Run the compiler with the kubectl of that Kubernetes."""
    return repo.run(*words, env={"KUBECONFIG": str(plane.kubeconfig), "KUBECTL": str(plane.programs["kubectl"])})


def test_a_bootstrap_is_taken_and_may_be_run_again(kubernetes: str, tmp_path: Path) -> None:
    why = unreachable(ARGO_CD)
    if why:
        pytest.skip(f"{ARGO_CD} cannot be read: {why}")
    repo = Repo(tmp_path / "repo", PLATFORM.format(kubernetes=kubernetes))
    repo.build()
    sure = ("bootstrap", "real", "--run", "--context", "test", "--yes")
    (tmp_path / "plane").mkdir()
    with ControlPlane(kubernetes, tmp_path / "plane") as plane:
        first = run(repo, plane, *sure)
        assert first.code == 0, first.said
        root = plane.api.get("argoproj.io/v1alpha1", "Application", "argocd", "root").body
        assert root["spec"]["source"]["path"] == "overlays/real/applications"
        for name in ("platform", "teams"):
            assert plane.api.get("argoproj.io/v1alpha1", "AppProject", "argocd", name).ok
        controller = plane.api.get("apps/v1", "StatefulSet", "argocd", "argocd-application-controller").body
        assert {
            each["manager"] for each in controller["metadata"]["managedFields"] if each["operation"] == "Apply"
        } == {"argocd-controller"}
        health = "resource.customizations.health.argoproj.io_Application"
        assert health in plane.api.get("v1", "ConfigMap", "argocd", "argocd-cm").body["data"]
        second = run(repo, plane, *sure)
        assert second.code == 0, second.said
        assert "left to Argo CD" in second.err
        again = plane.api.get("argoproj.io/v1alpha1", "Application", "argocd", "root").body
        assert again["metadata"]["generation"] == root["metadata"]["generation"]
        seen = run(repo, plane, "doctor", "--cluster", "real", "--format", "json")
        assert seen.code == 0, seen.said
        facts = json.loads(seen.out)["cluster"]
        assert facts["kubernetes"].startswith(f"v{kubernetes}.")
        assert facts["serviceAccountIssuer"] == "https://kubernetes.default.svc"
        assert "applications.argoproj.io" in facts["definitions"]
        other = PLATFORM.replace("name: real,", "name: other,").replace("clusters: [real]", "clusters: [other]")
        stranger = Repo(tmp_path / "stranger", other.format(kubernetes=kubernetes))
        stranger.build()
        wrong = run(stranger, plane, "bootstrap", "other", "--run", "--context", "test", "--yes")
        assert wrong.code == 2, wrong.said
        assert "follows overlays/real/applications" in wrong.err
