"""What sops encrypted is opened by Argo CD: which files an overlay names, and what Argo CD must have for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml

from compiler.lowering.argocd.applications import lower_applications
from compiler.lowering.argocd.children import Child, component_children
from compiler.lowering.argocd.projects import platform_project
from compiler.lowering.components import lower_component
from compiler.lowering.images import images
from compiler.lowering.opened_secrets import opened, opening
from compiler.lowering.patches import KEEP
from compiler.lowering.plan import plan_units
from compiler.lowering.secrets import late_secrets, required_secrets
from compiler.model.manifest import Application
from compiler.model.platform import Cluster, Oidc, Platform, SecretsBackend
from compiler.model.platform import Identity as Login
from tests.unit.lowering.installed import catalog, cluster, installation, platform

SOPS = SecretsBackend("sops")
DEX = installation("dex", "26.03")
ARGO = installation(
    "argo-cd", catalog().versions("argo-cd")[-1], "argo-cd", wave=-1, options={"url": "https://argocd.acme.com"}
)
LOGIN = Login(oidc=Oidc("https://login.acme.com", "kubeflow", "oidc-client"))
FILES = {
    "secrets/c/auth/dex-oidc-client.yaml": {"recipients": ["age"]},
    "secrets/c/argocd/oidc-client.yaml": {"recipients": ["age"]},
}


def opening_cluster(**changes: Any) -> tuple[Cluster, Platform]:
    """Return a cluster whose secrets sops encrypts, and its platform with files for two of them."""
    here = cluster([ARGO, DEX], secrets=SOPS, identity=LOGIN, **changes)
    return here, replace(platform(here), encrypted=FILES)


def patched(application: Application, kind: str, name: str) -> list[Any]:
    patches = application.overlay.fields["patches"]
    return [each["patch"] for each in patches if (each["target"]["kind"], each["target"].get("name")) == (kind, name)]


def test_upstreams_own_secret_is_left_out_before_ours_is_opened() -> None:
    here, whole = opening_cluster()
    dex = lower_component(DEX, here, whole, catalog())
    assert dex.overlay.fields["components"] == ["without-defaults", "secrets"]
    assert patched(dex, "Secret", "dex-oidc-client") == []
    component = yaml.safe_load(dex.overlay.files["secrets/kustomization.yaml"])
    (generator,) = map(yaml.safe_load, component["generators"])
    # Only what is there: Argo CD could render nothing at all with a file that is missing.
    assert generator["files"] == ["../../../../secrets/c/auth/dex-oidc-client.yaml"]
    assert yaml.safe_load(component["patches"][0]["patch"])["metadata"]["annotations"] == KEEP
    gone = yaml.safe_load(dex.overlay.files["without-defaults/kustomization.yaml"])["patches"]
    assert "dex-oidc-client" in {each["target"]["name"] for each in gone}


def test_without_files_the_overlay_is_that_of_secrets_made_by_hand() -> None:
    here, whole = opening_cluster()
    bare = lower_component(DEX, here, replace(whole, encrypted={}), catalog())
    by_hand = cluster([ARGO, DEX], secrets=SecretsBackend("manual"), identity=LOGIN)
    assert bare == lower_component(DEX, by_hand, platform(by_hand), catalog())


def test_a_file_makes_only_what_opens_it() -> None:
    _, whole = opening_cluster()
    keys = {unit.name: unit.key() for unit in plan_units(whole, catalog())}
    assert "c/argo-cd-secrets" in keys
    fewer = replace(whole, encrypted={"secrets/c/argocd/oidc-client.yaml": {"recipients": ["age"]}})
    changed = {unit.name for unit in plan_units(fewer, catalog()) if keys[unit.name] != unit.key()}
    assert changed == {"c/dex", "c/applications"}


def test_argo_cd_opens_its_own_when_it_runs_as_kubectl_opens_nothing() -> None:
    here, whole = opening_cluster()
    argo = lower_component(ARGO, here, whole, catalog())
    assert "components" not in argo.overlay.fields or "secrets" not in argo.overlay.fields["components"]
    assert [str(each) for each in late_secrets(here, whole)] == ["Secret argocd/oidc-client"]
    (own,) = [unit for unit in plan_units(whole, catalog()) if unit.application == "argo-cd-secrets"]
    lowered = own.lower()
    assert lowered.is_synced
    assert "../../../../secrets/c/argocd/oidc-client.yaml" in lowered.overlay.files["secrets/kustomization.yaml"]


def test_argo_cd_is_told_of_the_folders_and_may_make_the_secrets() -> None:
    here, whole = opening_cluster()
    children = component_children(here, [lower_component(DEX, here, whole, catalog())])
    project = platform_project(here, whole, catalog(), children)["spec"]
    assert {"group": "", "kind": "Secret"} in project["namespaceResourceWhitelist"]
    assert "auth" in {each["namespace"] for each in project["destinations"]}
    (application,) = lower_applications(here, whole, children).charts[0].objects
    paths = application["metadata"]["annotations"]["argocd.argoproj.io/manifest-generate-paths"]
    assert paths.split(";")[-1] == "/secrets/c/auth"


def test_a_namespace_of_a_team_is_no_business_of_the_platforms_project() -> None:
    here, whole = opening_cluster()
    team = Child("team-vision", 1, "teams.vision", "teams", opened=opened([("vision", "pull")]))
    spec = platform_project(here, whole, catalog(), [team])["spec"]
    assert "vision" not in {each["namespace"] for each in spec["destinations"]}


@pytest.mark.parametrize("backend", ["sops", "manual"])
def test_argo_cd_is_set_up_where_it_opens_something(backend: str) -> None:
    here = cluster([ARGO, DEX], secrets=SecretsBackend(backend), identity=LOGIN)
    argo = lower_component(ARGO, here, platform(here), catalog())
    settings = [each.get("data", {}) for each in patched(argo, "ConfigMap", "argocd-cm")]
    assert any("kustomize.buildOptions" in each for each in settings) == (backend == "sops")
    assert any("/ksops:" in image for image in images(here, platform(here), catalog())) == (backend == "sops")


def test_the_hub_opens_what_its_clusters_have_and_they_need_nothing() -> None:
    hub = cluster([ARGO], name="hub", secrets=SecretsBackend("external-secrets", "ClusterSecretStore", "s"))
    spoke = cluster([DEX], name="spoke", secrets=SOPS)
    whole = platform(hub, spoke, hub="hub")
    assert "sops-age" in {each.name for each in required_secrets(ARGO, hub, whole)}
    # Not even with a store: whoever reads the key there could read all that it opens.
    assert {chart.file for chart in lower_component(ARGO, hub, whole, catalog()).charts} == {"objects.yaml"}
    alone = platform(hub, spoke)
    assert "sops-age" not in {each.name for each in required_secrets(ARGO, hub, alone)}


@pytest.mark.parametrize(("kinds", "wanted"), [(["kms"], False), (["age", "kms"], True), (["age"], True)])
def test_a_key_of_age_is_wanted_where_something_is_encrypted_for_one(kinds: list[str], wanted: bool) -> None:
    here, whole = opening_cluster()
    whole = replace(whole, encrypted={path: {"recipients": kinds} for path in FILES})
    assert ("sops-age" in {each.name for each in required_secrets(ARGO, here, whole)}) is wanted


def test_what_readers_ask_beside_the_keys_stands_in_git() -> None:
    [models] = opened([("lab", "models")])
    made = opening((models,), "c", {models: {"serving.kserve.io/s3-usehttps": "0"}}).files["secrets/kustomization.yaml"]
    [patch] = yaml.safe_load(made)["patches"]
    assert yaml.safe_load(patch["patch"])["metadata"]["annotations"] == {**KEEP, "serving.kserve.io/s3-usehttps": "0"}


def test_what_opens_nothing_is_an_overlay_like_any_other() -> None:
    assert opening((), "c").fields == {}
    assert opening((), "c").files == {}
