"""Where a team's own repositories go: to its namespaces, on the clusters that have them."""

from __future__ import annotations

import pytest

from compiler.model.platform import TeamRepository
from tests.unit.resolve.fakes import CLUSTER, codes, understand

TWO = CLUSTER + '  - {name: two, environment: dev, provider: k3d, kubernetes: "1.34"}\n'
TEAM = """\
teams:
  - name: vision
    owner: {{user: alice@acme.com}}
    namespaces: [{{name: lab, clusters: [dev, two]}}, {{name: serving, clusters: [two]}}]
    gitops: [{{repoURL: https://h/models{}}}]
"""


def found(more: str) -> tuple[dict[str, list[TeamRepository]], list[str]]:
    platform, _, findings = understand(TWO + TEAM.format(more))
    return {
        cluster.name: [each for tenant in cluster.tenants for each in tenant.repositories]
        for cluster in platform.clusters
    }, codes(findings)


def test_it_goes_wherever_its_namespace_is() -> None:
    synced, wrong = found(", namespace: lab")
    assert wrong == []
    assert [[each.namespace for each in synced[name]] for name in ("dev", "two")] == [["lab"], ["lab"]]
    assert not any(each.prune for name in ("dev", "two") for each in synced[name]), "a volume goes only when asked for"
    [only] = found(", namespace: serving, path: deploy, prune: true, name: models, secretRef: git")[0]["two"]
    assert (only.name, only.path, only.revision, only.prune, only.secret_ref) == (
        "models", "deploy", "main", True, "git",
    )  # fmt: skip


def test_the_only_namespace_of_a_cluster_need_not_be_named() -> None:
    synced, wrong = found(", clusters: [dev]")
    assert wrong == []
    assert [each.name for each in synced["dev"]] == ["lab"]
    assert synced["two"] == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("", "undecided-namespace"),
        (", namespace: lap", "unknown-namespace"),
        (", namespace: lab, clusters: [twoo]", "unknown-cluster"),
        (", namespace: serving, clusters: [dev]", "repository-out-of-reach"),
    ],
)
def test_nothing_is_put_where_nobody_said(more: str, code: str) -> None:
    assert found(more)[1] == [code]


def test_a_namespace_of_an_unknown_cluster_is_one_mistake() -> None:
    text = (TWO + TEAM.format(", namespace: serving")).replace("clusters: [two]", "clusters: [twoo]")
    assert codes(understand(text)[2]) == ["unknown-cluster"]
