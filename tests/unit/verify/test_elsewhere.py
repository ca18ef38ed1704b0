"""What a cluster has without any rendering showing it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiler.verify.elsewhere import elsewhere
from tests.unit.lowering.installed import catalog, cluster, installation

HERE = cluster([installation("argo-cd", "3.4.7", "argo-cd")])


@pytest.mark.parametrize(
    ("provider", "groups"),
    [
        ("gke", {"cloud.google.com"}),
        ("eks", {"karpenter.k8s.aws", "karpenter.sh"}),
        ("generic", set()),
    ],
)
def test_what_makes_nodes_is_served_by_the_provider(provider: str, groups: set[str]) -> None:
    assert elsewhere(replace(HERE, provider=provider), catalog(), ()).groups == groups


def test_without_its_own_argo_cd_its_applications_stand_on_the_hub() -> None:
    assert elsewhere(cluster([]), catalog(), ()).groups == {"argoproj.io"}
