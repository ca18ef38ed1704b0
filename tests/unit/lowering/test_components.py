"""Installed components to overlays, with the real catalog and the real data about what we change."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from compiler.catalog.overlay import load_overlays
from compiler.lowering.components import (
    component_objects,
    deliberate_differences,
    lower_component,
    origin_of,
    replaced_by,
    unmatched_patches,
)
from compiler.lowering.patches import KEEP, LATER
from compiler.lowering.secrets import required_secrets
from compiler.model import names
from compiler.model.manifest import Application, HelmSource, Identity
from compiler.model.platform import Identity as Login
from compiler.model.platform import Installation, Oidc, SecretsBackend, StaticUser
from tests.unit.lowering.installed import catalog, cluster, installation, platform, user_patch

COMMIT = re.compile(r"[0-9a-f]{40}")


def lower(one: Installation, **changes: Any) -> Application:
    here = cluster([one], **changes)
    return lower_component(one, here, platform(here), catalog())


def patch_of(application: Application, kind: str, name: str) -> list[Any]:
    """Return the bodies of the overlay's patches for one object."""
    return [
        patch["patch"]
        for patch in application.overlay.fields["patches"]
        if patch["target"].get("kind") == kind and patch["target"].get("name") == name
    ]


def deleted(application: Application) -> set[str]:
    return {
        f"{patch['patch']['kind']} {patch['target']['name']}"
        for patch in application.overlay.fields["patches"]
        if isinstance(patch["patch"], Mapping) and patch["patch"].get("$patch") == "delete"
    }


def _everything() -> list[tuple[str, str, str]]:
    found = []
    for product in catalog().products():
        for version in catalog().versions(product):
            found += [(product, version, component) for component in catalog().release(product, version).components]
    return found


@pytest.mark.parametrize("backend", ["insecure-defaults", "manual"])
def test_every_component_of_every_release_is_pinned(backend: str) -> None:
    for product, version, component in _everything():
        one = installation(component, version, product)
        if replaced_by(one) is not None:
            continue
        application = lower(one, secrets=SecretsBackend(backend), domain="ml.acme.com", provider="k3d")
        commits = [base.commit for base in application.overlay.bases]
        if application.helm is not None:
            commits.append(application.helm.commit)
        assert commits, (product, version, component)
        assert all(COMMIT.fullmatch(commit) for commit in commits), (product, version, component)
        assert "$from" not in json.dumps(application.overlay.fields), (product, version, component)


def test_no_public_value_of_a_secret_stands_in_any_overlay() -> None:
    known = {value for overlay in load_overlays().values() for secret in overlay.secrets for value in secret.known}
    long = {value for value in known if len(value) > len("postgres")}
    assert long
    for product, version, component in _everything():
        one = installation(component, version, product)
        application = lower(one, secrets=SecretsBackend("manual"))
        text = json.dumps([application.overlay.fields, [chart.objects for chart in application.charts]])
        assert not [value for value in long if value in text], (product, version, component)


def test_a_base_of_another_repository_stands_where_the_release_reaches_it() -> None:
    pipelines = lower(installation("pipelines", "26.03"))
    release = catalog().release("kubeflow", "26.03")
    (argo,) = [base for base in pipelines.overlay.bases if "argo-workflows" in base.repository]
    assert argo.commit in {remote.commit for remote in release.remotes if remote.repository == argo.repository}
    assert all(base.commit == release.commit for base in pipelines.overlay.bases if base is not argo)


def test_two_releases_of_a_helper_are_told_apart() -> None:
    """The release reaches JobSet twice; the trainer's own is the one in its directory."""
    trainer = lower(installation("trainer", "26.03"))
    (jobset,) = [base for base in trainer.overlay.bases if base.repository.endswith("/jobset")]
    (own,) = [r for r in catalog().release("kubeflow", "26.03").remotes if "/trainer/" in r.file and "jobset" in r.url]
    assert jobset.commit == own.commit


def test_default_credentials_leave_unless_asked_for_by_name() -> None:
    one = installation("katib", "26.03")
    assert deleted(lower(one)) == set()
    assert deleted(lower(one, secrets=SecretsBackend("manual"))) == {"Secret katib-mysql-secrets"}
    here = cluster([one], secrets=SecretsBackend("manual"))
    assert [secret.name for secret in required_secrets(one, here, platform(here))] == ["katib-mysql-secrets"]
    assert required_secrets(one, cluster([one]), platform(cluster([one]))) == ()


def test_the_database_of_pipelines_takes_its_password() -> None:
    manual = lower(installation("pipelines", "1.10.2"), secrets=SecretsBackend("manual"))
    ((operation,),) = patch_of(manual, "Deployment", "mysql")
    assert operation["value"][0]["valueFrom"]["secretKeyRef"] == {"name": "mysql-secret", "key": "password"}
    assert patch_of(lower(installation("pipelines", "1.10.2")), "Deployment", "mysql") == []


@pytest.mark.parametrize(
    ("beside", "options", "mode"),
    [
        ((), {}, "RawDeployment"),
        (("knative-serving",), {}, None),
        (("knative-serving",), {"deploymentMode": "RawDeployment"}, "RawDeployment"),
        ((), {"deploymentMode": "Serverless"}, "Serverless"),
    ],
)
def test_models_are_deployed_in_a_mode_that_the_cluster_has(
    beside: tuple[str, ...], options: dict[str, str], mode: str | None
) -> None:
    one = installation("kserve", "26.03", options=options)
    here = cluster([one, *(installation(name, "26.03") for name in beside)])
    application = lower_component(one, here, platform(here), catalog())
    patches = [patch for body in patch_of(application, "ConfigMap", "inferenceservice-config") for patch in body]
    modes = [json.loads(each["value"])["defaultDeploymentMode"] for each in patches if each["path"] == "/data/deploy"]
    assert modes == ([mode] if mode else [])


def test_data_is_kept_and_own_resources_come_later() -> None:
    fields = lower(installation("kserve", "26.03")).overlay.fields
    annotations = {
        patch["target"]["kind"]: patch["patch"]["metadata"]["annotations"]
        for patch in fields["patches"]
        if isinstance(patch["patch"], Mapping) and "annotations" in patch["patch"].get("metadata", {})
    }
    assert annotations["CustomResourceDefinition"] == {names.SYNC_OPTIONS: KEEP[names.SYNC_OPTIONS]}
    assert annotations["ClusterServingRuntime"] == LATER
    assert "PersistentVolumeClaim" not in annotations


def test_users_patches_come_last() -> None:
    operation = {"op": "add", "path": "/spec/replicas", "value": 2}
    mine = user_patch({"kind": "Deployment", "name": "kserve-controller-manager"}, (operation,))
    fields = lower(installation("kserve", "26.03", patches=(mine,))).overlay.fields
    assert fields["patches"][-1] == {"target": dict(mine.target), "patch": (operation,)}


def test_a_users_strategic_merge_looks_like_an_object() -> None:
    short = user_patch({"kind": "Deployment"}, {"spec": {"replicas": 2}, "metadata": {"labels": {"a": "b"}}})
    fields = lower(installation("kserve", "26.03", patches=(short,))).overlay.fields
    assert fields["patches"][-1]["patch"] == {
        "apiVersion": "v1",
        "kind": "Deployment",
        "metadata": {"name": "any", "labels": {"a": "b"}},
        "spec": {"replicas": 2},
    }
    whole = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "x"}, "spec": {}}
    mine = user_patch({"name": "x"}, whole)
    assert lower(installation("kserve", "26.03", patches=(mine,))).overlay.fields["patches"][-1]["patch"] == whole


def test_a_users_patch_is_looked_up_among_upstreams_and_our_objects() -> None:
    mine = user_patch({"kind": "Certificate", "name": "kubeflow-gateway"}, ())
    one = installation("kubeflow-istio-resources", "26.03", patches=(mine,))
    found = cluster([one, *SIGNED_MESH], domain="ml.acme.com")
    assert unmatched_patches(one, found, platform(found), catalog()) == []
    bare = cluster([one])
    (finding,) = unmatched_patches(one, bare, platform(bare), catalog())
    assert finding.code == "patch-matches-nothing"


def test_a_users_patch_is_not_judged_where_the_objects_are_not_known() -> None:
    mine = user_patch({"kind": "Deployment", "name": "cluster-jwks-proxy"}, ())
    one = installation("oauth2-proxy", "26.03", patches=(mine,))
    for provider, count in (("kind", 0), ("generic", 1)):
        here = cluster([one], provider=provider)
        assert len(unmatched_patches(one, here, platform(here), catalog())) == count


def test_options_become_patches_and_their_absence_none() -> None:
    name = ("ConfigMap", "notebook-controller-config")
    assert patch_of(lower(installation("notebook-controller", "26.03")), *name) == []
    culling = {"culling": {"idle": "2h", "checkEvery": "5m"}}
    bodies = patch_of(lower(installation("notebook-controller", "26.03", options=culling)), *name)
    written = {operation["path"]: operation["value"] for body in bodies for operation in body}
    assert written == {
        "/data/ENABLE_CULLING": "true",
        "/data/CULL_IDLE_TIME": "120",
        "/data/IDLENESS_CHECK_PERIOD": "5",
    }


@pytest.mark.parametrize("version", ["1.9.1", "1.10.0", "1.10.2", "1.11.0", "26.03"])
def test_the_domain_reaches_every_place_that_holds_it(version: str) -> None:
    for component, kind, name in (
        ("dex", "ConfigMap", "dex"),
        ("oauth2-proxy", "ConfigMap", "oauth2-proxy"),
        ("oauth2-proxy", "RequestAuthentication", "dex-jwt"),
        ("kserve", "ConfigMap", "inferenceservice-config"),
        ("knative-serving", "ConfigMap", "config-domain"),
    ):
        one = installation(component, version)
        with_domain = lower(one, domain="ml.acme.com", secrets=SecretsBackend("manual"))
        assert "ml.acme.com" in json.dumps(patch_of(with_domain, kind, name)), (component, kind)
        assert "ml.acme.com" not in json.dumps(lower(one).overlay.fields)


SIGNED_MESH = (installation("istio-install", "26.03"), installation("cert-manager", "26.03"))
"""What serves the domain, and what signs its certificate."""


def gateway(*beside: Installation, domain: str | None = "ml.acme.com", **changes: Any) -> Application:
    one = installation("kubeflow-istio-resources", "26.03", **changes)
    here = cluster([one, *beside], domain=domain)
    return lower_component(one, here, platform(here), catalog())


def test_the_gateway_serves_the_domain_over_https() -> None:
    (certificate,) = gateway(*SIGNED_MESH).charts[0].objects
    assert certificate["spec"]["dnsNames"] == ["ml.acme.com"]
    own = {"gateway": {"tlsSecret": "mine"}}
    assert gateway(*SIGNED_MESH, options=own).charts == ()
    assert gateway(*SIGNED_MESH, domain=None).charts == ()


def test_a_certificate_is_asked_for_only_where_somebody_signs_it() -> None:
    assert gateway().charts == ()
    assert gateway(SIGNED_MESH[0]).charts == ()
    assert patch_of(gateway(), "Gateway", "kubeflow-gateway") == []


def test_a_users_patch_of_a_secret_that_we_leave_out_hits_nothing() -> None:
    mine = user_patch({"kind": "Secret", "name": "katib-mysql-secrets"}, ())
    one = installation("katib", "26.03", patches=(mine,))
    for backend, count in (("manual", 1), ("insecure-defaults", 0)):
        here = cluster([one], secrets=SecretsBackend(backend))
        assert len(unmatched_patches(one, here, platform(here), catalog())) == count


def test_a_users_patch_of_what_a_chart_renders_hits_nothing() -> None:
    version = catalog().versions("gpu-operator")[-1]
    for kind, name, count in (("Deployment", "gpu-operator", 1), ("Namespace", "gpu-operator", 0)):
        mine = user_patch({"kind": kind, "name": name}, ())
        one = installation("gpu-operator", version, "gpu-operator", patches=(mine,))
        here = cluster([one])
        found = unmatched_patches(one, here, platform(here), catalog())
        assert len(found) == count
        assert all("`values`" in str(each.help) for each in found)


@pytest.mark.parametrize(
    ("component", "provider", "version", "path"),
    [
        ("istio-install", "gke", "26.03", "common/istio/istio-install/overlays/gke"),
        ("istio-install", "gke", "1.10.2", "common/istio/istio-install/overlays/oauth2-proxy"),
        ("istio-install", "eks", "26.03", "common/istio/istio-install/overlays/oauth2-proxy"),
        ("oauth2-proxy", "kind", "26.03", "common/oauth2-proxy/overlays/m2m-dex-and-kind"),
        ("oauth2-proxy", "gke", "26.03", "common/oauth2-proxy/overlays/m2m-dex-only"),
    ],
)
def test_a_provider_chooses_the_directory(component: str, provider: str, version: str, path: str) -> None:
    (base,) = lower(installation(component, version), provider=provider).overlay.bases
    assert base.path == path


@pytest.mark.parametrize(
    ("provider", "version", "directory"),
    [
        ("k3d", "26.03", "/var/lib/rancher/k3s/data/cni"),
        ("k3s", "1.10.2", "/var/lib/rancher/k3s/data/cni"),
        ("microk8s", "1.11.0", "/var/snap/microk8s/current/opt/cni/bin"),
        ("k3s", "1.10.1", None),
        ("kind", "26.03", None),
    ],
)
def test_istio_finds_the_directories_of_network_plugins(provider: str, version: str, directory: str | None) -> None:
    patches = lower(installation("istio-install", version), provider=provider).overlay.fields.get("patches", ())
    found = [
        volume["hostPath"]["path"]
        for each in patches
        if each["target"]["kind"] == "DaemonSet"
        for volume in each["patch"]["spec"]["template"]["spec"]["volumes"]
        if volume["name"] == "cni-bin-dir"
    ]
    assert found == ([] if directory is None else [directory])


@pytest.mark.parametrize(("version", "is_closed"), [("26.03", True), ("1.11.0", False)])
def test_gateways_are_let_called_where_upstream_closes_their_namespace(version: str, is_closed: bool) -> None:
    for component, callers in (("istio-install", None), ("cluster-local-gateway", [{"namespaceSelector": {}}])):
        found = [each for chart in lower(installation(component, version)).charts for each in chart.objects]
        rules = [rule for each in found if each["kind"] == "NetworkPolicy" for rule in each["spec"]["ingress"]]
        assert [rule.get("from") for rule in rules] == ([callers] if is_closed else [])
        assert all(8080 in {port["port"] for port in rule["ports"]} for rule in rules)


def test_eks_needs_its_token_issuer_for_machine_tokens() -> None:
    one = installation("oauth2-proxy", "26.03")
    issuer = "https://oidc.eks.eu-west-1.amazonaws.com/id/ABC"
    (base,) = lower(one, provider="eks", parameters={"serviceAccountIssuer": issuer}).overlay.bases
    assert base.path.endswith("m2m-dex-and-eks")
    assert lower(one, provider="eks").overlay.bases[0].path.endswith("m2m-dex-only")


def test_logins_come_from_the_platform_file() -> None:
    one = installation("dex", "26.03")
    static = Login(static_users=(StaticUser("a@acme.com", "hash-of-a"), StaticUser("b@acme.com", "hash-of-b")))
    here = cluster([one], identity=static, secrets=SecretsBackend("manual"))
    names = [secret.name for secret in required_secrets(one, here, platform(here))]
    assert names == ["dex-oidc-client", "hash-of-a", "hash-of-b"]
    application = lower(one, identity=static)
    assert "Secret dex-passwords" in deleted(application)
    configuration = json.loads(patch_of(application, "ConfigMap", "dex")[0]["data"]["config.yaml"])
    assert [user["email"] for user in configuration["staticPasswords"]] == ["a@acme.com", "b@acme.com"]
    oidc = Login(oidc=Oidc("https://login.acme.com", "kubeflow", "oidc-client"))
    here = cluster([one], identity=oidc, secrets=SecretsBackend("manual"))
    assert "oidc-client" in [secret.name for secret in required_secrets(one, here, platform(here))]


def test_the_example_profile_gives_way_to_teams() -> None:
    one = installation("user-namespace", "26.03")
    here = cluster([one])
    assert replaced_by(one) == "teams"
    assert {d.kind for d in deliberate_differences(one, here, platform(here), catalog())} == {"replaced"}


def test_differences_are_listed_with_object_and_reason() -> None:
    one = installation("trainer", "26.03")
    here = cluster([one])
    differences = list(deliberate_differences(one, here, platform(here), catalog()))
    jobset = Identity("apps", "Deployment", "kubeflow-system", "jobset-controller-manager")
    assert jobset in {difference.identity for difference in differences if difference.kind == "changed"}
    assert all(difference.because and difference.source for difference in differences)
    plain = installation("kubeflow-roles", "26.03")
    assert list(deliberate_differences(plain, cluster([plain]), platform(here), catalog())) == []


@pytest.mark.parametrize("version", catalog().versions("argo-cd"))
def test_argo_cd_stands_in_the_namespace_that_the_platform_file_says(version: str) -> None:
    application = lower(installation("argo-cd", version, "argo-cd"))
    assert application.overlay.fields["namespace"] == "argocd"
    (namespace,) = application.charts[0].objects
    assert (namespace["kind"], namespace["metadata"]["name"]) == ("Namespace", "argocd")
    (settings,) = patch_of(application, "ConfigMap", "argocd-cm")
    assert "ignoreAggregatedRoles: true" in settings["data"]["resource.compareoptions"]


def test_kueue_queues_what_is_installed_in_namespaces_of_teams() -> None:
    kueue = installation("kueue", "0.16.9", "kueue")
    here = cluster([kueue, installation("trainer", "26.03")])
    application = lower_component(kueue, here, platform(here), catalog())
    (patch,) = patch_of(application, "ConfigMap", "kueue-manager-config")
    configuration = json.loads(patch["data"]["controller_manager_config.yaml"])
    assert configuration["managedJobsNamespaceSelector"] == {"matchLabels": {"platform/kueue": "managed"}}
    frameworks = configuration["integrations"]["frameworks"]
    assert "trainer.kubeflow.org/trainjob" in frameworks
    assert "ray.io/rayjob" not in frameworks
    assert application.overlay.fields["images"][0]["newTag"] == "v0.16.9"


def test_a_chart_gets_a_namespace_and_the_users_values_win() -> None:
    version = catalog().versions("gpu-operator")[-1]
    one = installation("gpu-operator", version, "gpu-operator", options={"values": {"operator": {"upgradeCRD": True}}})
    application = lower(one)
    assert isinstance(application.helm, HelmSource)
    assert application.helm.values["operator"] == {"cleanupCRD": False, "upgradeCRD": True}
    (namespace,) = application.charts[0].objects
    assert namespace["metadata"]["name"] == application.helm.namespace == "gpu-operator"


def test_definitions_that_a_chart_leaves_out_come_from_its_repository() -> None:
    version = catalog().versions("external-secrets")[-1]
    application = lower(installation("external-secrets", version, "external-secrets"))
    assert application.helm is not None
    (base,) = application.overlay.bases
    assert (base.repository, base.commit) == (application.helm.repository, application.helm.commit)


def test_a_storage_class_reaches_volume_claims() -> None:
    application = lower(installation("katib", "26.03"), parameters={"storageClass": "fast"})
    bodies = [
        p["patch"] for p in application.overlay.fields["patches"] if p["target"] == {"kind": "PersistentVolumeClaim"}
    ]
    assert [{"op": "add", "path": "/spec/storageClassName", "value": "fast"}] in bodies


@pytest.mark.parametrize("version", ["1.9.1", "26.03"])
def test_webhook_configurations_are_kept_from_aks_and_left_alone_elsewhere(version: str) -> None:
    wanted = {"admissions.enforcer/disabled": "true"}
    one = installation("katib", version)
    found = {
        each["target"]["kind"]: each["patch"]["metadata"]["annotations"]
        for each in lower(one, provider="aks").overlay.fields["patches"]
        if each["target"].get("group") == "admissionregistration.k8s.io" and "name" not in each["target"]
    }
    assert found == {"MutatingWebhookConfiguration": wanted, "ValidatingWebhookConfiguration": wanted}
    assert "admissions.enforcer" not in repr(lower(one, provider="gke").overlay.fields)


def test_webhook_configurations_of_a_chart_are_kept_from_aks_by_its_values() -> None:
    version = catalog().versions("external-secrets")[-1]
    helm = lower(installation("external-secrets", version, "external-secrets"), provider="aks").helm
    assert helm is not None
    assert helm.values["webhook"] == {"annotations": {"admissions.enforcer/disabled": "true"}}


def test_objects_without_a_namespace_get_the_catalogs() -> None:
    assert lower(installation("model-registry", "26.03")).overlay.fields["namespace"] == "kubeflow"
    assert "namespace" not in lower(installation("dex", "26.03")).overlay.fields


def test_generated_names_are_listed_without_their_suffix() -> None:
    identities = component_objects(installation("profiles", "26.03"), catalog())
    assert Identity("", "ConfigMap", "kubeflow", "profiles-config") in identities


def test_an_origin_is_a_path_with_names() -> None:
    one = installation("katib", "26.03", origin=("clusters", 3, "components", "katib"))
    assert origin_of(one, cluster([one])) == "clusters.c.components.katib"
    assert origin_of(installation("katib", "26.03"), cluster([])) == "components.katib"
