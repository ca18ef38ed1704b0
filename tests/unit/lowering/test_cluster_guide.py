"""The page about how a cluster comes to be."""

from __future__ import annotations

import pytest

from compiler.lowering.cluster_guide import guide
from compiler.providers import Providers, creation
from tests.command_lines import Judge, logical_lines
from tests.unit.lowering.installed import catalog, installation
from tests.unit.providers.created import order

CREATED = [each for each in Providers() if creation(each).creates]


@pytest.mark.parametrize("gateway", [None, "LoadBalancer"])
@pytest.mark.parametrize("provider", CREATED)
def test_each_command_of_the_page_is_a_known_one(provider: str, gateway: str | None) -> None:
    page = guide(order(provider, gateway=gateway, region="europe-west4", project="acme"), ["a.yaml"])
    lines = [line for block in page.split("```sh\n")[1:] for line in logical_lines(block.split("```")[0])]
    assert [problem for line in lines for problem in Judge().problems(line)] == []
    assert (
        f"python -m compiler bootstrap prod --run --context {creation(provider).context(order(provider))}" in page
        or (provider in {"gke", "eks"})
    )


def test_a_cluster_of_a_hub_is_started_with_both_contexts() -> None:
    assert "--hub-context HUB" in guide(order("k3d", server="https://203.0.113.7"), [])
    assert "--hub-context" not in guide(order("k3d"), [])


def test_kubeflow_tells_what_it_needs() -> None:
    assert "8 CPUs and 16 GB" in guide(order("k3d", gateway="NodePort"), [])
    assert "8 CPUs and 16 GB" not in guide(order("k3d"), [])


@pytest.mark.parametrize(
    ("provider", "size", "told"),
    [
        ("k3d", None, "`size: small` in the platform file"),
        ("k3s", "ha", "three nodes"),
    ],
)
def test_the_page_tells_what_a_size_makes_of_it(provider: str, size: str | None, told: str) -> None:
    parameters = {"size": size} if size else {}
    assert told in guide(order(provider, gateway="NodePort", parameters=parameters), [])


def test_the_page_adds_up_what_is_installed() -> None:
    page = guide(order("kind", gateway="NodePort"), [])
    assert "What is installed asks for 0.6 CPUs and 2.2 GiB of memory in" in page
    assert "With Kubernetes' own pods that is 1.7 CPUs and 2.6 GiB" in page
    assert "With Kubernetes' own pods" not in guide(order("k3s", gateway="NodePort"), [])
    chart = installation("sealed-secrets", catalog().versions("sealed-secrets")[-1], "sealed-secrets")
    istio = installation("istio-install", "26.03")
    assert "what the charts of sealed-secrets make" in guide(order("kind", installations=(chart, istio)), [])


def test_a_lasting_cluster_of_no_size_is_told_nothing() -> None:
    assert "size:" not in guide(order("k3s", gateway="NodePort"), [])
