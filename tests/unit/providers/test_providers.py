"""The contract that every provider keeps, and what is particular to single ones."""

from __future__ import annotations

import pytest

from compiler.catalog.load import Catalog
from compiler.providers import Providers, creation
from compiler.providers.base.creation import Creation, NodeMaker

PROVIDERS = Providers()


def test_the_providers_of_the_contract_are_there() -> None:
    assert sorted(PROVIDERS) == ["aks", "eks", "generic", "gke", "k3d", "k3s", "kind", "microk8s", "minikube"]


@pytest.mark.parametrize("id", list(PROVIDERS))
def test_every_provider_keeps_the_contract(id: str) -> None:
    provider = PROVIDERS[id]
    assert provider.id == id
    assert provider.title
    assert provider.kubernetes_version("1.34") == "1.34"
    assert provider.kubernetes_version("1.34.2") == "1.34.2"
    assert (provider.kubernetes_version("1.34.2-other.1") is None) == (id != "generic")
    assert provider.cluster_name.problem("prod") is None
    assert provider.cluster_name.problem("a" * 101)
    assert set(provider.required) <= {"project", "region"}
    assert provider.gpu_resource("nvidia.com/gpu", "none", None) == "nvidia.com/gpu"
    assert all(source.startswith("https://") for source in provider.sources)
    if provider.cloud is not None:
        assert "region" in provider.required
        assert not provider.is_zone_of("nowhere-z", "region1")
        assert provider.zone_example is not None
        assert provider.is_zone_of(provider.zone_example.format(region="region1"), "region1")


def test_the_catalog_has_the_dates_of_those_that_date_kubernetes() -> None:
    catalog = Catalog()
    dated = {each for each, provider in PROVIDERS.items() if provider.dates_kubernetes}
    assert {each for minor in catalog.kubernetes().values() for each in minor.providers} == dated
    assert {each for each in PROVIDERS if catalog.facts(each)} == dated


def test_an_unknown_provider_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        PROVIDERS["openshift"]
    with pytest.raises(KeyError):
        creation("openshift")


def test_what_makes_nothing_takes_nodes_as_they_are() -> None:
    assert type(creation("generic")) is Creation
    made = {each for each in PROVIDERS if isinstance(creation(each), NodeMaker)}
    assert made == {"aks", "eks", "gke"}
    assert all(creation(each).gpu_by_hand for each in PROVIDERS if each not in made | {"generic"})


def test_what_makes_nodes_has_to_say_how() -> None:
    silent = type("Silent", (NodeMaker,), {})
    with pytest.raises(TypeError, match="gpu_terraform"):
        silent()


def test_a_creation_must_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    creation.cache_clear()
    monkeypatch.setattr("compiler.providers.kind.creation.CREATION", "wood")
    with pytest.raises(TypeError, match="kind"):
        creation("kind")
    creation.cache_clear()


@pytest.mark.parametrize(
    ("id", "zone", "region", "expected"),
    [
        ("gke", "europe-west4-a", "europe-west4", True),
        ("gke", "europe-west40-a", "europe-west4", False),
        ("eks", "eu-west-1a", "eu-west-1", True),
        ("eks", "us-west-2-lax-1a", "us-west-2", True),
        ("eks", "eu-west-1", "eu-west-1", False),
        ("aks", "2", "westeurope", True),
        ("aks", "westeurope-2", "westeurope", True),
        ("aks", "northeurope-2", "westeurope", False),
        ("kind", "anything", "anywhere", True),
    ],
)
def test_zones_lie_in_their_region(id: str, zone: str, region: str, expected: bool) -> None:
    assert PROVIDERS[id].is_zone_of(zone, region) is expected


@pytest.mark.parametrize(
    ("id", "strategy", "expected"),
    [
        ("gke", "mig", "nvidia.com/gpu"),
        ("gke", "timeSlicing", "nvidia.com/gpu"),
        ("eks", "mig", "nvidia.com/mig-1g.5gb"),
        ("eks", "timeSlicing", "nvidia.com/gpu.shared"),
        ("aks", "mps", "nvidia.com/gpu"),
        ("k3s", "mig", "nvidia.com/mig-1g.5gb"),
    ],
)
def test_pods_ask_for_what_the_device_plugin_offers(id: str, strategy: str, expected: str) -> None:
    mig = "nvidia.com/mig-1g.5gb" if strategy == "mig" else None
    assert PROVIDERS[id].gpu_resource("nvidia.com/gpu", strategy, mig) == expected
