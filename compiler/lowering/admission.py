"""What the API server refuses in namespaces of tenants: pods on pools that are not theirs, edits of what isolates them.

Policies need Kubernetes 1.30, the first with `admissionregistration.k8s.io/v1` ValidatingAdmissionPolicy; older
clusters get none. They are bound by a label that every tenant namespace carries, so system pods, which must tolerate
everything, are not concerned. Knows nothing of queues and quotas.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from compiler.lowering.context import TenantContext
from compiler.model import names
from compiler.model.manifest import Application, Chart, Object, Overlay
from compiler.model.platform import GpuPool
from compiler.placement.nodes import most_units
from compiler.providers import Providers

_API = "admissionregistration.k8s.io/v1"
FIRST_POLICY_MINOR = 30
"""The first Kubernetes minor whose API server can carry admission policies."""
_TENANTS = {"matchExpressions": [{"key": names.TENANT_LABEL, "operator": "Exists"}]}
_AFFINITY = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution"


def has_policies(context: TenantContext) -> bool:
    """Return whether the cluster's API server can carry admission policies."""
    return context.kubernetes_minor >= FIRST_POLICY_MINOR


def pool_access_policies(pools: Iterable[GpuPool], context: TenantContext) -> list[Object]:
    """Return the policies that keep tenants off pools which their namespace carries no permission label for.

    Each way to ask for a pool is looked at: toleration, node selector, required node affinity; and each way around:
    a toleration of every taint, and a node chosen by name, which skips the scheduler and with it NoSchedule taints.
    Pods are looked at after all that injects into them, on update too, as tolerations may be added to a pod that
    waits. Notebooks are looked at as well, because the spawner then shows the message in its form at once.
    Marks by which a cloud makes nodes are held like the pool's name: such nodes nobody else may use. Notebooks that ask
    for a device but no pool, or for more than a node has, are refused as well: they would wait for ever, and nothing
    in the form ties its counts and devices to pools.
    Changes that leave the spec alone pass, so that controllers can still finish with what was there before.
    """
    pools = sorted(pools, key=lambda pool: pool.name)
    if not pools or not has_policies(context):
        return []
    provider = context.provider
    objects = _pool_access(names.POOL_ACCESS_POLICY, "", "pods", "object.spec", pools, provider)
    if context.has_notebooks:
        name = f"{names.POOL_ACCESS_POLICY}-notebooks"
        objects += _pool_access(name, "kubeflow.org", "notebooks", "object.spec.template.spec", pools, provider)
    return objects


def network_policy_guard() -> list[Object]:
    """Return the policy that lets only those who may delete namespaces change the NetworkPolicies that we wrote.

    Those are Argo CD, the namespace controller and cluster administrators; members of a team are not among them,
    although the roles of editors may write NetworkPolicies. Policies of their own they may still add.
    """
    rule = {
        "apiGroups": ["networking.k8s.io"],
        "apiVersions": ["*"],
        "operations": ["CREATE", "UPDATE", "DELETE"],
        "resources": ["networkpolicies"],
    }
    policy = {
        "apiVersion": _API,
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": names.NETWORK_POLICY_GUARD},
        "spec": {
            "failurePolicy": "Fail",
            "matchConstraints": {
                "objectSelector": {"matchLabels": {names.GUARD_LABEL: "true"}},
                "resourceRules": [rule],
            },
            "validations": [
                {
                    "expression": "authorizer.group('').resource('namespaces').check('delete').allowed()",
                    "message": "this NetworkPolicy keeps other teams out of the namespace; the platform owns it",
                }
            ],
        },
    }
    return [policy, _binding(names.NETWORK_POLICY_GUARD)]


def lower_admission(context: TenantContext) -> Application | None:
    """Return the application with what is refused in every tenant namespace of a cluster, pools or not.

    For clusters that have a namespace of a team or a shared one; `None` where Kubernetes is too old.
    """
    if not has_policies(context):
        return None
    return Application(
        context.cluster,
        names.TENANT_ADMISSION_APPLICATION,
        "teams",
        (Chart("network-policies.yaml", tuple(network_policy_guard()), "teams"),),
        Overlay(),
    )


def _pool_access(name: str, group: str, resource: str, spec: str, pools: list[GpuPool], provider: str) -> list[Object]:
    key = names.POOL_KEY
    keys = ", ".join(f"'{each}'" for each in (key, *Providers()[provider].selecting_marks))
    node_keys = f"[{keys}]"
    labels = ", ".join(f"'{pool.name}': '{names.pool_permission_label(pool.name)}'" for pool in pools)
    pool_names = ", ".join(f"'{pool.name}'" for pool in pools)
    affinity = f"variables.{_AFFINITY}"
    conditions: list[dict[str, str]] = []
    if "template" in spec:
        conditions.append({"name": "has-a-pod", "expression": f"has({spec.rpartition('.')[0]}) && has({spec})"})
    conditions.append(
        {"name": "spec-is-new", "expression": f"request.operation != 'UPDATE' || {spec} != oldO{spec[1:]}"}
    )
    not_allowed = "the team of this namespace has no claim on that GPU pool"
    validations = [
        {
            "expression": f"variables.tolerations.all(t, !has(t.key) || t.key != '{key}' || "
            "(has(t.value) && t.value in variables.allowed))",
            "message": f"{not_allowed} (tolerations)",
        },
        {
            "expression": f"!has(variables.spec.nodeSelector) || {node_keys}.all(key, "
            f"!(key in variables.spec.nodeSelector) || {_is_open('key', 'variables.spec.nodeSelector[key]')})",
            "message": f"{not_allowed} (nodeSelector)",
        },
        {
            "expression": f"{_is_missing(affinity)} || {affinity}.nodeSelectorTerms.all(term, "
            f"!has(term.matchExpressions) || term.matchExpressions.all(e, !(e.key in {node_keys}) || "
            f"e.operator != 'In' || e.values.all(pool, {_is_open('e.key', 'pool')})))",
            "message": f"{not_allowed} (affinity)",
        },
        {
            "expression": "variables.tolerations.all(t, "
            "!(has(t.operator) && t.operator == 'Exists' && (!has(t.key) || t.key == '')))",
            "message": "a toleration that matches every taint is not allowed in the namespaces of teams",
        },
        {
            "expression": "request.operation != 'CREATE' || !has(variables.spec.nodeName) || "
            "variables.spec.nodeName == ''",
            "message": "pods may not choose their node by name in the namespaces of teams",
        },
    ]
    variables = [
        {"name": "spec", "expression": spec},
        {"name": "tolerations", "expression": f"has({spec}.tolerations) ? {spec}.tolerations : []"},
        {"name": "labels", "expression": f"{{{labels}}}"},
        {
            "name": "allowed",
            "expression": f"[{pool_names}].filter(pool, variables.labels[pool] in namespaceObject.metadata.labels)",
        },
    ]
    if resource == "notebooks":
        variables += _offer(pools, provider)
        validations += _FIT
    policy = {
        "apiVersion": _API,
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": name},
        "spec": {
            "failurePolicy": "Fail",
            "matchConstraints": {
                "resourceRules": [
                    {
                        "apiGroups": [group],
                        "apiVersions": ["*"],
                        "operations": ["CREATE", "UPDATE"],
                        "resources": [resource],
                    }
                ]
            },
            "matchConditions": conditions,
            "variables": variables,
            "validations": validations,
        },
    }
    return [policy, _binding(name)]


def _offer(pools: list[GpuPool], provider: str) -> list[dict[str, str]]:
    """Return CEL variables: which pools have a device, how many of it one notebook can get there, which it tolerates.

    Queued notebooks are given a pool by Kueue; it goes by the label that the form does not set.
    """
    offer: dict[str, list[str]] = {}
    for pool in pools:
        offer.setdefault(pool.resource, []).append(f"'{pool.name}'")
    devices = ", ".join(f"'{device}': [{', '.join(found)}]" for device, found in sorted(offer.items()))
    most = ", ".join(f"'{pool.name}': '{most_units(pool, provider)}'" for pool in pools)
    return [
        {"name": "devices", "expression": f"{{{devices}}}"},
        {"name": "most", "expression": f"{{{most}}}"},
        {
            "name": "pools",
            "expression": f"variables.tolerations.filter(t, has(t.key) && t.key == '{names.POOL_KEY}' && has(t.value))"
            ".map(t, t.value)",
        },
        {
            "name": "queued",
            "expression": f"has(object.metadata.labels) && '{_QUEUE_LABEL}' in object.metadata.labels",
        },
        {
            "name": "asked",
            "expression": "variables.spec.containers.filter(c, has(c.resources) && has(c.resources.limits))"
            ".map(c, c.resources.limits)",
        },
    ]


_QUEUE_LABEL = "kueue.x-k8s.io/queue-name"
_FIT = (
    {
        "expression": "request.operation != 'CREATE' || variables.queued || variables.asked.all(limits, "
        "limits.all(device, !(device in variables.devices) || "
        "variables.devices[device].exists(pool, pool in variables.pools)))",
        "message": "no pool with this device is chosen: choose one under Tolerations, and the same under Affinity",
    },
    {
        "expression": "request.operation != 'CREATE' || variables.asked.all(limits, limits.all(device, "
        "!(device in variables.devices) || variables.devices[device].exists(pool, "
        "(variables.pools.size() == 0 || pool in variables.pools) && "
        "quantity(string(limits[device])).compareTo(quantity(variables.most[pool])) <= 0)))",
        "message": "no node of the pool has so many of this device for one notebook: ask for fewer",
    },
)
"""A notebook that asks for a device must be able to start on a pool that has it, and so many of it."""


def _is_open(key: str, value: str) -> str:
    """Return CEL that is true if the namespace may ask for nodes with the label; classes of no pool are not ours."""
    return f"{value} in variables.allowed || ({key} != '{names.POOL_KEY}' && !({value} in variables.labels))"


def _is_missing(path: str) -> str:
    """Return CEL that is true if a part of the path below the pod's spec is missing."""
    base, *steps = path.split(".")
    missing: list[str] = []
    parent = f"{base}.{steps[0]}"
    for step in steps[1:]:
        parent = f"{parent}.{step}"
        missing.append(f"!has({parent})")
    return " || ".join(missing)


def _binding(policy: str) -> Object:
    spec: dict[str, Any] = {
        "policyName": policy,
        "validationActions": ["Deny"],
        "matchResources": {"namespaceSelector": _TENANTS},
    }
    return {
        "apiVersion": _API,
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": policy},
        "spec": spec,
    }
