"""Settings of clusters: each provider says which it reads, and nobody else knows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiler.diagnostics.model import Diagnostic
from compiler.providers import Providers
from compiler.resolve.clusters import check_cluster
from compiler.source.loader import load
from compiler.spec.cluster import ClusterSpec
from compiler.spec.validate import validate
from tests.unit.resolve.fakes import HEAD

SETTINGS = {
    "project": "acme-ml-prod",
    "account": '"123456789012"',
    "subscription": "00000000-0000-4000-8000-000000000000",
    "resourceGroup": "ml-prod",
    "cloudQuota": "{GPUS_ALL_REGIONS: 8}",
}
PROVIDERS = Providers()


def foreign(provider: str, settings: dict[str, str], providers: dict[str, object] | None = None) -> list[Diagnostic]:
    """Return what is said of a cluster that has some settings."""
    written = "".join(f", {key}: {value}" for key, value in settings.items())
    text = f"clusters: [{{name: dev, environment: dev, provider: {provider}, kubernetes: '1.34'{written}}}]\n"
    document, _ = load((HEAD + text).encode(), "platform.yaml")
    assert document is not None
    validated, findings = validate(document)
    assert validated is not None
    assert not findings
    known = {**PROVIDERS, **(providers or {})}
    found: list[Diagnostic] = []
    check_cluster(validated.spec.clusters[0], known[provider], known, found, validated)  # type: ignore[arg-type]
    return [each for each in found if each.code == "setting-of-another-provider"]


@pytest.mark.parametrize("id", list(PROVIDERS))
def test_what_a_provider_does_not_read_is_told_with_those_that_do(id: str) -> None:
    own = PROVIDERS[id].settings
    found = {str(each.path[-1]): each for each in foreign(id, SETTINGS)}
    expected = set() if own is None else set(SETTINGS) - set(own)
    assert set(found) == expected
    for field, finding in found.items():
        readers = [each.id for each in PROVIDERS.values() if field in (each.settings or ())]
        assert finding.help is not None
        assert all(reader in finding.help for reader in readers)


def test_a_region_is_for_everybody() -> None:
    assert foreign("k3s", {"region": "cellar-1"}) == []


def test_every_setting_is_a_key_of_clusters() -> None:
    keys = set(ClusterSpec.keys_of().values())
    for provider in PROVIDERS.values():
        assert {*provider.required, *(provider.settings or ())} <= keys


def test_a_new_provider_says_itself_what_it_reads() -> None:
    new = replace(PROVIDERS["k3s"], id="openstack", settings=("project",))
    assert foreign("openstack", {"project": "acme-ml-prod"}, {"openstack": new}) == []
    (finding,) = foreign("eks", {"project": "acme-ml-prod"}, {"openstack": new})
    assert finding.help is not None
    assert "openstack" in finding.help
