"""What the projects allow, and what they refuse."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiler.lowering.argocd.children import TEAMS_PROJECT
from compiler.lowering.argocd.projects import platform_project, refused, teams_project
from compiler.model.gitops import SyncWindow
from compiler.model.manifest import Object
from compiler.model.platform import Namespace, Removal, Tenant
from compiler.providers import Providers
from tests.unit.lowering.argocd.lowered import HERE, WHOLE, children
from tests.unit.lowering.installed import catalog, cluster, installation, platform


def test_projects_allow_what_the_components_hold_and_no_more() -> None:
    project = platform_project(HERE, WHOLE, catalog(), children(HERE, WHOLE))
    spec = project["spec"]
    assert {"group": "serving.kserve.io", "kind": "ClusterServingRuntime"} in spec["clusterResourceWhitelist"]
    assert {"group": "apps", "kind": "Deployment"} in spec["namespaceResourceWhitelist"]
    assert {"group": "apps", "kind": "Deployment"} not in spec["clusterResourceWhitelist"]
    assert "*" not in {entry["kind"] for entry in spec["namespaceResourceWhitelist"]}
    namespaces = {destination["namespace"] for destination in spec["destinations"]}
    assert {"argocd", "istio-system", "kubeflow"} <= namespaces
    assert "default" not in namespaces
    assert spec["sourceRepos"] == ["https://github.com/acme/platform.git"]


def test_a_cluster_scoped_resource_that_says_a_namespace_is_allowed_all_the_same() -> None:
    here = cluster([installation("pipelines", "26.03"), installation("trainer", "26.03")])
    spec = platform_project(here, platform(here), catalog(), [])["spec"]
    assert {"group": "metacontroller.k8s.io", "kind": "DecoratorController"} in spec["clusterResourceWhitelist"]
    assert {"group": "trainer.kubeflow.org", "kind": "ClusterTrainingRuntime"} in spec["clusterResourceWhitelist"]
    assert {"group": "", "kind": "Secret"} not in spec["clusterResourceWhitelist"]
    spark = cluster([installation("spark-operator", "26.03")])
    spec = platform_project(spark, platform(spark), catalog(), [])["spec"]
    binding = {"group": "rbac.authorization.k8s.io", "kind": "ClusterRoleBinding"}
    assert binding in spec["clusterResourceWhitelist"]
    assert binding not in spec["namespaceResourceWhitelist"]


@pytest.mark.parametrize("provider", Providers())
def test_what_makes_nodes_is_allowed_where_it_can_be_known(provider: str) -> None:
    """A project that allows kinds of another cloud could not be explained in review."""
    here = replace(cluster([]), provider=provider)
    allowed = platform_project(here, platform(here), catalog(), [])["spec"]["clusterResourceWhitelist"]
    every = {kind for each in Providers().values() for kind in each.node_kinds}
    listed = {(entry["group"], entry["kind"]) for entry in allowed}
    assert listed & every == set(Providers()[provider].node_kinds)


def test_what_is_let_go_stays_allowed_so_that_it_can_be_deleted() -> None:
    """Argo CD silently leaves alone what its project does not allow at the time of the deletion."""
    here = cluster([installation("dex", "26.03")])
    bare = platform(here)
    gone = replace(bare, removed=(Removal("component", "trainer", here.name, "nobody trains", ()),))
    elsewhere = replace(bare, removed=(Removal("component", "trainer", "elsewhere", "nobody trains", ()),))
    deployment = _manifest("Deployment", "apps", "kubeflow-system")
    runtime = _manifest("ClusterTrainingRuntime", "trainer.kubeflow.org")
    for whole, left in ((bare, 2), (elsewhere, 2), (gone, 0)):
        assert len(refused(platform_project(here, whole, catalog(), []), [deployment], [runtime])) == left


def _manifest(kind: str, group: str = "", namespace: str = "", name: str = "x") -> Object:
    version = f"{group}/v1" if group else "v1"
    metadata = {"name": name, "namespace": namespace} if namespace else {"name": name}
    return {"apiVersion": version, "kind": kind, "metadata": metadata}


def test_teams_reach_their_namespaces_only() -> None:
    vision = Tenant("vision", "a@acme.com", (), (Namespace("vision", {}, ()),), (), (), (), ())
    here = cluster([], tenants=(vision,))
    project = teams_project(here, platform(here))
    assert project["metadata"]["name"] == TEAMS_PROJECT
    fine = [_manifest("RoleBinding", "rbac.authorization.k8s.io", "vision"), _manifest("Secret", "", "vision")]
    bad = [_manifest("Secret", "", "kube-system"), _manifest("Deployment", "apps", "vision")]
    assert refused(project, fine, [_manifest("Profile", "kubeflow.org")]) == []
    assert len(refused(project, bad, [_manifest("ClusterRoleBinding", "rbac.authorization.k8s.io")])) == 3


def test_a_namespace_that_is_let_go_stays_allowed_so_that_nobody_keeps_access() -> None:
    here = cluster([])
    bare = platform(here)
    gone = replace(bare, removed=(Removal("namespace", "vision", here.name, "moved away", ()),))
    binding = _manifest("RoleBinding", "rbac.authorization.k8s.io", "vision")
    assert refused(teams_project(here, bare), [binding]) != []
    assert refused(teams_project(here, gone), [binding]) == []


def test_sync_windows_are_those_of_the_cluster() -> None:
    night = SyncWindow("deny", "0 22 * * *", "8h", "Europe/Amsterdam", manual_sync=True, clusters=())
    other = replace(night, kind="allow", time_zone=None, clusters=("elsewhere",))
    sync = replace(WHOLE.gitops.sync, windows=(night, other))
    whole = replace(WHOLE, gitops=replace(WHOLE.gitops, sync=sync))
    for project in (platform_project(HERE, whole, catalog(), []), teams_project(HERE, whole)):
        assert project["spec"]["syncWindows"] == [
            {
                "kind": "deny",
                "schedule": "0 22 * * *",
                "duration": "8h",
                "timeZone": "Europe/Amsterdam",
                "applications": ["*"],
                "manualSync": True,
            }
        ]
    assert "syncWindows" not in teams_project(HERE, WHOLE)["spec"]
