"""What clouds say to whoever asks for nodes above a quota, in their words and with the platform's numbers."""

from __future__ import annotations

import pytest

from compiler.resolve.cloud_quota import compared_needs, refusal
from compiler.resolve.facts import Facts
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
    told = [refusal(need, cluster, cloud) for cluster, cloud, need, _ in compared_needs(platform, Facts(catalog()))]
    assert len(told) == 1
    assert said in told[0]
