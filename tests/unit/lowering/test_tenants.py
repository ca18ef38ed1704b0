"""A team on one cluster, object by object."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.lowering.context import TenantContext
from compiler.lowering.tenants import lower_tenant
from compiler.model import names
from compiler.model.manifest import DATA_KINDS, Identity, Object
from compiler.model.platform import Member, Namespace, Registry, Tenant
from tests.unit.lowering.declared import (
    KUBEFLOW,
    claim,
    context,
    member,
    namespace,
    objects,
    of_kind,
    pool,
    tenant,
)

A100, T4 = pool("a100"), pool("t4", "nvidia.com/mig-1g.10gb")
VISION = tenant(
    members=[member("user", "bob@acme.com", "editor"), member("group", "vision-readers", "viewer")],
    namespaces=[namespace("vision-research", requests_cpu="64", requests_memory="256Gi"), namespace("vision-serving")],
    claims=[claim(A100, 4, 2)],
)
KEEP = {
    "argocd.argoproj.io/compare-options": "IgnoreExtraneous",
    "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
}
HARD = {
    "requests.cpu": "64",
    "requests.memory": "256Gi",
    "requests.nvidia.com/gpu": "6",
    "requests.nvidia.com/mig-1g.10gb": "0",
}


def on(*components: str, kubeflow: str = "26.03", kueue: str | None = "0.16.0") -> TenantContext:
    return context(*components, kubeflow=kubeflow, kueue=kueue, pools=[A100, T4])


def identities(found: list[Object]) -> list[str]:
    return [str(Identity.of(each)) for each in found]


@pytest.mark.parametrize(("release", "level"), [("1.9.1", "privileged"), ("1.10.2", "baseline"), ("26.03", "baseline")])
def test_with_a_profile_controller_a_namespace_is_a_profile_and_what_it_lacks(release: str, level: str) -> None:
    application = lower_tenant(VISION, on(*KUBEFLOW, kubeflow=release))
    assert (application.cluster, application.name, application.origin) == ("prod", "team-vision", "teams.vision")
    assert [(chart.file, chart.origin) for chart in application.charts] == [
        ("team.yaml", "teams.vision"),
        ("vision-research.yaml", "teams.vision.namespaces.vision-research"),
        ("vision-serving.yaml", "teams.vision.namespaces.vision-serving"),
    ]
    found = objects(application, "vision-research.yaml")
    assert identities(found) == [
        "Namespace vision-research",
        "Profile.kubeflow.org vision-research",
        "RoleBinding.rbac.authorization.k8s.io vision-research/group-vision-readers-clusterrole-view",
        "RoleBinding.rbac.authorization.k8s.io vision-research/user-bob-acme-com-clusterrole-edit",
        "AuthorizationPolicy.security.istio.io vision-research/user-bob-acme-com-clusterrole-edit",
        "LimitRange vision-research/platform-defaults",
        "NetworkPolicy.networking.k8s.io vision-research/platform-isolation",
        "LocalQueue.kueue.x-k8s.io vision-research/gpu",
    ]
    assert found[0] == {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": "vision-research",
            "annotations": {
                "owner": "alice@acme.com",
                **KEEP,
                "argocd.argoproj.io/sync-wave": "-2",
            },
            "labels": {
                "app.kubernetes.io/part-of": "kubeflow-profile",
                "istio-injection": "enabled",
                "katib.kubeflow.org/metrics-collector-injection": "enabled",
                "pipelines.kubeflow.org/enabled": "true",
                "platform/gpu-pool.a100": "allowed",
                "platform/kueue": "managed",
                "platform/team": "vision",
                "platform/tenant": "team",
                "pod-security.kubernetes.io/enforce": level,
                "serving.kubeflow.org/inferenceservice": "enabled",
            },
        },
    }
    assert found[1] == {
        "apiVersion": "kubeflow.org/v1",
        "kind": "Profile",
        "metadata": {
            "name": "vision-research",
            "annotations": {**KEEP, "argocd.argoproj.io/sync-wave": "-1"},
        },
        "spec": {"owner": {"kind": "User", "name": "alice@acme.com"}, "resourceQuotaSpec": {"hard": HARD}},
    }


def test_a_namespace_without_quota_still_has_no_gpus_of_others() -> None:
    found = objects(lower_tenant(VISION, on(*KUBEFLOW)), "vision-serving.yaml")
    [profile] = of_kind(found, "Profile")
    assert profile["spec"]["resourceQuotaSpec"]["hard"] == {
        "requests.nvidia.com/gpu": "6",
        "requests.nvidia.com/mig-1g.10gb": "0",
    }
    assert of_kind(found, "LimitRange") == []


@pytest.mark.parametrize("release", ["1.9.1", "1.10.2", "26.03"])
@pytest.mark.parametrize("mesh", [("istio-install",), ()])
@pytest.mark.parametrize("provider", ["gke", "eks", "aks", "kind"])
@pytest.mark.parametrize("registries", [(), (Registry("harbor", {"server": "h", "secretRef": "harbor"}, ()),)])
def test_with_and_without_a_profile_controller_the_tenant_is_the_same(
    release: str, mesh: tuple[str, ...], provider: str, registries: tuple[Registry, ...]
) -> None:
    shared = (*mesh, "kubeflow-roles", "notebook-controller", "admission-webhook", "pipelines")
    vision = replace(VISION, registries=registries)

    def lowered(*components: str) -> list[Object]:
        cluster = context(*shared, *components, kubeflow=release, kueue="0.16.0", pools=[A100, T4], provider=provider)
        return objects(lower_tenant(vision, replace(cluster, workload_identity="id-of-{namespace}")))

    with_controller, without = lowered("profiles"), lowered()
    result = {Identity.of(each): stripped(each) for each in with_controller if each["kind"] != "Profile"}
    for profile in of_kind(with_controller, "Profile"):
        for each in reconciled(profile, has_mesh=bool(mesh)):
            # The controller leaves alone the accounts that are there, but for the annotation of its plugin.
            found = result.setdefault(Identity.of(each), each)
            if each["kind"] == "ServiceAccount" and "annotations" in each["metadata"]:
                result[Identity.of(each)] = {**found, "metadata": {**found["metadata"], **each["metadata"]}}
    assert result == {Identity.of(each): stripped(each) for each in without}


def test_without_anything_of_kubeflow_a_team_is_plain_kubernetes() -> None:
    found = objects(lower_tenant(VISION, context()), "vision-research.yaml")
    assert {each["apiVersion"] for each in found} == {"v1", "rbac.authorization.k8s.io/v1", "networking.k8s.io/v1"}
    assert found[0]["metadata"]["labels"] == {
        "platform/gpu-pool.a100": "allowed",
        "platform/team": "vision",
        "platform/tenant": "team",
        "pod-security.kubernetes.io/enforce": "baseline",
    }


@pytest.mark.parametrize("components", [KUBEFLOW, KUBEFLOW[:-1], ()])
def test_the_owner_is_bound_once(components: tuple[str, ...]) -> None:
    """Resolution counts owners among the members, so that they reach shared namespaces."""
    owned = replace(VISION, members=(*VISION.members, member("user", VISION.owner, "admin")))
    assert objects(lower_tenant(owned, on(*components))) == objects(lower_tenant(VISION, on(*components)))


@pytest.mark.parametrize("components", [KUBEFLOW, KUBEFLOW[:-1], ()])
def test_what_holds_data_or_identity_outlives_the_name_of_its_team(components: tuple[str, ...]) -> None:
    registries = (Registry("harbor", {"server": "h", "secretRef": "harbor"}, ()),)
    before = objects(lower_tenant(replace(VISION, registries=registries), on(*components)))
    after = objects(lower_tenant(replace(VISION, team="seeing", registries=registries), on(*components)))
    kept = DATA_KINDS | {"ServiceAccount"}
    lasting = {Identity.of(each) for each in before if each["kind"] in kept}
    assert lasting == {Identity.of(each) for each in after if each["kind"] in kept}
    for each in before:
        if each["kind"] in kept:
            assert each["metadata"]["annotations"].items() >= KEEP.items()


def test_without_kueue_the_quota_is_the_share_and_nothing_is_queued() -> None:
    application = lower_tenant(VISION, on(*KUBEFLOW, kueue=None))
    found = objects(application)
    assert "team.yaml" not in {chart.file for chart in application.charts}
    assert of_kind(found, "LocalQueue") == []
    assert not any(names.KUEUE_LABEL in each["metadata"]["labels"] for each in of_kind(found, "Namespace"))
    for profile in of_kind(found, "Profile"):
        assert profile["spec"]["resourceQuotaSpec"]["hard"]["requests.nvidia.com/gpu"] == "4"


def test_a_team_without_claims_has_no_queue_and_no_gpus() -> None:
    found = objects(lower_tenant(tenant(namespaces=[namespace("lab")]), on(*KUBEFLOW)))
    assert identities(found) == [
        "Namespace lab",
        "Profile.kubeflow.org lab",
        "NetworkPolicy.networking.k8s.io lab/platform-isolation",
    ]
    assert set(found[1]["spec"]["resourceQuotaSpec"]["hard"].values()) == {"0"}
    bare = objects(lower_tenant(tenant(namespaces=[namespace("lab")]), context(*KUBEFLOW)))
    assert "resourceQuotaSpec" not in bare[1]["spec"]


def test_pull_secrets_reach_every_service_account() -> None:
    vision = tenant(
        namespaces=[namespace("lab")], registries=[Registry("harbor", {"server": "h", "secretRef": "harbor"}, ())]
    )
    accounts = of_kind(objects(lower_tenant(vision, on(*KUBEFLOW))), "ServiceAccount")
    assert [each["metadata"]["name"] for each in accounts] == ["default", "default-editor", "default-viewer"]


def test_namespaces_named_like_other_files_have_files_of_their_own() -> None:
    vision = tenant(namespaces=[namespace("team"), namespace("kustomization")], claims=[claim(A100, 1)])
    files = [chart.file for chart in lower_tenant(vision, on(*KUBEFLOW)).charts]
    assert files == ["team.yaml", "team.namespace.yaml", "kustomization.namespace.yaml"]


LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")
PATH_SEGMENTS = {"namespaceAdmin"}
"""Names that the profile controller forms; RBAC allows any path segment."""
LABEL_NAME = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
QUOTA_KEY = re.compile(r"(requests\.)?(cpu|memory|pods)|requests\.[a-z0-9.-]+/[a-z0-9.-]+")

labels = st.from_regex(LABEL, fullmatch=True)
people = st.builds(
    Member,
    st.sampled_from(["user", "group"]),
    st.text(min_size=1, max_size=300),
    st.sampled_from(["admin", "editor", "viewer"]),
    st.just(()),
)
teams = st.builds(
    Tenant,
    labels,
    st.just("alice@acme.com"),
    st.lists(people, max_size=4).map(tuple),
    st.lists(
        st.builds(
            Namespace,
            labels,
            st.dictionaries(st.sampled_from(["requests.cpu", "requests.memory", "pods"]), st.just("4")),
            st.just(()),
        ),
        max_size=3,
        unique_by=lambda each: each.name,
    ).map(tuple),
    st.lists(labels.map(lambda name: claim(pool(name), 2, 1)), max_size=3, unique_by=lambda each: each.pool.name).map(
        tuple
    ),
    st.just((Registry("ecr", {"account": "123456789012", "region": "eu-west-1"}, ()),)),
    st.just(()),
    st.just(()),
)


@given(team=teams, has_controller=st.booleans(), kueue=st.sampled_from([None, "0.14.0", "0.19.2"]))
def test_every_name_and_key_is_legal_and_every_object_its_own(
    team: Tenant, has_controller: bool, kueue: str | None
) -> None:
    cluster = context(
        "istio-install",
        *(["profiles"] if has_controller else []),
        kueue=kueue,
        pools=[each.pool for each in team.claims],
    )
    application = lower_tenant(team, cluster)
    assert LABEL.fullmatch(application.name)
    assert len({chart.file for chart in application.charts}) == len(application.charts)
    found = objects(application)
    assert len({Identity.of(each) for each in found}) == len(found)
    for each in found:
        metadata = each["metadata"]
        assert metadata["name"] in PATH_SEGMENTS or SUBDOMAIN.fullmatch(metadata["name"])
        if each["kind"] in {"Namespace", "LocalQueue", "Profile"}:
            assert LABEL.fullmatch(metadata["name"])
        for key, value in metadata.get("labels", {}).items():
            assert LABEL_NAME.fullmatch(key.rpartition("/")[2])
            assert LABEL_NAME.fullmatch(value)
        for key in _hard(each):
            assert QUOTA_KEY.fullmatch(key)


def _hard(manifest: Any) -> dict[str, str]:
    spec = manifest.get("spec", {})
    found: dict[str, str] = spec.get("resourceQuotaSpec", spec).get("hard", {})
    return found


def stripped(manifest: Object) -> Object:
    """Return the object without what Argo CD reads, which is no part of the tenant."""
    if manifest["kind"] != "ServiceAccount":
        return manifest
    metadata = {key: value for key, value in manifest["metadata"].items() if key != "annotations"}
    annotations = {k: v for k, v in manifest["metadata"]["annotations"].items() if k not in KEEP}
    return {**manifest, "metadata": metadata | ({"annotations": annotations} if annotations else {})}


def plugged_in(profile: Any) -> dict[str, str]:
    """Return what the plugins of a Profile annotate `default-editor` with."""
    found = {}
    for plugin in profile["spec"].get("plugins", ()):
        match plugin:
            case {"kind": "WorkloadIdentity", "spec": {"gcpServiceAccount": account}}:
                found["iam.gke.io/gcp-service-account"] = account
            case {"kind": "AwsIamForServiceAccount", "spec": {"awsIamRole": role}}:
                found["eks.amazonaws.com/role-arn"] = role
            case _:
                pytest.fail(f"the controller knows no plugin {plugin}")
    return found


def reconciled(profile: Any, *, has_mesh: bool) -> list[Object]:
    """Return what the profile controller makes of a Profile beside the Namespace, after its source.

    Source: kubeflow/dashboard components/profile-controller/controllers/profile_controller.go, Reconcile.
    """
    name, owner = profile["metadata"]["name"], profile["spec"]["owner"]["name"]
    group = "rbac.authorization.k8s.io"
    by = {"annotations": {"user": owner, "role": "admin"}}

    def binding(binding_name: str, role: str, subject: dict[str, str], extra: dict[str, Any]) -> Object:
        return {
            "apiVersion": f"{group}/v1",
            "kind": "RoleBinding",
            "metadata": {"name": binding_name, "namespace": name, **extra},
            "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": role},
            "subjects": [subject],
        }

    made = [binding("namespaceAdmin", "kubeflow-admin", {"apiGroup": group, "kind": "User", "name": owner}, by)]
    for account, role in (("default-editor", "kubeflow-edit"), ("default-viewer", "kubeflow-view")):
        metadata: dict[str, Any] = {"name": account, "namespace": name}
        identity = plugged_in(profile) if account == "default-editor" else {}
        if identity:
            metadata["annotations"] = identity
        made.append({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})
        made.append(binding(account, role, {"kind": "ServiceAccount", "name": account, "namespace": name}, {}))
    made.append(
        {
            "apiVersion": "v1",
            "kind": "ResourceQuota",
            "metadata": {"name": "kf-resource-quota", "namespace": name},
            "spec": profile["spec"]["resourceQuotaSpec"],
        }
    )
    if has_mesh:
        accounts = ("istio-system/sa/istio-ingressgateway-service-account", "kubeflow/sa/ml-pipeline-ui")
        gateway = [f"cluster.local/ns/{account}" for account in accounts]
        culler = ["cluster.local/ns/kubeflow/sa/notebook-controller-service-account"]
        kernels = {"operation": {"methods": ["GET"], "paths": ["*/api/kernels"]}}
        rules = [
            {
                "from": [{"source": {"principals": gateway}}],
                "when": [{"key": "request.headers[kubeflow-userid]", "values": [owner]}],
            },
            {"when": [{"key": "source.namespace", "values": [name]}]},
            {"to": [{"operation": {"paths": ["/healthz", "/metrics", "/wait-for-drain"]}}]},
            {"from": [{"source": {"principals": culler}}], "to": [kernels]},
        ]
        made.append(
            {
                "apiVersion": "security.istio.io/v1beta1",
                "kind": "AuthorizationPolicy",
                "metadata": {"name": "ns-owner-access-istio", "namespace": name, **by},
                "spec": {"action": "ALLOW", "rules": rules},
            }
        )
    return made
