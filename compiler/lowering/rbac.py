"""Who may do what in a namespace: role bindings, service accounts and the mesh policies that go with them.

Writes exactly what the profile controller and KFAM would write, so that the dashboard lists and edits the members.
Knows nothing of quotas, queues or files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from compiler.lowering.context import TenantContext
from compiler.lowering.patches import KEEP
from compiler.model import names
from compiler.model.manifest import Object
from compiler.model.platform import Member

EDITOR_ACCOUNT = "default-editor"
"""The ServiceAccount that notebooks and pipeline steps run as."""
VIEWER_ACCOUNT = "default-viewer"
DEFAULT_ACCOUNT = "default"
"""The ServiceAccount that a pod runs as which names none."""
SERVING_ACCOUNTS = (DEFAULT_ACCOUNT, EDITOR_ACCOUNT)
"""The ServiceAccounts that models are served as: without another word, and with the cloud identity of the namespace."""
_OWNER_POLICY = "ns-owner-access-istio"
_OWNER_BINDING = "namespaceAdmin"
_RBAC_GROUP = "rbac.authorization.k8s.io"
ISTIO_API = "security.istio.io/v1beta1"
_ROLES = {"admin": "admin", "editor": "edit", "viewer": "view"}
"""Roles of the platform file and the ClusterRoles behind them, without the cluster's prefix."""


class Contributor(NamedTuple):
    """A member as KFAM knows it: `name` of its objects, and the parts that are the same in every namespace.

    `policy` is the spec of its AuthorizationPolicy, or `None` where there is none to write.
    """

    name: str
    annotations: dict[str, str] | None
    role_ref: dict[str, str]
    subjects: list[dict[str, str]]
    policy: dict[str, Any] | None


def contributors(members: Iterable[Member], context: TenantContext) -> tuple[Contributor, ...]:
    """Return the members of a namespace, each with one role once, sorted by name.

    Two members whose names KFAM would spell alike (`a.b@c.d` and `a-b@c.d`) both get a digest at the end.

    Groups get a role binding only. The mesh sees groups as one header with a comma between them, and Istio cannot
    look for one entry in it: a rule on it would miss groups in the middle or match parts of names.
    Source: kubeflow/manifests@26.03 common/oauth2-proxy/components/istio-external-auth (`kubeflow-groups`).
    """
    wanted = sorted({(member.kind, member.name, member.role) for member in members})
    spelt = [names.contributor(kind, name, _ROLES[role]) for kind, name, role in wanted]
    if len(set(spelt)) < len(spelt):
        count = Counter(spelt)
        spelt = [
            names.distinct_contributor(kind, name, _ROLES[role]) if count[spelling] > 1 else spelling
            for spelling, (kind, name, role) in zip(spelt, wanted, strict=True)
        ]
    references = {role: _role_ref(context.cluster_role_prefix + _ROLES[role]) for _, _, role in wanted}
    gateway = _gateway(context)
    return tuple(
        sorted(
            (
                Contributor(
                    spelling,
                    # KFAM lists the bindings that carry both annotations; it knows no groups.
                    {"user": name, "role": _ROLES[role]} if kind == "user" else None,
                    references[role],
                    [{"apiGroup": _RBAC_GROUP, "kind": "User" if kind == "user" else "Group", "name": name}],
                    {"rules": [_user_rule(name, context, gateway)]} if kind == "user" else None,
                )
                for spelling, (kind, name, role) in zip(spelt, wanted, strict=True)
            ),
            key=lambda contributor: contributor.name,
        )
    )


def contributor_objects(
    namespace: str, members: Sequence[Contributor], context: TenantContext, *, in_mesh: bool = True
) -> list[Object]:
    """Return the RoleBinding of each member and, in the mesh, the AuthorizationPolicy of the same name."""
    objects: list[Object] = []
    with_policy = context.has_istio and in_mesh
    for member in members:
        metadata: dict[str, object] = {"name": member.name, "namespace": namespace}
        if member.annotations is not None:
            metadata["annotations"] = member.annotations
        objects.append(
            {
                "apiVersion": f"{_RBAC_GROUP}/v1",
                "kind": "RoleBinding",
                "metadata": metadata,
                "roleRef": member.role_ref,
                "subjects": member.subjects,
            }
        )
        if with_policy and member.policy is not None:
            objects.append(_authorization_policy(metadata, member.policy))
    return objects


def controller_objects(namespace: str, owner: str, context: TenantContext) -> list[Object]:
    """Return the bindings and the mesh policy that a profile controller makes for a namespace, where there is none.

    Source: kubeflow/dashboard components/profile-controller/controllers/profile_controller.go, Reconcile.
    """
    prefix = context.cluster_role_prefix
    annotations = {"user": owner, "role": "admin"}
    objects: list[Object] = [
        _binding(namespace, _OWNER_BINDING, f"{prefix}admin", _user(owner), annotations),
        _account_binding(namespace, EDITOR_ACCOUNT, f"{prefix}edit"),
        _account_binding(namespace, VIEWER_ACCOUNT, f"{prefix}view"),
    ]
    if context.has_istio:
        metadata = {"name": _OWNER_POLICY, "namespace": namespace, "annotations": annotations}
        objects.append(_authorization_policy(metadata, _owner_policy(namespace, owner, context)))
    return objects


def service_accounts(
    namespace: str,
    pull_secrets: Sequence[str],
    context: TenantContext,
    editor_annotations: Mapping[str, str] = MappingProxyType({}),
    storage_secrets: Sequence[str] = (),
) -> list[Object]:
    """Return the ServiceAccounts of a namespace that something must be said about.

    Where a profile controller runs it makes them, and leaves alone what exists: they are written only to carry pull
    secrets and those of model storage, and `default-editor` its annotations. `default` exists in every namespace.
    None is ever deleted, not even with the Application when its team is renamed: that would invalidate the tokens of
    running pods.
    """
    is_pulling, serves = bool(pull_secrets), bool(storage_secrets)
    are_ours = not context.has_profile_controller
    accounts = {
        DEFAULT_ACCOUNT: is_pulling or serves,
        EDITOR_ACCOUNT: is_pulling or serves or are_ours or bool(editor_annotations),
        VIEWER_ACCOUNT: is_pulling or are_ours,
    }
    references = [{"name": secret} for secret in pull_secrets]
    credentials = [{"name": secret} for secret in storage_secrets]
    objects: list[Object] = []
    for account in (name for name, is_written in accounts.items() if is_written):
        annotations = {**KEEP, **editor_annotations} if account == EDITOR_ACCOUNT and editor_annotations else KEEP
        manifest: dict[str, object] = {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": account, "namespace": namespace, "annotations": annotations},
        }
        if references:
            manifest["imagePullSecrets"] = references
        if credentials and account in SERVING_ACCOUNTS:
            manifest["secrets"] = credentials
        objects.append(manifest)
    return objects


def _role_ref(cluster_role: str) -> dict[str, str]:
    return {"apiGroup": _RBAC_GROUP, "kind": "ClusterRole", "name": cluster_role}


def _user(name: str) -> dict[str, str]:
    return {"apiGroup": _RBAC_GROUP, "kind": "User", "name": name}


def _account_binding(namespace: str, account: str, cluster_role: str) -> Object:
    return _binding(
        namespace, account, cluster_role, {"kind": "ServiceAccount", "name": account, "namespace": namespace}
    )


def _binding(
    namespace: str, name: str, cluster_role: str, subject: dict[str, str], annotations: dict[str, str] | None = None
) -> Object:
    metadata: dict[str, object] = {"name": name, "namespace": namespace}
    if annotations is not None:
        metadata["annotations"] = annotations
    return {
        "apiVersion": f"{_RBAC_GROUP}/v1",
        "kind": "RoleBinding",
        "metadata": metadata,
        "roleRef": _role_ref(cluster_role),
        "subjects": [subject],
    }


def _authorization_policy(metadata: dict[str, Any], spec: dict[str, Any]) -> Object:
    return {"apiVersion": ISTIO_API, "kind": "AuthorizationPolicy", "metadata": metadata, "spec": spec}


def _gateway(context: TenantContext) -> list[dict[str, Any]]:
    return [{"source": {"principals": list(context.gateway_principals)}}]


def _user_rule(user: str, context: TenantContext, gateway: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the rule that lets a person in: by the header, and only from those that set it.

    Any pod of the mesh could send the header, so the rule also asks who sends.
    """
    return {"from": gateway, "when": [{"key": f"request.headers[{context.user_header}]", "values": [user]}]}


def _owner_policy(namespace: str, owner: str, context: TenantContext) -> dict[str, Any]:
    """Return who reaches the workloads of a namespace: its owner, itself, Knative's probes, notebook culling."""
    return {
        "action": "ALLOW",
        "rules": [
            _user_rule(owner, context, _gateway(context)),
            {"when": [{"key": "source.namespace", "values": [namespace]}]},
            {"to": [{"operation": {"paths": ["/healthz", "/metrics", "/wait-for-drain"]}}]},
            {
                "from": [{"source": {"principals": [context.notebook_controller_principal]}}],
                "to": [{"operation": {"methods": ["GET"], "paths": ["*/api/kernels"]}}],
            },
        ],
    }
