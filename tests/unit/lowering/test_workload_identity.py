"""Cloud identities of namespaces, on each provider that has them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiler.lowering.context import TenantContext
from compiler.lowering.tenants import lower_tenant
from compiler.lowering.workload_identity import account_annotations, identity_of, plugins
from tests.unit.lowering.declared import KUBEFLOW, context, namespace, objects, of_kind, tenant

TEMPLATE = "{team}-of-{namespace}"


def on(provider: str, *, has_controller: bool = True) -> TenantContext:
    components = KUBEFLOW if has_controller else KUBEFLOW[:-1]
    return replace(context(*components, provider=provider), workload_identity=TEMPLATE)


def test_the_names_of_team_and_namespace_are_put_in() -> None:
    assert identity_of("lab", "vision", on("gke")) == "vision-of-lab"
    assert identity_of("lab", "vision", context(*KUBEFLOW, provider="gke")) is None


def test_where_the_cloud_gives_no_identities_there_are_none() -> None:
    assert identity_of("lab", "vision", on("k3d")) is None


@pytest.mark.parametrize(
    ("provider", "plugin", "annotation"),
    [
        (
            "gke",
            {"kind": "WorkloadIdentity", "spec": {"gcpServiceAccount": "vision-of-lab"}},
            "iam.gke.io/gcp-service-account",
        ),
        (
            "eks",
            {"kind": "AwsIamForServiceAccount", "spec": {"awsIamRole": "vision-of-lab", "annotateOnly": True}},
            "eks.amazonaws.com/role-arn",
        ),
        ("aks", None, "azure.workload.identity/client-id"),
    ],
)
def test_the_controller_sets_what_it_can_and_we_the_rest(
    provider: str, plugin: dict[str, object] | None, annotation: str
) -> None:
    with_controller, without = on(provider), on(provider, has_controller=False)
    assert plugins("vision-of-lab", with_controller) == ([] if plugin is None else [plugin])
    assert account_annotations("vision-of-lab", with_controller) == ({} if plugin else {annotation: "vision-of-lab"})
    assert account_annotations("vision-of-lab", without) == {annotation: "vision-of-lab"}
    assert (plugins(None, with_controller), account_annotations(None, without)) == ([], {})


@pytest.mark.parametrize("provider", ["gke", "eks", "aks"])
@pytest.mark.parametrize("has_controller", [True, False])
def test_only_the_editor_account_acts_in_the_cloud(provider: str, has_controller: bool) -> None:
    found = objects(lower_tenant(tenant(namespaces=[namespace("lab")]), on(provider, has_controller=has_controller)))
    profiles = of_kind(found, "Profile")
    by_plugin = [name for each in profiles for name in ["default-editor"] if "plugins" in each["spec"]]
    annotated = [
        each["metadata"]["name"]
        for each in of_kind(found, "ServiceAccount")
        if "vision-of-lab" in each["metadata"]["annotations"].values()
    ]
    assert by_plugin + annotated == ["default-editor"]
