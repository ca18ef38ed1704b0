"""What a running cluster does not bear out, by what was read of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from compiler.live.cluster_facts import LiveCluster, LiveNode
from compiler.live.disagreements import disagreements
from compiler.providers import Providers
from compiler.providers.base import IN_CLUSTER_ISSUER
from tests.unit.lowering.installed import catalog, cluster, installation

NOTHING = LiveCluster(None, None, None, (), None, None, None)


def codes(live: LiveCluster, *, is_in_charge: bool = False, **changes: Any) -> list[str]:
    installations = changes.pop("installations", [])
    found = disagreements(cluster(installations, **changes), live, Providers(), catalog(), is_in_charge=is_in_charge)
    return [f"{each.severity.value} {each.code}" for each in found]


def node(provider_id: str = "", **labels: str) -> LiveNode:
    return LiveNode("n", {key.replace("__", "/").replace("_", "."): "x" for key in labels}, {}, provider_id)


def test_what_could_not_be_read_is_no_finding() -> None:
    assert codes(NOTHING, installations=[installation("oauth2-proxy", "26.03"), installation("katib", "26.03")]) == []


@pytest.mark.parametrize(
    ("live", "said", "expected"),
    [
        ("v1.34.2-gke.100", "1.34", []),
        ("v1.34.2+k3s1", "1.34.2", []),
        ("v1.34.3", "1.34.2", ["info other-kubernetes"]),
        ("v1.33.3", "1.34", ["warning other-kubernetes"]),
        ("who knows", "1.34", []),
    ],
)
def test_versions_are_compared_as_far_as_the_file_says(live: str, said: str, expected: list[str]) -> None:
    assert codes(replace(NOTHING, version=live), kubernetes=said) == expected


@pytest.mark.parametrize(
    ("provider", "provider_id", "expected"),
    [
        ("k3d", "k3s://k3d-a-server-0", []),
        ("k3s", "k3s://k3d-a-server-0", []),
        ("k3s", "k3s://box", []),
        ("k3d", "k3s://box", ["error other-provider"]),
        ("kind", "aws:///eu-west-1a/i-0", []),
        ("generic", "kind://docker/a/b", []),
        ("minikube", "kind://docker/a/b", ["error other-provider"]),
    ],
)
def test_nodes_tell_their_provider(provider: str, provider_id: str, expected: list[str]) -> None:
    assert codes(replace(NOTHING, nodes=(node(provider_id),)), provider=provider) == expected


@pytest.mark.parametrize(
    ("provider", "said", "issuer", "expected"),
    [
        ("kind", None, IN_CLUSTER_ISSUER, []),
        ("minikube", None, "kubernetes/serviceaccount", ["warning other-issuer"]),
        ("eks", None, "https://oidc.eks.eu-west-1.amazonaws.com/id/A", ["warning other-issuer"]),
        ("eks", "https://oidc.eks.eu-west-1.amazonaws.com/id/A", "https://oidc.eks.eu-west-1.amazonaws.com/id/A", []),
        ("generic", None, "https://whatever", []),
        ("generic", "https://a", "https://b", ["warning other-issuer"]),
    ],
)
def test_the_issuer_is_the_one_that_the_platform_takes(
    provider: str, said: str | None, issuer: str, expected: list[str]
) -> None:
    parameters = {"serviceAccountIssuer": said} if said else {}
    live = replace(NOTHING, issuer=issuer)
    proxy = [installation("oauth2-proxy", "26.03")]
    assert codes(live, provider=provider, parameters=parameters, installations=proxy) == expected
    assert codes(live, provider=provider, parameters=parameters) == []


def test_what_our_argo_cd_installed_is_not_held_against_it() -> None:
    there = replace(NOTHING, workloads={"Deployment kubeflow/katib-controller": ("k:v0.18.0",)})
    katib = [installation("katib", "26.03")]
    assert codes(there, installations=katib) == ["error already-installed"]
    assert codes(there, installations=katib, is_in_charge=True) == []
    elsewhere = replace(NOTHING, workloads={"Deployment other/katib-controller": ("k:v0.18.0",)})
    assert codes(elsewhere, installations=katib) == []
