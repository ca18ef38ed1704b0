"""A team on one cluster as Kubernetes objects: one file for each namespace, and one for what is cluster-scoped.

Decides which objects a tenant consists of and in which order they stand and sync; how each looks is its own module's.

With a profile controller a namespace is a Namespace and a Profile, from which the controller makes the rest; without
one the rest is written out, object for object. The Namespace is written in both cases: the controller copies no labels
to it, and queues and admission policies select by label. It accepts a namespace that exists only if its annotation
`owner` names the owner of the Profile, so the Namespace syncs first.
Source: kubeflow/dashboard components/profile-controller/controllers/profile_controller.go, Reconcile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from compiler.lowering.context import TenantContext
from compiler.lowering.model_storage import StorageSecret, storage_secret_objects, storage_secrets
from compiler.lowering.network import isolation
from compiler.lowering.open_models import open_models
from compiler.lowering.opened_secrets import SOPS, opened, opening
from compiler.lowering.patches import KEEP
from compiler.lowering.pod_defaults import pod_defaults, trusted_authorities
from compiler.lowering.queues import cluster_queue, has_queues, local_queue
from compiler.lowering.quotas import gpu_limits, hard_limits, limit_range, resource_quota
from compiler.lowering.rbac import (
    Contributor,
    contributor_objects,
    contributors,
    controller_objects,
    service_accounts,
)
from compiler.lowering.registries import PullSecret, pull_secret_objects, pull_secrets
from compiler.lowering.workload_identity import account_annotations, identity_of, plugins
from compiler.model import names
from compiler.model.manifest import Application, Chart, Identity, Object
from compiler.model.platform import Namespace, Tenant, Variable
from compiler.model.secret_file import NONE_ENCRYPTED, Encrypted

NAMESPACE_WAVE = "-2"
_PROFILE_WAVE = "-1"
_KUBEFLOW_LABELS = {
    "app.kubernetes.io/part-of": "kubeflow-profile",
    "katib.kubeflow.org/metrics-collector-injection": "enabled",
    "pipelines.kubeflow.org/enabled": "true",
    "serving.kubeflow.org/inferenceservice": "enabled",
}
"""What every release puts on the namespaces of Profiles, and its webhooks and network policies select by.
Source: kubeflow/manifests@26.03 applications/profiles/upstream/base/namespace-labels.yaml, the same since v1.8.1."""


class _Team(NamedTuple):
    """What is the same in all namespaces of a team on a cluster."""

    name: str
    owner: str
    labels: Mapping[str, str]
    gpus: Mapping[str, str]
    members: Sequence[Contributor]
    pull_secrets: Sequence[PullSecret]
    storage_secrets: Sequence[StorageSecret]
    is_queued: bool
    environment: Sequence[Variable]
    encrypted: Encrypted


def lower_tenant(tenant: Tenant, context: TenantContext, encrypted: Encrypted = NONE_ENCRYPTED) -> Application:
    """Return the application of a team on a cluster, with a file for each of its namespaces.

    Args: `encrypted` are the team's own encrypted files.
    """
    origin = f"teams.{tenant.team}"
    is_queued = has_queues(tenant.claims, context)
    team = _Team(
        name=tenant.team,
        owner=tenant.owner,
        labels=_labels(tenant, context, is_queued=is_queued),
        gpus=gpu_limits(tenant.claims, context),
        # The owner is let in by what the profile controller makes, as admin already.
        members=contributors(
            (member for member in tenant.members if (member.kind, member.name) != ("user", tenant.owner)), context
        ),
        pull_secrets=pull_secrets(tenant.registries, context),
        storage_secrets=storage_secrets(tenant.model_storage, context),
        is_queued=is_queued,
        environment=tenant.environment,
        encrypted=encrypted,
    )
    charts = [
        Chart(
            names.namespace_file(namespace.name),
            tuple(_namespace_objects(namespace, team, context)),
            f"{origin}.namespaces.{namespace.name}",
        )
        for namespace in tenant.namespaces
    ]
    queue = cluster_queue(tenant.team, tenant.namespaces, tenant.claims, context)
    if queue is not None:
        charts.insert(0, Chart(names.TEAM_FILE, (queue,), origin))
    secrets = opened_by_argo_cd(context, encrypted)
    annotations = {secret.name: secret.annotations for secret in team.storage_secrets}
    overlay = opening(secrets, context.cluster, {each: annotations.get(each.name, {}) for each in secrets})
    return Application(
        context.cluster,
        names.team_application(tenant.team),
        origin,
        tuple(charts),
        overlay,
        opened=secrets,
    )


def opened_by_argo_cd(context: TenantContext, encrypted: Encrypted) -> tuple[Identity, ...]:
    """Return the Secrets among a team's encrypted files that no operator opens."""
    return opened(encrypted) if context.secrets_backend == SOPS else ()


def namespace_labels(tenant: str, context: TenantContext) -> dict[str, str]:
    """Return the labels of every namespace that people work in; `tenant` is `team` or `shared`."""
    return {names.TENANT_LABEL: tenant, "pod-security.kubernetes.io/enforce": context.pod_security}


def _labels(tenant: Tenant, context: TenantContext, *, is_queued: bool) -> dict[str, str]:
    labels = namespace_labels("team", context)
    labels[names.TEAM_LABEL] = tenant.team
    if context.kubeflow is not None:
        labels.update(_KUBEFLOW_LABELS)
    if context.has_istio:
        labels["istio-injection"] = "enabled"
    if is_queued:
        labels[names.KUEUE_LABEL] = "managed"
    for claim in tenant.claims:
        labels[names.pool_permission_label(claim.pool.name)] = "allowed"
    return {key: labels[key] for key in sorted(labels)}


def _namespace_objects(namespace: Namespace, team: _Team, context: TenantContext) -> list[Object]:
    """Return everything of a namespace in the order in which it is read: what it is, who, how much, what else."""
    name = namespace.name
    hard = hard_limits(namespace.quota, team.gpus)
    objects: list[Object] = [
        {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {
                "name": name,
                "annotations": {
                    "owner": team.owner,
                    **KEEP,
                    names.SYNC_WAVE: NAMESPACE_WAVE,
                },
                "labels": team.labels,
            },
        }
    ]
    identity = identity_of(name, team.name, context)
    if context.has_profile_controller:
        objects.append(_profile(name, team.owner, hard, plugins(identity, context)))
    else:
        objects += controller_objects(name, team.owner, context)
    objects += contributor_objects(name, team.members, context)
    secrets = [secret.name for secret in team.pull_secrets]
    loading = [secret.name for secret in team.storage_secrets]
    objects += service_accounts(name, secrets, context, account_annotations(identity, context), loading)
    objects += pull_secret_objects(name, team.pull_secrets, context, team.encrypted)
    objects += storage_secret_objects(name, team.storage_secrets, context, team.encrypted)
    objects += trusted_authorities(name, context)
    objects += pod_defaults(name, context, team.name, team.environment)
    if hard and not context.has_profile_controller:
        objects.append(resource_quota(name, hard))
    limits = limit_range(name, namespace.quota)
    if limits is not None:
        objects.append(limits)
    objects.append(isolation(name, (team.name,)))
    objects += open_models(name, namespace.open_models, context)
    if team.is_queued:
        objects.append(local_queue(name, team.name, context))
    return objects


def _profile(name: str, owner: str, hard: Mapping[str, str], with_plugins: Sequence[Object]) -> Object:
    """Return the Profile of a namespace. Deleting it takes the controller's objects along, so it is kept too."""
    spec: dict[str, object] = {"owner": {"kind": "User", "name": owner}}
    if with_plugins:
        spec["plugins"] = with_plugins
    if hard:
        spec["resourceQuotaSpec"] = {"hard": hard}
    return {
        "apiVersion": "kubeflow.org/v1",
        "kind": "Profile",
        "metadata": {
            "name": name,
            "annotations": {**KEEP, names.SYNC_WAVE: _PROFILE_WAVE},
        },
        "spec": spec,
    }
