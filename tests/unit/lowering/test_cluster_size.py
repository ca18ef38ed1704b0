"""A cluster's size decides what the platform's own components ask for and how many of them run."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.lowering.components import lower_component
from compiler.model.manifest import Application
from compiler.model.platform import Installation
from tests.unit.lowering.installed import catalog, cluster, installation, platform


def lowered(one: Installation, size: str | None) -> Application:
    here = cluster([one], parameters={"size": size} if size else {})
    return lower_component(one, here, platform(here), catalog())


def workload(application: Application, name: str) -> dict[str, Any]:
    """Return what the overlay says of a workload."""
    patches = application.overlay.fields["patches"]
    specs: list[dict[str, Any]] = [
        patch["patch"]["spec"]
        for patch in patches
        if patch["target"].get("name") == name
        and patch["target"]["kind"] == "Deployment"
        and isinstance(patch["patch"], dict)
        and "spec" in patch["patch"]
    ]
    return specs[0] if specs else {}


def test_standard_is_upstreams_own() -> None:
    one = installation("knative-serving", "26.03")
    assert lowered(one, "standard") == lowered(one, None)


def test_small_asks_for_less() -> None:
    made = workload(lowered(installation("istio-install", "26.03"), "small"), "istiod")
    (container,) = made["template"]["spec"]["containers"]
    assert container["resources"]["requests"] == {"cpu": "10m", "memory": "100Mi"}


def test_ha_runs_two_and_keeps_one() -> None:
    application = lowered(installation("admission-webhook", "1.8.1"), "ha")
    assert workload(application, "admission-webhook-deployment")["replicas"] == 2
    (chart,) = application.charts
    assert [item["kind"] for item in chart.objects] == ["PodDisruptionBudget"]


def test_a_database_outside_needs_no_less_of_its_own() -> None:
    database = {"database": {"type": "mysql", "host": "db.acme.com", "secretRef": "db"}}
    assert workload(lowered(installation("pipelines", "26.03"), "small"), "mysql")
    assert not workload(lowered(installation("pipelines", "26.03", options=database), "small"), "mysql")


@pytest.mark.parametrize(
    ("options", "directory"),
    [
        ({}, "manifests/ha/cluster-install"),
        ({"highAvailability": True}, "manifests/ha/cluster-install"),
        ({"highAvailability": False}, "manifests/cluster-install"),
    ],
)
def test_argo_cd_follows_the_cluster_unless_it_is_told(options: dict[str, Any], directory: str) -> None:
    application = lowered(installation("argo-cd", catalog().versions("argo-cd")[-1], "argo-cd", options=options), "ha")
    assert [base.path for base in application.overlay.bases] == [directory]
    assert bool(workload(application, "argocd-server")) == (directory != "manifests/cluster-install")


def test_a_chart_is_told_by_its_values() -> None:
    newest = catalog().versions("external-secrets")[-1]
    helm = lowered(installation("external-secrets", newest, "external-secrets"), "ha").helm
    assert helm is not None
    assert helm.values["replicaCount"] == helm.values["webhook"]["replicaCount"] == 2
