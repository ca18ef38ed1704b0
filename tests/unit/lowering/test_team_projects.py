"""What Argo CD may do for a team."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.lowering.argocd.projects import refused
from compiler.lowering.team_projects import ProjectPlace, team_projects
from compiler.lowering.tenants import lower_tenant
from tests.unit.lowering.declared import KUBEFLOW, claim, context, member, namespace, objects, pool, tenant


def project(*urls: str, hub: str | None = None, server: str = "https://kubernetes.default.svc") -> Any:
    place = ProjectPlace("prod", hub, "argocd", server)
    [found] = team_projects([("vision", ["lab", "serving"])], {"vision": urls, "speech": ["x"]}, place)
    return found


def thing(api: str, kind: str, home: str | None) -> dict[str, Any]:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": "x", **({"namespace": home} if home else {})}}


def test_a_team_stays_in_its_namespaces() -> None:
    inside = [thing("kubeflow.org/v1", "Notebook", home) for home in ("lab", "serving")]
    outside = [thing("kubeflow.org/v1", "Notebook", home) for home in ("speech-lab", "argocd", "kubeflow", "default")]
    assert refused(project(), inside) == []
    assert len(refused(project(), outside)) == len(outside)


@pytest.mark.parametrize(
    ("api", "kind"),
    [
        ("rbac.authorization.k8s.io/v1", "RoleBinding"),
        ("networking.k8s.io/v1", "NetworkPolicy"),
        ("security.istio.io/v1", "AuthorizationPolicy"),
        ("networking.istio.io/v1", "VirtualService"),
        ("kueue.x-k8s.io/v1beta2", "LocalQueue"),
        ("v1", "ResourceQuota"),
        ("v1", "LimitRange"),
        ("external-secrets.io/v1", "ExternalSecret"),
        ("argoproj.io/v1alpha1", "Application"),
    ],
)
def test_what_bounds_a_namespace_is_not_the_teams(api: str, kind: str) -> None:
    assert refused(project(), [thing(api, kind, "lab")])


def test_nothing_cluster_scoped_is_the_teams() -> None:
    everything = [thing("v1", "Namespace", None), thing("kubeflow.org/v1", "Profile", None)]
    assert len(refused(project(), [], everything)) == len(everything)


def test_a_team_can_undo_nothing_that_the_platform_writes_but_its_accounts() -> None:
    a100 = pool("a100")
    vision = tenant(
        members=[member("user", "bob@acme.com", "editor")],
        namespaces=[namespace("lab", requests_cpu="4")],
        claims=[claim(a100, 1)],
    )
    here = context(*KUBEFLOW[:-1], "admission-webhook", "pipelines", kueue="0.16.0", pools=[a100])
    namespaced = [each for each in objects(lower_tenant(vision, here)) if "namespace" in each["metadata"]]
    bounds = {identity.kind for identity in refused(project(), namespaced)}
    assert {each["kind"] for each in namespaced} - bounds == {"ServiceAccount", "PodDefault"}


def test_on_a_hub_projects_are_told_apart_by_cluster() -> None:
    found = project(hub="main", server="https://203.0.113.7")
    assert found["metadata"]["name"] == "prod-team-vision"
    assert found["spec"]["destinations"] == [
        {"server": "https://203.0.113.7", "namespace": "lab"},
        {"server": "https://203.0.113.7", "namespace": "serving"},
    ]
    assert found["metadata"]["namespace"] == "argocd"


def test_a_team_that_says_what_it_syncs_is_held_to_that() -> None:
    assert project()["spec"]["sourceRepos"] == ["*"]
    assert project("https://h/b", "https://h/a", "https://h/b")["spec"]["sourceRepos"] == ["https://h/a", "https://h/b"]
