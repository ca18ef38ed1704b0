"""What the options of Argo CD make of its own manifests."""

from __future__ import annotations

import json
from typing import Any

from compiler.lowering.components import lower_component
from compiler.model.platform import Identity, Oidc
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
