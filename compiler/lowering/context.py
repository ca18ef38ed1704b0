"""What tenants read from their cluster: the versions and capabilities that decide how a team is written down.

Knows which components stand for a capability; knows no release's contents and nothing of single teams.
"""

from __future__ import annotations

from compiler.frozen import frozen
from compiler.lowering.external_secrets import V1
from compiler.model.definers import NOTEBOOK, POD_DEFAULT, PROFILE, is_defined
from compiler.model.platform import Cluster
from compiler.model.version_numbers import version_numbers

_PIPELINES = "pipelines"
_KSERVE = "kserve"
_ISTIO = "istio-install"
_ISTIO_WITH_CNI = (1, 10, 2)
"""First Kubeflow release whose Istio needs no privileged init container (kubeflow/manifests@v1.10.2 common/istio)."""


@frozen
class TenantContext:
    """Everything that teams, shared namespaces and pools read from their cluster besides themselves.

    Only text, numbers, flags and tuples of them: its `repr` is part of the key that decides whether a team must be
    compiled again, so what none of them reads does not belong here.

    `kubernetes_minor` is 34 for 1.34; `kueue` is `(0, 16)` for 0.16.3 and `None` without Kueue.
    `cluster_role_prefix` stands before `admin`, `edit` and `view`. `pod_security` is the level that is enforced in
    the namespaces of teams. `gpu_resources` are the extended resources of the cluster's pools, sorted.
    `secret_store` is kind and name, `secret_prefix` what stands before the names of its entries.
    `trusted` is the PEM of the certificate authorities that the cluster trusts beside the public ones.
    `workload_identity` is the cloud identity of pods as the platform file has it, with its placeholders.
    """

    cluster: str
    provider: str
    kubeflow: str | None
    kubernetes_minor: int
    kueue: tuple[int, int] | None
    has_kserve: bool
    has_profile_controller: bool
    has_istio: bool
    has_notebooks: bool
    cluster_role_prefix: str
    pod_security: str
    gpu_resources: tuple[str, ...]
    secrets_backend: str
    secret_store: tuple[str, str] | None
    external_secrets_api: str
    secret_prefix: str = ""
    has_pod_defaults: bool = False
    has_pipelines: bool = False
    workload_identity: str | None = None
    trusted: str = ""
    user_header: str = "kubeflow-userid"
    gateway_principals: tuple[str, ...] = (
        "cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account",
        "cluster.local/ns/kubeflow/sa/ml-pipeline-ui",
    )
    notebook_controller_principal: str = "cluster.local/ns/kubeflow/sa/notebook-controller-service-account"


def tenant_context(cluster: Cluster) -> TenantContext:
    """Return what the tenants of a cluster read from it.

    Source of the header and the principals, the same in every release from 1.8.1 to 26.03:
    kubeflow/manifests@26.03 applications/profiles/upstream/manager/kustomization.yaml.
    """
    installed = cluster.installed
    kubeflow = next((each.product_version for each in cluster.installations if each.product == "kubeflow"), None)
    has_profile_controller = is_defined(PROFILE, cluster)
    secrets = cluster.secrets
    return TenantContext(
        cluster=cluster.name,
        provider=cluster.provider,
        kubeflow=kubeflow,
        kubernetes_minor=version_numbers(cluster.kubernetes)[1],
        kueue=_line(cluster, "kueue"),
        has_kserve=_KSERVE in installed,
        has_profile_controller=has_profile_controller,
        has_istio=_ISTIO in installed,
        has_notebooks=is_defined(NOTEBOOK, cluster),
        cluster_role_prefix="kubeflow-" if has_profile_controller or "kubeflow-roles" in installed else "",
        pod_security=_pod_security(cluster, kubeflow),
        gpu_resources=tuple(sorted({pool.resource for pool in cluster.pools})),
        secrets_backend=secrets.backend,
        secret_store=(
            (secrets.store_kind, secrets.store_name)
            if secrets.store_kind is not None and secrets.store_name is not None
            else None
        ),
        external_secrets_api=external_secrets_api(cluster),
        secret_prefix=secrets.store_prefix,
        has_pod_defaults=is_defined(POD_DEFAULT, cluster),
        has_pipelines=_PIPELINES in installed,
        workload_identity=_workload_identity(cluster),
        trusted=cluster.trust.bundle if cluster.trust else "",
    )


def external_secrets_api(cluster: Cluster) -> str:
    """Return the version of ExternalSecrets that the cluster's operator serves."""
    return "v1" if (_line(cluster, "external-secrets") or V1) >= V1 else "v1beta1"


def _workload_identity(cluster: Cluster) -> str | None:
    """Return what the options of the profile controller say of the cloud identity of pods."""
    options = (cluster.installed[each].options for each in PROFILE if each in cluster.installed)
    found = next((each["workloadIdentity"] for each in options if each.get("workloadIdentity")), None)
    return None if found is None else str(found)


def _pod_security(cluster: Cluster, kubeflow: str | None) -> str:
    """Return the strictest level that the pods of notebooks, pipelines and servers pass.

    `restricted` refuses them everywhere. `baseline` refuses the init container of an Istio without CNI, which is
    that of older releases, and may be that of an Istio that we did not install.
    """
    istio = cluster.installed.get(_ISTIO)
    if istio is None:
        return "baseline"
    if istio.existing is not None or kubeflow is None or version_numbers(kubeflow) < _ISTIO_WITH_CNI:
        return "privileged"
    return "baseline"


def _line(cluster: Cluster, component: str) -> tuple[int, int] | None:
    """Return major and minor of a component that is on the cluster, by whomever it was installed."""
    installation = cluster.installed.get(component)
    if installation is None:
        return None
    major, minor, *_ = version_numbers(installation.running or installation.product_version)
    return major, minor
