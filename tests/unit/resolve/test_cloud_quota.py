"""What clouds say to whoever asks for nodes above a quota, in their words and with the platform's numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiler.providers import Providers
from compiler.resolve.cloud_quota import compared_needs, quotas_of
from compiler.resolve.facts import Facts
from tests.unit.lowering.declared import pool
from tests.unit.matrix.platforms import catalog, understood

CLUSTERS = {
    "gke": "project: acme-ml, region: europe-west4, cloudQuota: {NVIDIA_T4_GPUS: 1}",
    "eks": "region: eu-west-1, cloudQuota: {L-DB2E81BA: 4}",
    "aks": "region: westeurope, cloudQuota: {Standard NCASv3_T4 Family vCPUs: 4}",
}
MACHINES = {"gke": "n1-standard-8", "eks": "g4dn.xlarge", "aks": "Standard_NC4as_T4_v3"}


@pytest.mark.parametrize(
    ("provider", "said"),
    [
        ("gke", "Quota 'NVIDIA_T4_GPUS' exceeded. Limit: 1.0 in region europe-west4."),
        (
            "eks",
            "VcpuLimitExceeded: You have requested more vCPU capacity than your current vCPU limit of 4 allows for",
        ),
        ("aks", "it results in exceeding approved Standard NCASv3_T4 Family Cores quota ... Current Limit: 4"),
    ],
)
def test_a_refusal_is_in_the_words_of_the_cloud(provider: str, said: str) -> None:
    text = (
        "distribution: none\nclusters:\n"
        f"  - {{name: one, environment: dev, provider: {provider}, kubernetes: '1.35', {CLUSTERS[provider]}}}\n"
        "gpuPools:\n  - {name: t4, cluster: one, accelerator: nvidia-t4, "
        f"machineType: {MACHINES[provider]}, gpusPerNode: 1, nodes: {{max: 8}}}}\n"
    )
    platform = understood(text).platform
    assert platform is not None
    [compared] = compared_needs(platform, Facts(catalog()))
    assert said in compared.notes[0]
    assert len(compared.notes) == 1


@pytest.mark.parametrize(
    ("provider", "quota", "pool", "command"),
    [
        (
            "gke",
            "NVIDIA_A100_80GB_GPUS",
            "accelerator: nvidia-a100-80gb, machineType: a2-ultragpu-1g",
            "--quota-id=NVIDIA-A100-80GB-GPUS-per-project-region --dimensions=region=europe-west4 --preferred-value=4",
        ),
        (
            "gke",
            "GPUS_ALL_REGIONS",
            "accelerator: nvidia-a100-80gb, machineType: a2-ultragpu-1g",
            "--quota-id=GPUS-ALL-REGIONS-per-project --preferred-value=4",
        ),
        (
            "gke",
            "NVIDIA_H200",
            "accelerator: nvidia-h200-141gb, machineType: a3-ultragpu-8g",
            "--dimensions=region=europe-west4,gpu_family=NVIDIA_H200 --preferred-value=32",
        ),
        (
            "aks",
            "lowPriorityCores",
            "accelerator: nvidia-t4, machineType: Standard_NC4as_T4_v3, spot: true",
            "value=16 --scope=/subscriptions/SUBSCRIPTION/providers/Microsoft.Compute/locations/westeurope",
        ),
        (
            "aks",
            "cores",
            "accelerator: nvidia-t4, machineType: Standard_NC4as_T4_v3",
            "--resource-name=cores --resource-type=dedicated --limit-object value=16",
        ),
    ],
)
def test_a_request_can_be_pasted(provider: str, quota: str, pool: str, command: str) -> None:
    place = CLUSTERS[provider].partition(", cloudQuota")[0]
    text = (
        "distribution: none\nclusters:\n"
        f"  - {{name: one, environment: dev, provider: {provider}, kubernetes: '1.35', {place}, "
        f"cloudQuota: {{{quota}: 0}}}}\n"
        f"gpuPools:\n  - {{name: gpus, cluster: one, {pool}, nodes: {{max: 4}}}}\n"
    )
    platform = understood(text).platform
    assert platform is not None
    [compared] = compared_needs(platform, Facts(catalog()))
    assert command in compared.request(compared.need.maximum)
    assert "reviews the request" in compared.notes[1]


def test_spot_machines_of_azure_fall_under_no_family() -> None:
    on_demand = replace(pool("t4"), accelerator="nvidia-t4", machine_type="Standard_NC4as_T4_v3")
    aks, facts = Providers()["aks"], Facts(catalog())
    assert quotas_of(replace(on_demand, spot=True), aks, facts) == {"lowPriorityCores"}
    assert quotas_of(on_demand, aks, facts) >= {"cores"}


def test_each_cloud_names_where_it_tells_of_its_quotas() -> None:
    clouds = [each for each in Providers().values() if each.cloud is not None]
    told = {each.quotas.source for each in clouds if each.quotas is not None}
    assert len(told) == len(clouds)
