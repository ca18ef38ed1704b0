"""Argo CD's objects: Applications, projects, root; on one cluster and on a hub."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from compiler.lowering.argocd import (
    FINALIZER,
    GENERATE_PATHS,
    IN_CLUSTER,
    TEAMS_PROJECT,
    Child,
    component_children,
    destination_server,
    is_ours,
    lower_applications,
    lower_bootstrap,
    platform_project,
    refused,
    sync_policy,
    teams_project,
)
from compiler.lowering.components import lower_component
from compiler.model import names
from compiler.model.manifest import Application, Object
from compiler.model.platform import Cluster, Namespace, Platform, Tenant
from tests.unit.lowering.installed import catalog, cluster, installation, platform


def children(here: Cluster, whole: Platform) -> list[Child]:
    applications = [lower_component(i, here, whole, catalog()) for i in here.installations if is_ours(i)]
    return list(component_children(here, applications))


def objects(application: Application) -> Iterator[Any]:
    for chart in application.charts:
        yield from chart.objects


def named(application: Application, name: str) -> Any:
    (found,) = [item for item in objects(application) if item["metadata"]["name"] == name]
    return found


HERE = cluster(
    [
        installation("istio-install", "26.03", wave=1),
        installation("kserve", "26.03", wave=2),
        installation("user-namespace", "26.03", wave=3),
        installation("cert-manager", "26.03", existing="1.19.0"),
    ]
)
WHOLE = platform(HERE)


def test_what_is_there_already_or_replaced_gets_no_application() -> None:
    assert [child.name for child in children(HERE, WHOLE)] == ["istio-install", "kserve"]


def test_an_application_says_wave_paths_and_how_to_sync() -> None:
    kserve = named(lower_applications(HERE, WHOLE, children(HERE, WHOLE)), "kserve")
    annotations = kserve["metadata"]["annotations"]
    assert annotations[names.SYNC_WAVE] == "2"
    assert annotations[GENERATE_PATHS] == "/overlays/c/kserve"
    assert kserve["metadata"]["finalizers"] == [FINALIZER]
    assert kserve["spec"]["source"] == {
        "repoURL": "https://github.com/acme/platform.git",
        "targetRevision": "main",
        "path": "overlays/c/kserve",
    }
    assert "ignoreDifferences" not in kserve["spec"]
    assert "RespectIgnoreDifferences=true" not in kserve["spec"]["syncPolicy"]["syncOptions"]
    assert kserve["spec"]["syncPolicy"]["automated"] == {"prune": True, "selfHeal": True}


def test_fields_of_controllers_are_left_alone_and_respected() -> None:
    istio = named(lower_applications(HERE, WHOLE, children(HERE, WHOLE)), "istio-install")
    validating = istio["spec"]["ignoreDifferences"][0]
    assert validating["kind"] == "ValidatingWebhookConfiguration"
    assert ".webhooks[]?.failurePolicy" in validating["jqPathExpressions"]
    assert "RespectIgnoreDifferences=true" in istio["spec"]["syncPolicy"]["syncOptions"]


def test_a_platform_file_in_a_folder_is_found_from_the_git_root() -> None:
    application = lower_applications(HERE, replace(WHOLE, folder="infra/"), children(HERE, WHOLE))
    kserve = named(application, "kserve")
    assert kserve["spec"]["source"]["path"] == "infra/overlays/c/kserve"
    assert kserve["metadata"]["annotations"][GENERATE_PATHS] == "/infra/overlays/c/kserve"


def test_a_chart_is_taken_from_its_commit_with_our_values() -> None:
    version = catalog().versions("sealed-secrets")[-1]
    here = cluster([installation("sealed-secrets", version, "sealed-secrets")])
    whole = platform(here)
    found = named(lower_applications(here, whole, children(here, whole)), "sealed-secrets")
    chart, ours = found["spec"]["sources"]
    assert chart["targetRevision"] == catalog().release("sealed-secrets", version).commit
    assert chart["helm"]["valueFiles"] == ["$values/overlays/c/sealed-secrets/values.yaml"]
    assert ours["ref"] == "values"
    assert ours["path"] == "overlays/c/sealed-secrets"
    assert found["spec"]["destination"]["namespace"] == "sealed-secrets"


def test_a_chart_with_nothing_to_build_has_no_path_beside_its_values() -> None:
    version = catalog().versions("sealed-secrets")[-1]
    here = cluster([installation("sealed-secrets", version, "sealed-secrets")])
    bare = [replace(child, has_overlay=False) for child in children(here, platform(here))]
    found = named(lower_applications(here, platform(here), bare), "sealed-secrets")
    assert "path" not in found["spec"]["sources"][1]


def test_the_root_includes_its_own_bootstrap() -> None:
    assert lower_applications(HERE, WHOLE, []).overlay.includes == ("overlays/c/bootstrap",)
    root = named(lower_bootstrap(HERE, WHOLE, catalog(), children(HERE, WHOLE)), names.ROOT_APPLICATION)
    assert root["spec"]["source"]["path"] == "overlays/c/applications"
    assert root["spec"]["ignoreDifferences"][0]["jsonPointers"] == ["/operation", "/status"]
    assert "retry" in root["spec"]["syncPolicy"]
    assert "finalizers" not in root["metadata"]


def test_the_bootstrap_holds_projects_and_root_only() -> None:
    made = list(objects(lower_bootstrap(HERE, WHOLE, catalog(), children(HERE, WHOLE))))
    assert [(item["kind"], item["metadata"]["name"]) for item in made] == [
        ("AppProject", "platform"),
        ("AppProject", "teams"),
        ("Application", "root"),
    ]


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


def test_every_application_goes_where_its_project_lets_it() -> None:
    vision = Tenant("vision", "a@acme.com", (), (Namespace("vision", {}, ()),), (), (), (), ())
    for hub in (None, "hub"):
        installed = [installation(each, "26.03") for each in ("istio-crds", "kserve", "kubeflow-roles")]
        here = cluster(installed, tenants=(vision,), server="https://spoke.acme.com" if hub else None)
        whole = platform(cluster([], name="hub"), here, hub=hub)
        team = Child(names.team_application("vision"), 3, "teams.vision", TEAMS_PROJECT)
        every = [*children(here, whole), Child(names.GPU_POOLS_APPLICATION, 2, "gpuPools"), team]
        bootstrap = list(objects(lower_bootstrap(here, whole, catalog(), every)))
        projects = {item["metadata"]["name"]: item["spec"] for item in bootstrap if item["kind"] == "AppProject"}
        made = [*objects(lower_applications(here, whole, every)), *bootstrap]
        for application in (item["spec"] for item in made if item["kind"] == "Application"):
            assert application["destination"] in projects[application["project"]]["destinations"]


def test_a_hub_holds_the_bootstraps_of_all_and_names_them_apart() -> None:
    hub = cluster([installation("kserve", "26.03")], name="hub")
    spoke = cluster([installation("kserve", "26.03")], name="spoke", server="https://spoke.acme.com")
    whole = platform(hub, spoke, hub="hub")
    assert lower_applications(hub, whole, []).overlay.includes == ("overlays/hub/bootstrap", "overlays/spoke/bootstrap")
    assert lower_applications(spoke, whole, []).overlay.includes == ()
    assert destination_server(hub, whole) == IN_CLUSTER
    application = named(lower_applications(spoke, whole, children(spoke, whole)), "spoke-kserve")
    assert application["spec"]["destination"]["server"] == "https://spoke.acme.com"
    assert application["spec"]["project"] == "spoke-platform"
    root = named(lower_bootstrap(spoke, whole, catalog(), []), "spoke-root")
    assert root["spec"]["destination"]["server"] == IN_CLUSTER


def test_without_automation_nothing_syncs_by_itself() -> None:
    manual = replace(WHOLE, gitops=replace(WHOLE.gitops, sync=replace(WHOLE.gitops.sync, automated=False)))
    assert "automated" not in sync_policy(manual, ignores=False)
