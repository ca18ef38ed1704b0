"""What a cluster holds: stated, brought, inside, and used."""

from __future__ import annotations

from tests.unit.matrix.platforms import matrices, one_cluster


def held(text: str) -> dict[str, str | None]:
    (matrix,) = matrices(text)
    return {subject: holding.version for subject, holding in matrix.holdings.items()}


def test_a_release_holds_what_it_brings_and_argo_cd_its_kustomize() -> None:
    found = held(one_cluster("1.34", 'versions: {kubeflow: "26.03", argo-cd: "3.4"}\n'))
    assert found["kubernetes"] == "1.34"
    assert found["kubeflow"] == "26.03"
    assert found["istio"] == "1.28.0"
    assert found["knative-serving"] == "1.21.1"
    assert found["kubeflow-trainer"] == "2.1.0"
    assert found["argo-cd"] == "3.4.7"
    assert found["kustomize"] == "5.8.1"
    assert "kueue" not in found


def test_what_is_turned_off_is_not_held() -> None:
    off = "components: {katib: {enabled: false}}\n"
    assert "katib" not in held(one_cluster("1.34", f'versions: {{kubeflow: "26.03"}}\n{off}'))


def test_every_holding_says_how_it_came_and_from_which_line() -> None:
    (matrix,) = matrices(one_cluster("1.34", 'versions: {kubeflow: "26.03"}\n'))
    assert matrix.holdings["istio"].sentence == "kubeflow 26.03 brings istio 1.28.0"
    assert matrix.holdings["istio"].label == "kubeflow 26.03"
    assert matrix.holdings["kubernetes"].origin == ("clusters", 0, "kubernetes")
    assert all(holding.sentence for holding in matrix.holdings.values())


def test_a_managed_cluster_holds_the_minor_of_its_provider() -> None:
    found = held(one_cluster("1.34.2", "distribution: none\n", provider="eks"))
    assert (found["eks"], found["kubernetes"]) == ("1.34", "1.34.2")


def test_what_the_cluster_has_already_counts() -> None:
    rest = 'distribution: none\ncomponents: {cert-manager: {existing: "1.12.2"}}\n'
    assert held(one_cluster("1.34", rest))["cert-manager"] == "1.12.2"


GPUS = """\
distribution: none
versions: {{gpu-operator: "26.7"}}
components: {{gpu-operator: {options}}}
gpuPools:
  - {{name: b, cluster: one, accelerator: nvidia-b200, nodes: {{min: 0, max: 1}}{more}}}
  - {{name: v, cluster: one, accelerator: nvidia-v100-16gb, nodes: {{min: 0, max: 1}}{more}}}
  - {{name: h, cluster: one, accelerator: nvidia-h100-nvl-94gb, nodes: {{min: 0, max: 1}}{more}}}
"""


def gpus(options: str = "{}", provider: str = "k3s") -> dict[str, str | None]:
    more = ", gpusPerNode: 1"
    return held(one_cluster("1.35", GPUS.format(options=options, more=more), provider=provider))


def test_an_operator_holds_its_driver_and_the_driver_its_newest_cuda() -> None:
    found = gpus()
    assert found["nvidia-gpu-operator"] == "26.7.0"
    assert found["nvidia-driver"] == "595.91.07"
    assert found["cuda"] == "13"


def test_a_driver_that_is_asked_for_is_held_and_one_that_is_not_installed_is_not() -> None:
    assert gpus('{values: {driver: {version: "580.126.20"}}}')["nvidia-driver"] == "580.126.20"
    assert "nvidia-driver" not in gpus("{values: {driver: {enabled: false}}}")
    assert "cuda" not in gpus("{values: {driver: {enabled: false}}}")


def test_pools_hold_their_gpus_and_architectures_by_the_names_of_facts() -> None:
    found = gpus()
    assert {"gpu:nvidia-b200", "gpu:nvidia-v100", "gpu:nvidia-h100-94gb"} <= set(found)
    assert {"gpu-arch:Blackwell (datacenter)", "gpu-arch:Volta", "gpu-arch:Hopper"} <= set(found)


def test_a_managed_cluster_is_synced_by_the_argo_cd_of_its_hub() -> None:
    text = (
        'clusters:\n  - {name: hub, environment: dev, provider: k3s, kubernetes: "1.34"}\n'
        '  - {name: spoke, environment: dev, provider: k3s, kubernetes: "1.36", server: "https://spoke.example"}\n'
        'distribution: none\nversions: {argo-cd: "3.4"}\n'
    )
    # The head has a `gitops` of its own; YAML knows no second one.
    from tests.unit.matrix import platforms

    head = platforms.HEAD
    try:
        platforms.HEAD = head.replace(".git}", ".git, argocd: {hub: hub}}")
        _, spoke = matrices(text)
    finally:
        platforms.HEAD = head
    assert spoke.holdings["argo-cd"].version == "3.4.7"
    assert spoke.holdings["kustomize"].version == "5.8.1"
