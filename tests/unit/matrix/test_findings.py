"""Findings of the matrix: one for each pair on a cluster, where it is decided, with facts and a way out."""

from __future__ import annotations

import pytest

from compiler.diagnostics.model import Diagnostic, Severity
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


def kubeflow(version: str, kubernetes: str, rest: str = "") -> Diagnostic:
    """Return the gravest finding about a Kubeflow on a Kubernetes."""
    text = one_cluster(kubernetes, f'versions: {{kubeflow: "{version}"}}\n{rest}')
    found = [each for each in matrix_findings(text) if each.message.startswith("kubeflow ")]
    return min(found, key=lambda each: each.severity.rank)


@pytest.mark.parametrize("minor", ["1.26", "1.29", "1.31", "1.34", "1.36"])
@pytest.mark.parametrize("version", ["1.9.1", "1.10.0", "1.10.2", "1.11.0", "26.03"])
def test_a_headline_says_each_name_once(version: str, minor: str) -> None:
    text = one_cluster(minor, f'versions: {{kubeflow: "{version}"}}\n')
    for finding in matrix_findings(text):
        assert finding.message.count(f"kubeflow {version}") <= 1, finding.message


def test_where_ranges_exclude_each_other_a_newer_release_is_named() -> None:
    finding = kubeflow("1.9.1", "1.34")
    assert finding.help == (
        "kubeflow 26.03 is documented for Kubernetes 1.34, `matrix --what-if one/kubeflow=26.03` shows what it "
        "changes; kubeflow 1.9.1 is documented for Kubernetes 1.29 to 1.31"
    )
    codes = {each.code for each in matrix_findings(one_cluster("1.34", 'versions: {kubeflow: "26.03"}\n'))}
    assert "outside-documented-range" not in codes, "what is advised is true"


@pytest.mark.parametrize("minor", ["1.29", "1.30", "1.31"])
def test_the_minors_that_are_named_have_nothing_as_grave_against_them(minor: str) -> None:
    found = matrix_findings(one_cluster(minor, 'versions: {kubeflow: "1.9.1"}\n'))
    assert not [each for each in found if each.code in {"outside-documented-range", "outside-enforced-range"}]


def test_where_nothing_newer_helps_that_is_said() -> None:
    assert kubeflow("26.03", "1.36").help == (
        "kubeflow 26.03 is documented for Kubernetes 1.33 to 1.34; "
        "no newer release of kubeflow in this compiler's catalog is documented for 1.36"
    )


def test_an_older_kubernetes_may_as_well_have_an_older_release() -> None:
    helped = kubeflow("1.11.0", "1.29").help
    assert helped is not None
    assert helped.startswith("kubeflow 1.11.0 is documented for Kubernetes 1.32, 1.34; or choose another version")
    assert "`matrix --product kubeflow --against kubernetes`" in helped


def test_what_a_cluster_leaves_out_rules_out_no_release() -> None:
    """Knative of 26.03 exits on 1.32, so that release helps there only where Knative is left out."""
    rest = "components: {knative-serving: {enabled: false}, kserve: {enabled: false}}\n"
    text = one_cluster("1.32", f'versions: {{kubeflow: "1.9.1"}}\n{rest}')
    (with_it,) = (
        each
        for each in matrix_findings(one_cluster("1.32", 'versions: {kubeflow: "1.9.1"}\n'))
        if "kubeflow" in each.message
    )
    (without,) = (each for each in matrix_findings(text) if each.message.startswith("kubeflow "))
    assert with_it.help is not None
    assert without.help is not None
    assert "kubeflow=26.03" not in with_it.help
    assert "kubeflow=26.03" in without.help
