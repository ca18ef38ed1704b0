"""A small platform that a real Argo CD follows: waves, quiet, healing, bad commits, and what is never pruned."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cluster.api import until
from tests.cluster.followed import LATER_SYNC_S, ROOT, Followed, follow, impossible
from tests.cluster.installation import Manifest
from tests.cluster.ledger import Ledger
from tests.conftest import UPSTREAM

BASES = (UPSTREAM, "https://github.com/kubernetes-sigs/kueue")
VISION = """\
  - name: vision
    owner: {user: alice@acme.com}
    members: [{user: bob@acme.com, role: editor}]
    namespaces: [{name: vision-lab, clusters: [real], quota: {cpu: "4"}}]
    modelStorage: [{type: s3, secretRef: models-s3, region: eu-west-1}]
"""
PLATFORM = """\
apiVersion: platform/v1alpha1
kind: Platform
metadata: {{name: acme-ml}}
gitops: {{repoURL: {url}}}
distribution: none
versions: {{kubeflow: "26.03", argo-cd: "3.4"}}
components:
  cert-manager: {{}}
  trainer: {{}}
  kueue: {{}}
  kserve: {{existing: "0.16.0"}}
clusters:
  - {{name: real, environment: dev, provider: generic, kubernetes: "{kubernetes}"}}
teams:
{vision}  - name: speech
    owner: {{user: carol@acme.com}}
    namespaces: [{{name: speech-lab, clusters: [real], quota: {{cpu: "4"}}}}]
"""


@pytest.fixture(scope="module")
def followed(newest: str, tmp_path_factory: pytest.TempPathFactory, ledger: Ledger) -> Iterator[Followed]:
    """Return the platform, synced."""
    why = impossible(*BASES)
    if why:
        pytest.skip(why)
    folder = tmp_path_factory.mktemp("followed")
    with follow(newest, folder, lambda url: PLATFORM.format(url=url, kubernetes=newest, vision=VISION)) as synced:
        ledger.syncs.append(synced.row("tenants, cert-manager, trainer, kueue"))
        yield synced


def test_all_became_synced_wave_by_wave(followed: Followed) -> None:
    names = set(followed.argo_cd.applications())
    assert {"argo-cd", "cert-manager", "kueue", ROOT, "team-speech", "team-vision", "trainer"} <= names
    assert list(followed.recorder.overtaken(ROOT)) == []
    waves = {each.wave for each in followed.recorder.log}
    assert len(waves) > 2


def test_what_models_are_loaded_with_is_listed_where_kserve_looks(followed: Followed) -> None:
    api = followed.plane.api
    for account in ("default", "default-editor"):
        assert api.get("v1", "ServiceAccount", "vision-lab", account).body["secrets"] == [{"name": "models-s3"}]


def test_nothing_differs_when_all_is_looked_at_again(followed: Followed) -> None:
    assert followed.moved(lambda: followed.argo_cd.refresh(hard=True)) == []


def test_nobody_fights_over_an_object(followed: Followed) -> None:
    assert followed.stand_ins.failures == []
    assert {what: times for what, times in followed.stand_ins.writes.items() if times > 3} == {}
    assert followed.stand_ins.webhooks.answered > 0


def test_a_change_by_hand_is_healed(followed: Followed) -> None:
    quota, hard = _quota(followed)
    assert followed.plane.api.merge(quota, {"spec": {"hard": dict.fromkeys(hard, "77")}}).ok
    until("the quota is what Git says", lambda: _quota(followed)[1] == hard, timeout_s=LATER_SYNC_S)
    followed.settle()


def test_an_object_deleted_by_hand_comes_back(followed: Followed) -> None:
    account = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"namespace": "cert-manager", "name": "cert-manager"},
    }
    assert followed.plane.api.delete(account).ok
    until(
        "the deployment is back",
        lambda: followed.exists("apps/v1", "Deployment", "cert-manager", "cert-manager"),
        timeout_s=LATER_SYNC_S,
    )
    followed.settle()


def test_an_unknown_field_changes_nothing_and_is_told(followed: Followed) -> None:
    file = followed.repo.path / "generated/real/team-vision/vision-lab.yaml"
    good = file.read_text()
    assert good.count("\n  hard:\n") == 1
    _, before = _quota(followed)
    file.write_text(good.replace("\n  hard:\n", "\n  hardly: {}\n  hard:\n"))
    try:
        followed.push("A field that nobody knows")
        followed.until_told("team-vision", "hardly")
        assert _quota(followed)[1] == before
    finally:
        file.write_text(good)
        followed.push("Take it back")
    followed.settle()


def test_a_missing_base_changes_nothing_and_is_told(followed: Followed) -> None:
    file = followed.repo.path / "overlays/real/trainer/kustomization.yaml"
    good = file.read_text()
    file.write_text(good.replace("/trainer/upstream/base/manager?", "/trainer/upstream/base/absent?"))
    try:
        followed.push("A base that is not there")
        followed.until_told("trainer", "absent")
        item = followed.argo_cd.applications()["trainer"]
        assert item["status"]["health"]["status"] == "Healthy"
        assert followed.exists("apps/v1", "Deployment", *_deployment(followed))
    finally:
        file.write_text(good)
        followed.push("Take it back")
    followed.settle()


def test_a_removed_component_goes_and_leaves_its_data(followed: Followed) -> None:
    namespace, name = _deployment(followed)
    followed.repo.edit("  trainer: {}\n", "")
    followed.let_go(
        "{component: trainer, cluster: real, reason: nobody trains}",
        "{namespace: kubeflow, cluster: real, reason: nobody trains}",
        "{namespace: kubeflow-system, cluster: real, reason: nobody trains}",
    )
    followed.build()
    followed.push("No trainer")
    api = followed.plane.api
    until("the Application is gone", lambda: "trainer" not in followed.argo_cd.applications(), timeout_s=LATER_SYNC_S)
    until("it is gone", lambda: not api.get("apps/v1", "Deployment", namespace, name).ok, timeout_s=LATER_SYNC_S)
    assert followed.exists(
        "apiextensions.k8s.io/v1", "CustomResourceDefinition", None, "trainjobs.trainer.kubeflow.org"
    )
    assert followed.exists("v1", "Namespace", None, namespace)
    followed.settle()


def test_a_team_that_is_let_go_loses_its_access_and_leaves_its_data(followed: Followed) -> None:
    followed.repo.edit(VISION, "")
    followed.let_go("{namespace: vision-lab, cluster: real, reason: moved away}")
    followed.build()
    followed.push("No vision")
    until(
        "the Application is gone", lambda: "team-vision" not in followed.argo_cd.applications(), timeout_s=LATER_SYNC_S
    )
    assert followed.exists("v1", "Namespace", None, "vision-lab")
    assert _bindings(followed, "vision-lab") == []
    followed.settle()


def test_a_team_taken_out_by_force_keeps_its_namespace(followed: Followed) -> None:
    """The compiler refuses to drop a team silently; whoever edits its output loses no data either."""
    listed = followed.repo.path / "generated/real/applications/applications.yaml"
    documents = listed.read_text().split("\n---\n")
    kept = [each for each in documents if "\n  name: team-speech\n" not in each]
    assert len(kept) == len(documents) - 1
    listed.write_text("\n---\n".join(kept))
    followed.push("No speech")
    until(
        "the Application is gone", lambda: "team-speech" not in followed.argo_cd.applications(), timeout_s=LATER_SYNC_S
    )
    followed.settle()
    assert followed.exists("v1", "Namespace", None, "speech-lab")
    assert _bindings(followed, "speech-lab") == []


def _bindings(followed: Followed, namespace: str) -> object:
    """Return who has a role in a namespace."""
    return followed.plane.api.get("rbac.authorization.k8s.io/v1", "RoleBinding", namespace).body["items"]


def _quota(followed: Followed) -> tuple[Manifest, Manifest]:
    """Return the quota of a team's namespace, and what it allows."""
    (found,) = followed.plane.api.get("v1", "ResourceQuota", "vision-lab").body["items"]
    return {"apiVersion": "v1", "kind": "ResourceQuota", **found}, found["spec"]["hard"]


def _deployment(followed: Followed) -> tuple[str, str]:
    """Return the place and name of the trainer's controller."""
    resources = followed.argo_cd.applications()["trainer"]["status"]["resources"]
    found = next(each for each in resources if each["kind"] == "Deployment" and "trainer" in each["name"])
    return found["namespace"], found["name"]
