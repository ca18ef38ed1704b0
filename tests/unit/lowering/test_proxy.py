"""What reaches the outside goes through the proxy of its cluster; the cluster itself does not."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.catalog.compile_overlays import COMPONENTS
from compiler.lowering.components import lower_component
from compiler.lowering.proxy import API_SERVER, proxy_values
from compiler.model.manifest import Application
from compiler.model.platform import Identity, Installation, Oidc, Proxy
from tests.unit.lowering.installed import catalog, cluster, installation, platform

URL = "http://proxy.acme.com:3128"
PROXY = Proxy(None, URL, (".acme.com",))
OUTSIDE = Identity(Oidc("https://login.acme.com", "kubeflow", "oidc"), ())


def lowered(one: Installation, **changes: Any) -> Application:
    here = cluster([one], proxy=PROXY, **changes)
    return lower_component(one, here, platform(here), catalog())


def variables(application: Application, name: str) -> dict[str, str]:
    """Return the variables of the proxy that the overlay gives a workload."""
    found: dict[str, str] = {}
    for patch in application.overlay.fields["patches"]:
        if patch["target"].get("name") == name and isinstance(patch["patch"], dict) and "spec" in patch["patch"]:
            for container in patch["patch"]["spec"]["template"]["spec"].get("containers", ()):
                found |= {each["name"]: each["value"] for each in container.get("env", ()) if "PROXY" in each["name"]}
    return found


def test_the_cluster_itself_is_reached_directly() -> None:
    direct = proxy_values(cluster([], proxy=PROXY, domain="ml.acme.com"))["cluster.proxy.noProxy"].split(",")
    assert {API_SERVER, "localhost", ".svc", ".cluster.local", "10.0.0.0/8", "ml.acme.com", ".acme.com"} <= set(direct)
    assert len(direct) == len(set(direct))


def test_each_scheme_has_its_own_proxy() -> None:
    here = cluster([], proxy=Proxy("http://a:1", "http://b:2"))
    assert proxy_values(here)["cluster.proxy.variables"] == [
        {"name": "HTTP_PROXY", "value": "http://a:1"},
        {"name": "http_proxy", "value": "http://a:1"},
        {"name": "HTTPS_PROXY", "value": "http://b:2"},
    ]
    assert proxy_values(cluster([])) == {}


def test_git_is_reached_through_it() -> None:
    newest = catalog().versions("argo-cd")[-1]
    found = variables(lowered(installation("argo-cd", newest, "argo-cd")), "argocd-repo-server")
    assert found["HTTPS_PROXY"] == URL
    assert "HTTP_PROXY" not in found


def test_neighbours_by_their_short_names_are_not() -> None:
    options = {"url": "https://argocd.acme.com"}
    one = installation("argo-cd", catalog().versions("argo-cd")[-1], "argo-cd", options=options)
    assert "argocd-repo-server" in variables(lowered(one, identity=OUTSIDE), "argocd-server")["NO_PROXY"].split(",")
    assert variables(lowered(one), "argocd-server") == {}


def test_dex_asks_only_what_is_outside() -> None:
    one = installation("dex", "26.03")
    assert variables(lowered(one, identity=OUTSIDE), "dex")
    assert variables(lowered(one), "dex") == {}


@pytest.mark.parametrize("version", ["1.9.1", "26.03"])
def test_models_are_fetched_through_it(version: str) -> None:
    patches = lowered(installation("kserve", version)).overlay.fields["patches"]
    (found, *_) = [patch["patch"] for patch in patches if patch["target"].get("kind") == "ClusterStorageContainer"]
    assert [each["name"] for each in found[0]["value"]] == ["HTTPS_PROXY", "NO_PROXY"]


def test_a_chart_is_told_by_its_values() -> None:
    newest = catalog().versions("external-secrets")[-1]
    helm = lowered(installation("external-secrets", newest, "external-secrets")).helm
    assert helm is not None
    assert [each["name"] for each in helm.values["extraEnv"]] == ["HTTPS_PROXY", "NO_PROXY"]


def test_without_a_proxy_nothing_is_told() -> None:
    for file in sorted(COMPONENTS.glob("*/reaches.yaml")):
        name = file.parent.name
        product = "argo-cd" if name == "argo-cd" else "kubeflow"
        one = installation(name, catalog().versions(product)[-1], product)
        here = cluster([one])
        assert "_PROXY" not in str(lower_component(one, here, platform(here), catalog()).overlay)
