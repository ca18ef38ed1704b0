"""Secrets of components: which are required, and what brings them with each backend."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from compiler.lowering.argocd.children import component_children
from compiler.lowering.argocd.projects import platform_project
from compiler.lowering.components import lower_component
from compiler.lowering.images import images
from compiler.lowering.patches import KEEP, LATER
from compiler.lowering.secrets import SECRETS_FILE, brought_by, required_secrets, secret_objects
from compiler.model.platform import Cluster, Installation, Oidc, SecretsBackend
from compiler.model.platform import Identity as Login
from tests.unit.lowering.installed import catalog, cluster, installation, platform

STORE = SecretsBackend("external-secrets", "ClusterSecretStore", "vault", "p-")
DRAWN = SecretsBackend("generated")
SEALED = SecretsBackend("sealed-secrets")
LOGIN = [installation("dex", "26.03"), installation("oauth2-proxy", "26.03")]


def made(component: str, here: Cluster) -> list[Any]:
    return list(secret_objects(here.installed[component], here, platform(here)))


@pytest.mark.parametrize("backend", ["manual", "sealed-secrets", "sops", "insecure-defaults"])
def test_other_backends_bring_nothing_of_ours_without_files(backend: str) -> None:
    here = cluster(LOGIN, secrets=SecretsBackend(backend))
    assert made("dex", here) == []
    assert lower_component(LOGIN[0], here, platform(here), catalog()).charts == ()


def test_a_secret_is_fetched_from_an_entry_of_its_name() -> None:
    here = cluster(LOGIN, secrets=STORE)
    (secret,) = made("dex", here)
    spec = secret["spec"]
    assert secret["metadata"] == {"name": "dex-oidc-client", "namespace": "auth"}
    assert spec["secretStoreRef"] == {"kind": "ClusterSecretStore", "name": "vault"}
    assert [(each["secretKey"], each["remoteRef"]["key"], each["remoteRef"]["property"]) for each in spec["data"]] == [
        ("OIDC_CLIENT_SECRET", "p-dex-oidc-client", "OIDC_CLIENT_SECRET")
    ]
    # What is no secret in itself need not be in the store.
    assert spec["target"]["template"]["data"] == {"OIDC_CLIENT_ID": "kubeflow-oidc-authservice"}
    assert spec["target"]["template"]["mergePolicy"] == "Merge"


def test_a_copy_is_fetched_from_the_entry_that_it_copies() -> None:
    (secret,) = made("oauth2-proxy", cluster(LOGIN, secrets=STORE))
    entries = {each["secretKey"]: each["remoteRef"]["key"] for each in secret["spec"]["data"]}
    assert entries == {"client-secret": "p-dex-oidc-client", "cookie-secret": "p-oauth2-proxy"}
    assert secret["spec"]["target"]["template"]["data"] == {"client-id": "kubeflow-oidc-authservice"}


def test_what_the_api_server_would_fill_in_is_written() -> None:
    (secret,) = made("dex", cluster(LOGIN, secrets=STORE))
    assert secret["spec"]["target"]["creationPolicy"] == "Owner"
    assert secret["spec"]["data"][0]["remoteRef"]["conversionStrategy"] == "Default"


def test_what_only_the_owner_knows_is_fetched_and_never_drawn() -> None:
    login = Login(oidc=Oidc("https://login.acme.com", "kubeflow", "oidc-client"))
    fetched = cluster(LOGIN, secrets=STORE, identity=login)
    assert [each["metadata"]["name"] for each in made("dex", fetched)] == ["dex-oidc-client", "oidc-client"]
    drawn = cluster(LOGIN, secrets=DRAWN, identity=login)
    (job,) = [each for each in made("dex", drawn) if each["kind"] == "Job"]
    assert '"oidc-client"' not in job["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"]
    by_hand = [
        each.name
        for each in required_secrets(LOGIN[0], drawn, platform(drawn))
        if not brought_by(each, drawn, platform(drawn))
    ]
    assert by_hand == ["oidc-client"]


def test_each_secret_is_brought_once_though_two_components_read_it() -> None:
    both = [installation("pipelines", "1.10.2"), installation("seaweedfs", "1.10.2")]
    here = cluster(both, secrets=STORE)
    places = [
        (each["metadata"]["namespace"], each["metadata"]["name"]) for one in both for each in made(one.component, here)
    ]
    assert len(places) == len(set(places)) > 1


def test_what_the_cluster_has_already_brings_nothing() -> None:
    there: Installation = installation("dex", "26.03", existing="2.40.0")
    here = cluster([there, LOGIN[1]], secrets=STORE)
    (secret,) = made("oauth2-proxy", here)
    assert [each["secretKey"] for each in secret["spec"]["data"]] == ["client-id", "client-secret", "cookie-secret"]


@pytest.mark.parametrize("backend", [STORE, DRAWN])
def test_argo_cd_may_sync_what_brings_them(backend: SecretsBackend) -> None:
    here = cluster(LOGIN, secrets=backend)
    whole = platform(here)
    applications = [lower_component(each, here, whole, catalog()) for each in LOGIN]
    assert all(chart.file == SECRETS_FILE for application in applications for chart in application.charts)
    spec = platform_project(here, whole, catalog(), component_children(here, applications))["spec"]
    kinds = {entry["kind"] for entry in spec["namespaceResourceWhitelist"]}
    wanted = {each["kind"] for one in LOGIN for each in made(one.component, here)}
    assert wanted <= kinds


def test_leave_to_copy_comes_with_what_is_copied() -> None:
    """The namespace of the other component may come in the same wave as the one that copies."""
    here = cluster(LOGIN, secrets=DRAWN)
    places = {(each["kind"], each["metadata"]["namespace"]) for each in made("oauth2-proxy", here)}
    assert ("Role", "auth") not in places
    (role,) = [each for each in made("dex", here) if each["metadata"]["name"] == "make-secrets-oauth2-proxy"][:1]
    assert role["rules"][0]["resourceNames"] == ["dex-oidc-client"]
    assert role["rules"][0]["verbs"] == ["get"]


def test_the_image_of_the_job_is_among_the_images() -> None:
    here = cluster(LOGIN, secrets=DRAWN)
    (found,) = [image for image in images(here, platform(here), catalog()) if "/python:" in image]
    assert images(here, platform(here), catalog())[found] == ["dex", "oauth2-proxy"]


@pytest.mark.parametrize(
    ("backend", "words"),
    [
        (
            STORE,
            "entry p-oauth2-proxy with cookie-secret and entry p-dex-oidc-client, from ClusterSecretStore vault",
        ),
        (DRAWN, "random values, made once in the cluster"),
        (SecretsBackend("sops"), "secrets/c/oauth2-proxy/oauth2-proxy.yaml, which is not there yet"),
        (SEALED, "secrets/c/oauth2-proxy/oauth2-proxy.yaml, which is not there yet"),
        (SecretsBackend("manual"), ""),
    ],
)
def test_it_is_said_what_brings_a_secret(backend: SecretsBackend, words: str) -> None:
    here = cluster(LOGIN, secrets=backend)
    (secret,) = required_secrets(LOGIN[1], here, platform(here))
    assert brought_by(secret, here, platform(here)) == words


def test_what_is_there_before_the_operator_gets_its_secrets_from_the_operators_application() -> None:
    login = Login(oidc=Oidc("https://login.acme.com", "kubeflow", "oidc-client"))
    url = {"url": "https://argocd.acme.com"}
    argocd = installation("argo-cd", catalog().versions("argo-cd")[-1], "argo-cd", wave=-1, options=url)
    operator = installation("external-secrets", catalog().versions("external-secrets")[-1], "external-secrets", wave=0)
    here = cluster([argocd, operator, LOGIN[0]], secrets=STORE, identity=login)
    assert made("argo-cd", here) == []
    (secret,) = made("external-secrets", here)
    assert secret["metadata"] == {"name": "oidc-client", "namespace": "argocd", "annotations": LATER}
    # Argo CD reads no Secret but its own without this label.
    assert secret["spec"]["target"]["template"]["metadata"]["labels"] == {"app.kubernetes.io/part-of": "argocd"}
    assert all("annotations" not in each["metadata"] for each in made("dex", here))
    there = replace(operator, existing="2.4.1")
    assert len(made("argo-cd", cluster([argocd, there], secrets=STORE, identity=login))) == 1


def sealed(namespace: str, name: str) -> dict[str, Any]:
    """Return what stands in a file that kubeseal made."""
    place = {"name": name, "namespace": namespace}
    return {
        "apiVersion": "bitnami.com/v1alpha1",
        "kind": "SealedSecret",
        "metadata": {"creationTimestamp": None, **place, "annotations": {"note": "mine"}},
        "spec": {"encryptedData": {"a": "Ag=="}, "template": {"metadata": {"creationTimestamp": None, **place}}},
    }


def test_what_was_sealed_is_brought_as_it_was_and_stays_when_it_leaves_git() -> None:
    here = cluster(LOGIN, secrets=SEALED)
    files = {"secrets/c/auth/dex-oidc-client.yaml": sealed("auth", "dex-oidc-client")}
    whole = replace(platform(here), encrypted=files)
    (made_of_it,) = secret_objects(LOGIN[0], here, whole)
    assert made_of_it["spec"]["encryptedData"] == {"a": "Ag=="}
    assert made_of_it["metadata"] == {
        "name": "dex-oidc-client",
        "namespace": "auth",
        "annotations": {"note": "mine", **KEEP},
    }
    # Null is what the API server would drop, and Argo CD would then find missing.
    assert made_of_it["spec"]["template"]["metadata"] == {"name": "dex-oidc-client", "namespace": "auth"}
    assert secret_objects(LOGIN[1], here, whole) == ()
    application = lower_component(LOGIN[0], here, whole, catalog())
    project = platform_project(here, whole, catalog(), component_children(here, [application]))
    assert {"group": "bitnami.com", "kind": "SealedSecret"} in project["spec"]["namespaceResourceWhitelist"]
    assert brought_by(required_secrets(LOGIN[0], here, whole)[0], here, whole) == "secrets/c/auth/dex-oidc-client.yaml"


def test_sealed_secrets_of_argo_cd_come_with_the_operator_and_after_it() -> None:
    login = Login(oidc=Oidc("https://login.acme.com", "kubeflow", "oidc-client"))
    url = {"url": "https://argocd.acme.com"}
    argocd = installation("argo-cd", catalog().versions("argo-cd")[-1], "argo-cd", wave=-1, options=url)
    operator = installation("sealed-secrets", catalog().versions("sealed-secrets")[-1], "sealed-secrets", wave=0)
    here = cluster([argocd, operator], secrets=SEALED, identity=login)
    files = {"secrets/c/argocd/oidc-client.yaml": sealed("argocd", "oidc-client")}
    whole = replace(platform(here), encrypted=files)
    assert secret_objects(argocd, here, whole) == ()
    (late,) = secret_objects(operator, here, whole)
    assert late["metadata"]["annotations"] == {"note": "mine", **KEEP, **LATER}
