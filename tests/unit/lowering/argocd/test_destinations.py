"""Where Applications go: where their projects let them, on one cluster and from a hub."""

from __future__ import annotations

from compiler.lowering.argocd.applications import lower_applications
from compiler.lowering.argocd.bootstrap import lower_bootstrap
from compiler.lowering.argocd.children import TEAMS_PROJECT, Child
from compiler.lowering.argocd.destinations import IN_CLUSTER, destination_server
from compiler.model import names
from compiler.model.platform import Namespace, Tenant
from tests.unit.lowering.argocd.lowered import children, named, objects
from tests.unit.lowering.installed import catalog, cluster, installation, platform


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
