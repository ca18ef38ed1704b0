"""What the options of Argo CD make of its own manifests."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from compiler.lowering.components import lower_component
from compiler.model.gitops import Kustomize
from compiler.model.platform import Identity, Oidc, SecretsBackend
from tests.unit.lowering.installed import catalog, cluster, installation, platform

VERSION = catalog().versions("argo-cd")[-1]
LOGIN = Identity(oidc=Oidc("https://login.acme.com/realm", "kubeflow", "oidc-client"))


def overlay(**options: Any) -> Any:
    one = installation("argo-cd", VERSION, "argo-cd", options=options)
    here = cluster([one], identity=LOGIN)
    return lower_component(one, here, platform(here), catalog()).overlay


def data(name: str, **options: Any) -> dict[str, str]:
    """Return what the overlay puts into a ConfigMap."""
    found: dict[str, str] = {}
    for patch in overlay(**options).fields["patches"]:
        if patch["target"].get("name") == name:
            found |= patch["patch"]["data"]
    return found


def rendered(version: str, kustomize: Kustomize, backend: str = "manual") -> tuple[dict[str, str], list[str]]:
    """Return what a kustomize of the user's choice puts into `argocd-cm`, and the images that bring programs along."""
    here = cluster([installation("argo-cd", version, "argo-cd")], secrets=SecretsBackend(backend))
    whole = platform(here)
    whole = replace(whole, gitops=replace(whole.gitops, kustomize=kustomize))
    found: dict[str, str] = {}
    images: list[str] = []
    for each in lower_component(here.installations[0], here, whole, catalog()).overlay.fields["patches"]:
        if each["target"].get("name") == "argocd-cm":
            found |= {key: text for key, text in each["patch"]["data"].items() if key.startswith("kustomize.")}
        elif each["target"].get("name") == "argocd-repo-server":
            pod = each["patch"]["spec"]["template"]["spec"]
            images += [container["image"] for container in pod.get("initContainers", ())]
    return found, images


def test_without_a_wish_argo_cd_renders_with_its_own_kustomize() -> None:
    assert rendered(VERSION, Kustomize()) == ({}, [])


def test_build_options_join_those_that_open_secrets_each_once() -> None:
    kustomize = Kustomize(build_options=("--enable-helm", "--enable-exec"))
    assert rendered(VERSION, kustomize)[0] == {"kustomize.buildOptions": "--enable-helm --enable-exec"}
    both = rendered(VERSION, kustomize, "sops")[0]
    assert both == {"kustomize.buildOptions": "--enable-alpha-plugins --enable-exec --enable-helm"}


def test_a_kustomize_of_its_own_is_brought_along_and_entered() -> None:
    found, images = rendered(VERSION, Kustomize("5.7.1"))
    assert found == {"kustomize.path.v5.7.1": "/kustomize/5.7.1/kustomize"}
    assert images == ["registry.k8s.io/kustomize/kustomize:v5.7.1"]


def test_an_older_argo_cd_is_told_the_options_for_each_kustomize() -> None:
    kustomize = Kustomize("5.7.1", ("--enable-helm",))
    older = next(version for version in catalog().versions("argo-cd") if version.startswith("3.1"))
    assert rendered(older, kustomize)[0] == {
        "kustomize.buildOptions": "--enable-helm",
        "kustomize.path.v5.7.1": "/kustomize/5.7.1/kustomize",
        "kustomize.buildOptions.v5.7.1": "--enable-helm",
    }
    assert "kustomize.buildOptions.v5.7.1" not in rendered(VERSION, kustomize)[0]


def test_without_options_nobody_but_the_administrator_logs_in() -> None:
    assert "oidc.config" not in data("argocd-cm")
    assert data("argocd-rbac-cm") == {}
    assert [base.path for base in overlay().bases] == ["manifests/cluster-install"]


def test_people_log_in_with_the_identity_of_the_platform() -> None:
    made = data("argocd-cm", url="https://argocd.acme.com")
    assert made["url"] == "https://argocd.acme.com"
    config = json.loads(made["oidc.config"])
    assert (config["name"], config["issuer"]) == ("login.acme.com", "https://login.acme.com/realm")
    assert (config["clientID"], config["clientSecret"]) == ("kubeflow", "$oidc-client:client-secret")


def test_administrators_may_do_everything_and_all_others_look() -> None:
    made = data("argocd-rbac-cm", url="https://argocd.acme.com", admins=["ops@acme.com", "platform-team"])
    assert made["policy.csv"] == "g, ops@acme.com, role:admin\ng, platform-team, role:admin\n"
    assert made["policy.default"] == "role:readonly"
    assert data("argocd-rbac-cm", url="https://argocd.acme.com")["policy.csv"] == ""


def test_high_availability_is_upstreams_own_directory() -> None:
    assert [base.path for base in overlay(highAvailability=True).bases] == ["manifests/ha/cluster-install"]
    assert [base.path for base in overlay(highAvailability=False).bases] == ["manifests/cluster-install"]


def test_shards_are_said_twice() -> None:
    (patch,) = [
        each["patch"] for each in overlay(shards=3).fields["patches"] if each["target"]["kind"] == "StatefulSet"
    ]
    assert patch["spec"]["replicas"] == 3
    (container,) = patch["spec"]["template"]["spec"]["containers"]
    assert container["env"] == [{"name": "ARGOCD_CONTROLLER_REPLICAS", "value": "3"}]


def test_a_channel_is_told_of_failures() -> None:
    made = data("argocd-notifications-cm", notifications={"slack": "ml"})
    (subscription,) = json.loads(made["subscriptions"])
    assert subscription["recipients"] == ["slack:ml"]
    assert {f"trigger.{name}" for name in subscription["triggers"]} <= set(made)
