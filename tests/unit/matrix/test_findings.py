"""Findings of the matrix: one for each pair on a cluster, where it is decided, with facts and a way out."""

from __future__ import annotations

from compiler.diagnostics.model import Severity
from compiler.matrix.table import cluster_matrices
from compiler.resolve.facts import Facts
from tests.unit.matrix.platforms import DAY, catalog, matrix_findings, one_cluster, understood

KUEUE = 'distribution: none\nversions: {kueue: "0.16", argo-cd: "3.5"}\ncomponents: {kueue: {}}\n'


def test_what_upstream_does_not_test_is_an_info_that_says_so() -> None:
    (finding,) = matrix_findings(one_cluster("1.36", KUEUE))
    assert (finding.code, finding.severity) == ("outside-tested-range", Severity.INFO)
    assert "outside what upstream tests" in finding.message
    assert finding.path == ("clusters", 0, "kubernetes")
    assert [label.path for label in finding.related] == [("components", "kueue")]
    assert any("kueue@0.16/documented" in note for note in finding.notes)
    assert finding.help is not None
    assert "1.32 to 1.35" in finding.help
    assert finding.sources[0].startswith("https://github.com/kubernetes-sigs/kueue/")


def test_a_gpu_outside_what_its_driver_knows_is_told_at_the_pool() -> None:
    gpus = (
        'distribution: none\nversions: {gpu-operator: "26.7"}\ncomponents: {gpu-operator: {}}\ngpuPools:\n'
        "  - {name: old, cluster: one, accelerator: nvidia-v100-16gb, gpusPerNode: 1, nodes: {min: 0, max: 1}}\n"
    )
    found = [each for each in matrix_findings(one_cluster("1.35", gpus)) if each.code == "outside-documented-range"]
    (finding,) = found
    assert finding.path == ("gpuPools", 0, "accelerator")
    assert "nvidia-driver 595.91.07 of gpu-operator 26.7.0" in finding.message
    assert len(finding.notes) == 2, "the GPU and its architecture say so"


def test_an_existing_argo_cd_that_lacks_what_we_write_is_an_error() -> None:
    rest = 'distribution: none\ncomponents: {argo-cd: {existing: "2.5.22"}, mlflow: {}}\n'
    found = matrix_findings(one_cluster("1.35", rest))
    assert ("outside-enforced-range", Severity.ERROR) in {(each.code, each.severity) for each in found}
    rest = rest.replace("2.5.22", "3.4.7")
    assert not [each for each in matrix_findings(one_cluster("1.35", rest)) if each.severity is Severity.ERROR]


def test_clusters_that_hold_the_same_are_told_each() -> None:
    cluster = "  - {{name: {}, environment: dev, provider: k3s, kubernetes: '1.36'}}\n"
    text = "clusters:\n" + cluster.format("a") + cluster.format("b") + KUEUE
    found = [each for each in matrix_findings(text) if each.code == "outside-tested-range"]
    assert [each.path[1] for each in found] == [0, 1]


def test_equal_versions_are_judged_once() -> None:
    cluster = "  - {{name: {}, environment: dev, provider: k3s, kubernetes: '1.34'}}\n"
    text = "clusters:\n" + "".join(cluster.format(name) for name in "abcde") + 'versions: {kubeflow: "26.03"}\n'
    platform = understood(text).platform
    assert platform is not None
    facts = Facts(catalog())
    made = cluster_matrices(platform, facts, DAY)
    assert len(made) == 5
    assert len({id(each.decisions) for each in made}) == 1
    assert sum(key[0] == "decisions" for key in facts.judged if isinstance(key, tuple)) == 1
    assert cluster_matrices(platform, facts, DAY) is made
