"""Each release of Kubeflow on the newest and oldest Kubernetes that it takes, and one minor outside each."""

from __future__ import annotations

import pytest

from compiler.diagnostics.model import Severity
from compiler.matrix.verdicts import Standing
from tests.unit.matrix.platforms import catalog, errors, matrices, matrix_findings, one_cluster, understood

RELEASES = catalog().versions("kubeflow")

REACH = {
    "1.9.1": ("1.26", "1.31"),
    "1.10.0": ("1.28", "1.32"),
    "1.10.1": ("1.28", "1.32"),
    "1.10.2": ("1.28", "1.33"),
    "1.11.0": ("1.28", "1.34"),
    "26.03": ("1.33", "1.34"),
}
"""The minor below which its Knative exits, and the newest one that its makers ran it on."""


def step(minor: str, by: int) -> str:
    return f"1.{int(minor.split('.')[1]) + by}"


def platform(release: str, kubernetes: str) -> str:
    return one_cluster(kubernetes, f'versions: {{kubeflow: "{release}"}}\n')


def test_every_release_that_can_be_installed_is_here() -> None:
    assert set(REACH) == set(RELEASES)
    for version in RELEASES:
        support = catalog().release("kubeflow", version).kubernetes
        assert support.minimum == f"{REACH[version][0]}.0"
        newest = max(support.tested, key=lambda each: int(each.split(".")[1]))
        assert ".".join(newest.split(".")[:2]) == REACH[version][1]


@pytest.mark.parametrize("release", RELEASES)
def test_an_official_release_is_refused_on_no_kubernetes_that_it_takes(release: str) -> None:
    oldest, newest = (int(minor.split(".")[1]) for minor in REACH[release])
    for minor in range(oldest, newest + 1):
        assert errors(understood(platform(release, f"1.{minor}")).diagnostics) == []


@pytest.mark.parametrize("release", RELEASES)
def test_what_upstream_tested_is_no_warning_whatever_documents_say(release: str) -> None:
    newest = REACH[release][1]
    found = [each for each in matrix_findings(platform(release, newest)) if "kubeflow" in each.message]
    assert [each.code for each in found if f"Kubernetes {newest}" in each.message] == []


@pytest.mark.parametrize("release", RELEASES)
def test_one_minor_below_is_refused_by_the_code_of_knative(release: str) -> None:
    below = step(REACH[release][0], -1)
    found = understood(platform(release, below)).diagnostics
    conflicts = [each for each in found if each.severity is Severity.ERROR]
    assert [each.code for each in conflicts] == ["version-conflict"]
    assert any("knative" in source for source in conflicts[0].sources)
    assert any("knative-serving" in note and ">=" in note for note in conflicts[0].notes)
    assert matrix_findings(platform(release, below)) == [
        each for each in matrix_findings(platform(release, below)) if each.code == "end-of-support"
    ], "what the resolver refuses is not told twice"


@pytest.mark.parametrize("release", RELEASES)
def test_one_minor_above_is_outside_what_is_documented(release: str) -> None:
    above = step(REACH[release][1], 1)
    found = [each for each in matrix_findings(platform(release, above)) if each.code == "outside-documented-range"]
    pairs = [each for each in found if each.path == ("clusters", 0, "kubernetes")]
    assert len(pairs) == 1, "one finding for the pair of products"
    (finding,) = pairs
    assert finding.severity is Severity.WARNING
    assert f"kubeflow {release} (" in finding.message
    assert f"Kubernetes {above}" in finding.message
    (matrix,) = matrices(platform(release, above))
    broken = [
        each
        for each in matrix.decisions
        if each.is_outside and each.other == "kubernetes" and each.deciding.standing is Standing.DOCUMENTED
    ]
    for decision in broken:
        if matrix.holdings[decision.holder].group == "kubeflow":
            assert any(decision.deciding.fact.id in note for note in finding.notes)
    assert all(source.startswith("https://") for source in finding.sources)
    assert not errors(found)


@pytest.mark.parametrize("release", RELEASES)
def test_a_release_has_few_findings_on_its_own_kubernetes(release: str) -> None:
    found = matrix_findings(platform(release, REACH[release][1]))
    assert len([each for each in found if each.severity is Severity.WARNING]) == 0
    assert len(found) <= 4
