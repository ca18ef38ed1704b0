"""What the two examples of a check leave open: neighbours of its rule, and silence where another finding says it."""

from __future__ import annotations

from datetime import date

import pytest

from compiler.catalog.load import Catalog
from compiler.checks.late_culling import _seconds
from compiler.pipeline import Sources, understand

HEAD = """\
apiVersion: platform/v1alpha1
kind: Platform
metadata: {name: acme}
gitops: {repoURL: https://github.com/acme/ml-platform.git}
"""
TWO = """\
clusters:
  - {name: one, environment: dev, provider: k3d, kubernetes: "1.34"}
  - {name: two, environment: dev, provider: k3d, kubernetes: "1.34"}
"""
CATALOG = Catalog()


def errors(text: str) -> list[str]:
    found = understand(Sources("p.yaml", (HEAD + text).encode(), None, "", lambda _: None), CATALOG, as_of=DAY)
    return sorted(each.code for each in found.diagnostics if each.severity.value == "error")


DAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("target", "patch", "expected"),
    [
        ("kind: Deployment, name: katib-ui", "metadata: {name: other}", ["patch-changes-identity"]),
        ("kind: Deployment, name: katib-ui", "metadata: {name: katib-ui, labels: {a: b}}", []),
        ("kind: Deployment, name: katib-.*", "metadata: {name: any, labels: {a: b}}", []),
        ("kind: Deployment, name: katib-ui", "$patch: delete", []),
        ("kind: CustomResourceDefinition, name: trials.kubeflow.org", "$patch: delete", ["patch-deletes-data"]),
    ],
)
def test_a_merge_may_change_what_tells_no_object_from_others(target: str, patch: str, expected: list[str]) -> None:
    entry = f"{{target: {{{target}}}, patch: {{{patch}}}}}"
    assert errors(f"{TWO}components: {{katib: {{patches: [{entry}]}}}}\n") == expected


@pytest.mark.parametrize(
    ("text", "seconds"), [("2h", 7200), ("1h30m", 5400), ("1.5h", 5400), ("90s", 90), ("5", None), ("", None)]
)
def test_durations_are_read_as_go_writes_them(text: str, seconds: float | None) -> None:
    assert _seconds(text) == seconds


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("components: {cert-manager: {enabled: false}}\n", "required-component-disabled"),
        ("components: {istio-install: {enabled: false}}\n", "required-component-disabled"),
        ('versions: {kubeflow: "26.03", kueue: "0.17"}\ncomponents: {kueue: {}}\n', "version-conflict"),
        ("components: {kfp-tekton: {}}\nversions: {kubeflow: '26.03'}\n", "component-not-in-release"),
    ],
)
def test_one_mistake_on_two_clusters_is_one_finding(text: str, code: str) -> None:
    assert errors(TWO.replace('"1.34"}', '"1.34", domain: one.acme.com}', 1) + text) == [code]


def test_a_provider_that_cannot_be_read_is_not_said_to_be_missing() -> None:
    text = """\
clusters:
  - name: one
    environment: prod
    provider: k3s
    kubernetes: "1.34"
    identity: {oidc: {issuer: https://login.acme.com, clientSecretRef: oidc-client}}
teams:
  - name: vision
    owner: {user: alice@acme.com}
    members: [{group: readers, role: viewer}]
    namespaces: [{name: vision, clusters: [one]}]
"""
    assert errors(text) == ["missing-key"]


@pytest.mark.parametrize(
    ("versions", "kubernetes", "unread"),
    [('{kubeflow: "1.9.1"}', "1.31", ["huggingface"]), ('{kubeflow: "1.10.0"}', "1.31", [])],
)
def test_an_old_kserve_knows_no_models_of_hugging_face(versions: str, kubernetes: str, unread: list[str]) -> None:
    text = f"""\
versions: {versions}
clusters: [{{name: dev, environment: dev, provider: k3d, kubernetes: "{kubernetes}"}}]
teams:
  - name: vision
    owner: {{user: alice@acme.com}}
    namespaces: [{{name: vision, clusters: [dev]}}]
    modelStorage: [{{type: s3, secretRef: models-s3}}, {{type: huggingface, secretRef: hugging-face}}]
"""
    found = understand(Sources("p.yaml", (HEAD + text).encode(), None, "", lambda _: None), CATALOG, as_of=DAY)
    told = [each.message for each in found.diagnostics if each.code == "model-storage-not-read"]
    assert told == [f"no model of team vision on cluster dev is loaded from its {kind}" for kind in unread]


@pytest.mark.parametrize(("sync", "deletes"), [("", False), (", sync: {prune: false}", True)])
def test_a_takeover_says_what_argo_cd_leaves(sync: str, deletes: bool) -> None:
    head = HEAD.replace("ml-platform.git}", f"ml-platform.git{sync}}}")
    text = f"""\
{TWO}teams:
  - name: vision
    owner: {{user: alice@acme.com}}
    namespaces: [{{name: vision, clusters: [one, two]}}]
    gitops: [{{repoURL: https://github.com/acme/vision.git}}]
moved:
  - {{from: {{team: cv}}, to: {{team: vision}}}}
"""
    found = understand(Sources("p.yaml", (head + text).encode(), None, "", lambda _: None), CATALOG, as_of=DAY)
    [told] = [each for each in found.diagnostics if each.code == "takeover-by-team"]
    assert "held" in told.message
    assert "team-cv.vision" in told.message
    assert told.path == ("moved", 0, "from")
    delete = "kubectl delete applications.argoproj.io team-cv.vision --namespace argocd"
    assert (delete in str(told.help)) == deletes
