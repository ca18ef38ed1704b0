"""The cloud identity that pods act as: a plugin of the profile controller, or the annotation that it would set.

Only `default-editor` gets one: notebooks, pipeline steps and training jobs run as it. Knows no team and no credential;
what the cloud must allow in return is declared in the cloud.
"""

from __future__ import annotations

from typing import NamedTuple

from compiler.lowering.context import TenantContext
from compiler.model.manifest import Object


class _Way(NamedTuple):
    """How a provider's pods get an identity: the annotation of their ServiceAccount, and the plugin that sets it."""

    annotation: str
    plugin: str | None
    field: str
    settings: dict[str, object]


_WAYS = {
    "gke": _Way("iam.gke.io/gcp-service-account", "WorkloadIdentity", "gcpServiceAccount", {}),
    # Without `annotateOnly` the controller would rewrite the role's trust policy, which Terraform owns.
    "eks": _Way("eks.amazonaws.com/role-arn", "AwsIamForServiceAccount", "awsIamRole", {"annotateOnly": True}),
    # The controller knows no plugin for Azure.
    "aks": _Way("azure.workload.identity/client-id", None, "", {}),
}
"""The providers whose clouds give identities to pods.

Source: kubeflow/kubeflow@v1.10.0 components/profile-controller/controllers (plugin_iam.go and its sibling);
azure.github.io/azure-workload-identity/docs/topics (service account labels and annotations).
"""


def identity_of(namespace: str, team: str, context: TenantContext) -> str | None:
    """Return the cloud identity of a namespace, `{team}` and `{namespace}` put in; `None` where there is none."""
    if context.workload_identity is None or context.provider not in _WAYS:
        return None
    return context.workload_identity.replace("{team}", team).replace("{namespace}", namespace)


def plugins(identity: str | None, context: TenantContext) -> list[Object]:
    """Return the plugins of a Profile: one where the controller has one for the provider."""
    way = _WAYS.get(context.provider)
    if identity is None or way is None or way.plugin is None:
        return []
    return [{"kind": way.plugin, "spec": {way.field: identity, **way.settings}}]


def account_annotations(identity: str | None, context: TenantContext) -> dict[str, str]:
    """Return the annotations of the ServiceAccount that no profile controller sets."""
    way = _WAYS.get(context.provider)
    if identity is None or way is None or (context.has_profile_controller and way.plugin is not None):
        return {}
    return {way.annotation: identity}
