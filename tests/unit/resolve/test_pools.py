"""Machines, sharing and the arithmetic of schedulable units."""

from __future__ import annotations

import pytest

from compiler.catalog.load import Catalog
from compiler.model.platform import GpuPool
from compiler.resolve.facts import Facts
from tests.unit.resolve.fakes import codes, understand

CLUSTERS = {
    "gke": 'provider: gke, kubernetes: "1.34", project: acme-ml-prod, region: europe-west4',
    "eks": 'provider: eks, kubernetes: "1.34", region: eu-west-1',
    "aks": 'provider: aks, kubernetes: "1.34", region: westeurope',
    "k3s": 'provider: k3s, kubernetes: "1.34"',
}


def resolve_pool(provider: str, fields: str, name: str = "gpus") -> tuple[GpuPool | None, list[str]]:
    platform, _, findings = understand(
        f"clusters: [{{name: dev, environment: dev, {CLUSTERS[provider]}}}]\n"
        f"gpuPools: [{{name: {name}, cluster: dev, {fields}}}]\n"
    )
    pools = platform.clusters[0].pools
    return (pools[0] if pools else None), codes(findings)


A100 = "accelerator: nvidia-a100-80gb, machineType: a2-ultragpu-1g"
P4DE = "accelerator: nvidia-a100-80gb, machineType: p4de.24xlarge"
G4DN = "accelerator: nvidia-t4, machineType: g4dn.xlarge"
T4 = "accelerator: nvidia-t4, machineType: n1-standard-8, gpusPerNode: 2"


@pytest.mark.parametrize(
    ("provider", "fields", "resource", "capacity"),
    [
        ("gke", f"{A100}, nodes: {{max: 8}}", "nvidia.com/gpu", 8),
        ("gke", f"{T4}, nodes: {{max: 4}}", "nvidia.com/gpu", 8),
        ("gke", f"{T4}, nodes: {{max: 4}}, sharing: {{strategy: timeSlicing, replicas: 4}}", "nvidia.com/gpu", 32),
        ("gke", f"{A100}, nodes: {{max: 2}}, sharing: {{strategy: mig, profile: 1g.10gb}}", "nvidia.com/gpu", 14),
        ("eks", f"{P4DE}, nodes: {{max: 2}}, sharing: {{strategy: mig, profile: 3g.40gb}}",
         "nvidia.com/mig-3g.40gb", 32),
        ("eks", f"{G4DN}, nodes: {{max: 3}}, sharing: {{strategy: mps, replicas: 2}}", "nvidia.com/gpu.shared", 6),
        ("aks", "accelerator: nvidia-a100-80gb, machineType: standard_nc24ads_a100_v4, nodes: {max: 3}",
         "nvidia.com/gpu", 3),
        ("k3s", "accelerator: nvidia-t4, nodes: {max: 2}", "nvidia.com/gpu", 2),
        ("k3s", "accelerator: nvidia-t4, gpusPerNode: 3, nodes: {max: 2}", "nvidia.com/gpu", 6),
        ("k3s", "accelerator: amd-mi300x, nodes: {max: 2}", "amd.com/gpu", 2),
    ],
)  # fmt: skip
def test_units_are_gpus_times_replicas_or_mig_instances(
    provider: str, fields: str, resource: str, capacity: int
) -> None:
    pool, findings = resolve_pool(provider, fields)
    assert findings == []
    assert pool is not None
    assert (pool.resource, pool.capacity) == (resource, capacity)


@pytest.mark.parametrize(
    ("provider", "fields", "expected"),
    [
        ("gke", "accelerator: nvidia-t4, machineType: a2-ultragpu-1g, nodes: {max: 1}", "wrong-machine-type"),
        ("gke", f"{A100}, gpusPerNode: 2, nodes: {{max: 1}}", "wrong-gpu-count"),
        ("gke", "accelerator: nvidia-t4, machineType: n1-standard-8, gpusPerNode: 3, nodes: {max: 1}",
         "wrong-gpu-count"),
        ("gke", "accelerator: nvidia-t4, machineType: n1-standard-8, nodes: {max: 1}", "missing-gpus-per-node"),
        ("gke", f"{T4}, nodes: {{max: 1}}, sharing: {{strategy: mps, replicas: 49}}", "too-many-replicas"),
        ("gke", f"{T4}, nodes: {{max: 1}}, sharing: {{strategy: mig, profile: 1g.10gb}}", "mig-without-support"),
        ("gke", f"{A100}, nodes: {{max: 1}}, sharing: {{strategy: mig, profile: 1g.11gb}}", "unknown-mig-profile"),
        ("k3s", "accelerator: amd-mi300x, nodes: {max: 1}, sharing: {strategy: mps, replicas: 2}",
         "sharing-without-support"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_and_left_out(provider: str, fields: str, expected: str) -> None:
    pool, findings = resolve_pool(provider, fields)
    assert findings == [expected]
    assert pool is None


def test_a_machine_that_the_table_does_not_know_is_a_warning() -> None:
    pool, findings = resolve_pool(
        "eks", "accelerator: nvidia-t4, machineType: g9.huge, gpusPerNode: 2, nodes: {max: 1}"
    )
    assert findings == ["unknown-machine-type"]
    assert pool is not None
    assert pool.capacity == 2


@pytest.mark.parametrize(
    ("provider", "strategy", "expected"),
    [
        ("k3s", "timeSlicing", []),
        ("k3s", "mps", ["too-many-replicas"]),
        ("gke", "timeSlicing", ["too-many-replicas"]),
    ],
)
def test_more_than_48_pods_share_a_gpu_by_time_alone_and_not_on_gke(
    provider: str, strategy: str, expected: list[str]
) -> None:
    machine = "accelerator: nvidia-t4" if provider == "k3s" else T4
    _, findings = resolve_pool(
        provider, f"{machine}, nodes: {{max: 1}}, sharing: {{strategy: {strategy}, replicas: 49}}"
    )
    assert findings == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("h100-spot-a", []), ("h100-spot-amsterdam", ["bad-gpu-pool-name"]), ("4090", ["bad-gpu-pool-name"])],
)
def test_azure_knows_twelve_letters_and_digits_of_a_pool_s_name(name: str, expected: list[str]) -> None:
    fields = "accelerator: nvidia-a100-80gb, machineType: Standard_NC24ads_A100_v4, nodes: {max: 1}"
    _, findings = resolve_pool("aks", fields, f"'{name}'")
    assert findings == expected


def test_a_pool_without_zones_has_those_of_its_cluster() -> None:
    platform, _, _ = understand(
        f"clusters: [{{name: dev, environment: dev, {CLUSTERS['gke']}, zones: [europe-west4-a]}}]\n"
        f"gpuPools: [{{name: a, cluster: dev, {A100}, nodes: {{max: 1}}}}]\n"
    )
    assert platform.clusters[0].pools[0].zones == ("europe-west4-a",)


@pytest.mark.parametrize(
    ("written", "expected", "fixed"),
    [
        ("nvidia-a100-80gb", None, None),
        ("NVIDIA-A100-80GB", "in another spelling", "nvidia-a100-80gb"),
        ("nvidia-rtx-4090", "does not exist", None),
    ],
)
def test_only_another_spelling_of_an_accelerator_is_corrected(
    written: str, expected: str | None, fixed: str | None
) -> None:
    _, _, findings = understand(
        f"clusters: [{{name: dev, environment: dev, {CLUSTERS['k3s']}}}]\n"
        f"gpuPools: [{{name: p, cluster: dev, accelerator: {written}, nodes: {{max: 1}}}}]\n"
    )
    if expected is None:
        assert findings == []
        return
    (finding,) = findings
    assert expected in finding.message
    assert (finding.fix.replacement if finding.fix else None) == fixed


@pytest.mark.parametrize(
    ("provider", "region", "fixed"),
    [
        ("gke", "europe-west4-a", "europe-west4"),
        ("gke", "us-east-1", None),
        ("eks", "eu-west-1b", "eu-west-1"),
        ("eks", "us-east1", None),
        ("aks", "west-europe", "westeurope"),
    ],
)
def test_a_region_that_cannot_be_one_is_corrected_where_only_one_can_be_meant(
    provider: str, region: str, fixed: str | None
) -> None:
    places = ", ".join(part for part in CLUSTERS[provider].split(", ") if not part.startswith("region"))
    _, _, findings = understand(f"clusters: [{{name: dev, environment: dev, {places}, region: {region}}}]\n")
    (finding,) = findings
    assert finding.code == "bad-region"
    assert (finding.fix.replacement if finding.fix else None) == fixed


def test_devices_that_the_table_calls_otherwise_are_counted() -> None:
    facts = Facts(Catalog())
    assert {each.name: each.gpu_count for each in facts.machines("aws-trainium1", "aws")}["trn1.2xlarge"] == 1
