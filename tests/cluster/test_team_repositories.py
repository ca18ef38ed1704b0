"""What a team may sync from a repository of its own, asked of a real Argo CD: its work, and nothing that bounds it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from compiler.emit.yaml import dump_plain
from tests.cluster.api import until
from tests.cluster.followed import LATER_SYNC_S, Followed, follow, impossible
from tests.cluster.git_server import GitServer
from tests.cluster.installation import Manifest, identity
from tests.cluster.ledger import Ledger

OWN, OTHER = "vision-lab", "speech-lab"
PLATFORM = """\
apiVersion: platform/v1alpha1
kind: Platform
metadata: {{name: acme-ml}}
gitops: {{repoURL: {url}}}
distribution: none
versions: {{argo-cd: "3.4"}}
clusters:
  - {{name: real, environment: dev, provider: generic, kubernetes: "{kubernetes}"}}
teams:
  - name: vision
    owner: {{user: alice@acme.com}}
    namespaces: [{{name: vision-lab, clusters: [real], quota: {{cpu: "4"}}}}]
    gitops: [{{name: models, repoURL: {team_url}, path: deploy, clusters: [real]}}]
  - name: speech
    owner: {{user: carol@acme.com}}
    namespaces: [{{name: speech-lab, clusters: [real]}}]
"""
_PODS = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "main", "image": "busybox"}]}}
_DEPLOYED = {"replicas": 1, "selector": {"matchLabels": {"a": "b"}}, "template": _PODS}
_EVERYTHING = {"roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"}}
_MALLORY = {"subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "mallory@acme.com"}]}
_PROJECT = {"sourceRepos": ["*"], "destinations": [{"server": "*", "namespace": "*"}]}


def _item(api_version: str, kind: str, namespace: str | None, name: str, **rest: Any) -> Manifest:
    place = {"namespace": namespace, "name": name} if namespace else {"name": name}
    return {"apiVersion": api_version, "kind": kind, "metadata": place, **rest}


WORK = (
    _item("v1", "ConfigMap", OWN, "settings", data={"a": "b"}),
    _item("apps/v1", "Deployment", OWN, "worker", spec=_DEPLOYED),
)
OUTSIDE = (
    _item("v1", "ConfigMap", OTHER, "in-another-team"),
    _item("v1", "ConfigMap", "argocd", "in-argo-cd"),
    _item("v1", "ConfigMap", "kube-system", "in-kube-system"),
)
"""What the team might write, but elsewhere."""
BOUNDS = (
    _item("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", None, "planted", **_EVERYTHING, **_MALLORY),
    _item("rbac.authorization.k8s.io/v1", "RoleBinding", OWN, "planted", **_EVERYTHING, **_MALLORY),
    _item("networking.k8s.io/v1", "NetworkPolicy", OWN, "planted", spec={"podSelector": {}, "ingress": [{}]}),
    _item("v1", "ResourceQuota", OWN, "planted", spec={"hard": {"pods": "999"}}),
    _item("v1", "Namespace", None, "planted"),
    _item("v1", "Pod", OWN, "planted", spec=_PODS["spec"]),
    _item("argoproj.io/v1alpha1", "AppProject", "argocd", "planted", spec=_PROJECT),
)
"""What the team may not write anywhere."""


@dataclass
class Team:
    """A team's repository beside the platform that lets Argo CD follow it."""

    followed: Followed
    git: GitServer
    folder: Path
    application: str

    def push(self, *items: Manifest) -> None:
        """Make these objects all that the repository holds."""
        shutil.rmtree(self.folder / "deploy", ignore_errors=True)
        (self.folder / "deploy").mkdir(parents=True)
        for number, item in enumerate(items):
            (self.folder / f"deploy/{number:02}.yaml").write_text(dump_plain(item))
        self.git.commit(self.folder, "What the team wants")
        self.followed.argo_cd.refresh()

    def exists(self, item: Manifest) -> bool:
        """Return whether an object is there."""
        place = item["metadata"]
        return self.followed.exists(item["apiVersion"], item["kind"], place.get("namespace"), place["name"])


@pytest.fixture(scope="module")
def team(newest: str, tmp_path_factory: pytest.TempPathFactory, ledger: Ledger) -> Iterator[Team]:
    """Return a team whose repository is synced."""
    why = impossible()
    if why:
        pytest.skip(why)
    folder = tmp_path_factory.mktemp("team")
    for name in ("git", "work/deploy", "platform"):
        (folder / name).mkdir(parents=True)
    with GitServer(folder / "git") as git:
        for number, item in enumerate(WORK):
            (folder / f"work/deploy/{number:02}.yaml").write_text(dump_plain(item))
        git.commit(folder / "work", "The team's work")

        def platform(url: str) -> str:
            return PLATFORM.format(url=url, team_url=git.url, kubernetes=newest)

        with follow(newest, folder / "platform", platform) as synced:
            ledger.syncs.append(synced.row("a team with a repository of its own"))
            (name,) = (name for name in synced.argo_cd.applications() if name.endswith("models"))
            yield Team(synced, git, folder / "work", name)


def test_the_work_of_a_team_is_synced(team: Team) -> None:
    assert [identity(item) for item in WORK if not team.exists(item)] == []


def test_nothing_leaves_the_namespaces_of_a_team_or_lifts_what_bounds_it(team: Team) -> None:
    planted = [*OUTSIDE, *BOUNDS]
    team.push(*WORK, *planted)
    team.followed.until_told(team.application, *(f"{each['kind']}/{each['metadata']['name']}: " for each in planted))
    told = team.followed.told(team.application).splitlines()
    permitted = [
        identity(each)
        for each in planted
        if team.exists(each)
        or not any(
            line.startswith(f"{each['kind']}/{each['metadata']['name']}: ") and "not permitted" in line for line in told
        )
    ]
    assert permitted == [], "\n".join(told)


def test_a_mended_commit_is_synced_without_waiting_for_the_broken_one(team: Team) -> None:
    assert {line.partition(":")[0] for line in team.followed.argo_cd.unfinished()} == {team.application}
    team.push(*WORK)
    team.followed.settle()


def test_what_the_platform_holds_is_not_taken_over(team: Team) -> None:
    team.push(*WORK, _item("v1", "ServiceAccount", OWN, "default-editor", automountServiceAccountToken=False))
    team.followed.until_told(team.application, "default-editor")
    account = team.followed.plane.api.get("v1", "ServiceAccount", OWN, "default-editor")
    assert account.ok
    assert "automountServiceAccountToken" not in account.body
    team.push(*WORK)
    team.followed.settle()


def test_what_a_team_takes_out_stays_until_it_asks_for_pruning(team: Team) -> None:
    kept, left = WORK
    team.push(kept)
    until("it could be pruned", lambda: _prunable(team) == [left["metadata"]["name"]], timeout_s=LATER_SYNC_S)
    assert team.followed.moved(team.followed.argo_cd.refresh) == []
    assert team.exists(left)
    team.followed.repo.edit("path: deploy,", "path: deploy, prune: true,")
    team.followed.build()
    team.followed.push("Prune what the team takes out")

    def is_gone() -> bool:
        # Where nothing but its policy has changed, Argo CD looks at an Application again after minutes.
        team.followed.argo_cd.refresh()
        return not team.exists(left)

    until("it is gone", is_gone, timeout_s=LATER_SYNC_S, pause_s=2)
    assert team.exists(kept)


def test_a_renamed_team_goes_on_with_what_it_made(team: Team) -> None:
    team.push(*WORK)
    team.followed.settle()
    before = _marks(team)
    repo, text = team.followed.repo, team.followed.repo.file.read_text("utf-8")
    renamed = text.replace("name: vision\n", "name: sight\n")
    repo.write(f"{renamed}moved:\n  - {{from: {{team: vision}}, to: {{team: sight}}}}\n")
    team.followed.build()
    team.followed.push("Vision is called sight")
    after = {"team-sight.models"}
    until("the renamed one holds all", lambda: set(_marks(team).values()) == after, timeout_s=LATER_SYNC_S)
    until("the old one is gone", lambda: team.application not in team.followed.argo_cd.applications())
    team.followed.settle()
    assert _marks(team).keys() == before.keys(), "what was there is what is there"
    repo.write(renamed)
    team.followed.build()
    team.followed.push("That was it")
    team.followed.settle()
    [policy] = [each["spec"]["syncPolicy"] for name, each in _applications(team) if name in after]
    assert "FailOnSharedResource=true" in policy["syncOptions"]
    assert team.followed.moved(team.followed.argo_cd.refresh) == []


def _applications(team: Team) -> list[tuple[str, Mapping[str, Any]]]:
    return list(team.followed.argo_cd.applications().items())


def _marks(team: Team) -> dict[str, str]:
    """Return the name of the Application that holds each of the team's objects, by their identity in the cluster."""
    api = team.followed.plane.api
    places = ((item["apiVersion"], item["kind"], OWN, item["metadata"]["name"]) for item in WORK)
    found = [api.get(*place).body["metadata"] for place in places]
    return {each["uid"]: each["annotations"]["argocd.argoproj.io/tracking-id"].partition(":")[0] for each in found}


def _prunable(team: Team) -> list[str]:
    """Return what Argo CD would delete if it were let."""
    resources = team.followed.argo_cd.applications()[team.application]["status"]["resources"]
    return [each["name"] for each in resources if each.get("requiresPruning")]
