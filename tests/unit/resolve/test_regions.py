"""A region or zone that is only written otherwise is recognized, and nothing else is guessed."""

from __future__ import annotations

import pytest

from compiler.providers import Providers
from compiler.resolve.regions import meant_region, meant_zone, region_of

PROVIDERS = Providers()


@pytest.mark.parametrize(
    ("provider", "text", "meant"),
    [
        ("gke", "europe-west-4", "europe-west4"),
        ("gke", "Europe_West4", "europe-west4"),
        ("gke", "us-west-2", None),
        ("gke", "westeurope", None),
        ("eks", "us-east1", None),
        ("eks", "us_east_1", "us-east-1"),
        ("aks", "west-europe", "westeurope"),
        ("k3s", "anywhere", None),
    ],
)
def test_regions(provider: str, text: str, meant: str | None) -> None:
    assert meant_region(text, PROVIDERS[provider]) == meant


@pytest.mark.parametrize(
    ("provider", "region", "text", "meant"),
    [
        ("gke", "europe-west4", "europe-west-4-a", "europe-west4-a"),
        ("gke", "europe-west4", "europe-west4a", "europe-west4-a"),
        ("gke", "europe-west4", "europe-west1-a", None),
        ("eks", "us-east-1", "us-east-1-a", "us-east-1a"),
        ("eks", "us-east-1", "us-east1a", "us-east-1a"),
        ("eks", "us-east-1", "us-east-2a", None),
    ],
)
def test_zones(provider: str, region: str, text: str, meant: str | None) -> None:
    assert meant_zone(text, region, PROVIDERS[provider]) == meant


def test_a_zone_tells_its_region() -> None:
    assert region_of("europe-west4-a", PROVIDERS["gke"]) == "europe-west4"
    assert region_of("us-east-1a", PROVIDERS["eks"]) == "us-east-1"
    assert region_of("us-east-1", PROVIDERS["eks"]) is None


def test_every_cloud_tells_of_its_regions() -> None:
    for provider in PROVIDERS.values():
        assert bool(provider.region_sources) is (provider.cloud is not None)
