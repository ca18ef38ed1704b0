"""What tenants read from their cluster."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiler.lowering.context import tenant_context
from compiler.model.platform import SecretsBackend
from tests.unit.lowering.declared import KUBEFLOW, cluster, context, pool


@pytest.mark.parametrize(
    ("release", "level"),
    [("1.9.1", "privileged"), ("1.10.1", "privileged"), ("1.10.2", "baseline"), ("v1.11.0", "baseline")],
)
def test_pod_security_follows_the_sidecars_of_the_release(release: str, level: str) -> None:
    assert context(*KUBEFLOW, kubeflow=release).pod_security == level


def test_calendar_versions_come_after_the_others() -> None:
    assert context(*KUBEFLOW, kubeflow="26.03").pod_security == "baseline"
    assert context(*KUBEFLOW, kubeflow="26.03.1-rc.2").pod_security == "baseline"


def test_an_istio_that_is_not_ours_may_need_privileged_init_containers() -> None:
    assert context(*KUBEFLOW, existing=["istio-install"]).pod_security == "privileged"
    assert context().pod_security == "baseline"


@pytest.mark.parametrize("component", ["profiles", "dashboard"])
def test_a_profile_controller_binds_the_roles_of_kubeflow(component: str) -> None:
    found = context(component)
    assert (found.has_profile_controller, found.cluster_role_prefix) == (True, "kubeflow-")


def test_the_cloud_identity_of_pods_is_an_option_of_the_profile_controller() -> None:
    plain = cluster(*KUBEFLOW)
    assert tenant_context(plain).workload_identity is None
    installations = tuple(
        replace(each, options={"workloadIdentity": "id-of-{team}"}) if each.component == "profiles" else each
        for each in plain.installations
    )
    assert tenant_context(replace(plain, installations=installations)).workload_identity == "id-of-{team}"


@pytest.mark.parametrize("components", [("admission-webhook", "pipelines"), ("notebooks-v1",), ("pipelines",), ()])
def test_pod_defaults_need_a_webhook_and_pipelines_themselves(components: tuple[str, ...]) -> None:
    found = context(*components)
    assert found.has_pod_defaults == bool({"admission-webhook", "notebooks-v1"} & set(components))
    assert found.has_pipelines == ("pipelines" in components)


def test_without_kubeflow_the_roles_are_those_of_kubernetes() -> None:
    found = context()
    assert (found.kubeflow, found.has_profile_controller, found.cluster_role_prefix) == (None, False, "")


@pytest.mark.parametrize(
    ("version", "line"), [("0.16.3", (0, 16)), ("v0.9.0", (0, 9)), ("1.0.0-rc.1", (1, 0)), (None, None)]
)
def test_kueue_is_known_by_its_line(version: str | None, line: tuple[int, int] | None) -> None:
    assert context(kueue=version).kueue == line


def test_minors_are_read_behind_a_suffix() -> None:
    assert context(kubernetes="1.29.4-gke.7").kubernetes_minor == 29


@pytest.mark.parametrize(("version", "api"), [("0.15.1", "v1beta1"), ("0.16.0", "v1"), ("2.9.0", "v1")])
def test_external_secrets_are_written_in_the_api_that_is_served(version: str, api: str) -> None:
    assert context(others=[("external-secrets", version)]).external_secrets_api == api


def test_the_context_is_hashable_and_reads_the_same_twice() -> None:
    settings = {"pools": [pool("b", "b.com/gpu"), pool("a", "a.com/gpu")], "secrets": SecretsBackend("sops")}
    one, two = context(*KUBEFLOW, **settings), context(*KUBEFLOW, **settings)
    assert (hash(one), repr(one)) == (hash(two), repr(two))
    assert one.gpu_resources == ("a.com/gpu", "b.com/gpu")
    assert "0x" not in repr(one)
