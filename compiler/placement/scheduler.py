"""kube-scheduler's filters on Pod and Node manifests, as far as our objects use them: the first node that takes a pod.

Knows nothing of platforms, teams and pools. The filters are NodeName, NodeUnschedulable, TaintToleration, NodeAffinity
and NodeResourcesFit; volumes, ports, topology and affinity between pods never keep our pods off a node.
Source: kubernetes/kubernetes@v1.34.0 pkg/scheduler/framework/plugins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from compiler.resolve.quantities import amount

_HARD = frozenset({"NoSchedule", "NoExecute"})
_UNSCHEDULABLE = {"key": "node.kubernetes.io/unschedulable", "value": "", "effect": "NoSchedule"}


def place(
    pod: Mapping[str, Any], nodes: Iterable[Mapping[str, Any]], running: Sequence[Mapping[str, Any]] = ()
) -> str | None:
    """Return the name of the first node, by name, that takes the pod beside those that run there; `None` for none."""
    for node in sorted(nodes, key=_name):
        if why_not(pod, node, [each for each in running if each["spec"].get("nodeName") == _name(node)]) is None:
            return _name(node)
    return None


def why_not(pod: Mapping[str, Any], node: Mapping[str, Any], running: Iterable[Mapping[str, Any]] = ()) -> str | None:
    """Return why a node does not take a pod, in the words of the filter that says no; `None` if it takes it.

    Args: `running` are the pods on that node already.
    """
    spec = pod["spec"]
    wanted = spec.get("nodeName")
    if wanted and wanted != _name(node):
        return f"it names node {wanted}"
    given = spec.get("tolerations") or ()
    taints = node.get("spec", {}).get("taints") or ()
    if node.get("spec", {}).get("unschedulable"):
        taints = (*taints, _UNSCHEDULABLE)
    for taint in taints:
        if taint["effect"] in _HARD and not any(tolerates(toleration, taint) for toleration in given):
            return f"no toleration for taint {_taint(taint)}"
    labels = node["metadata"].get("labels") or {}
    for key, value in (spec.get("nodeSelector") or {}).items():
        if labels.get(key) != value:
            return f"the node has no label {key}={value}"
    if not _has_affinity(spec, node):
        return "no term of the required node affinity matches"
    return _does_not_fit(pod, node, running)


def tolerates(toleration: Mapping[str, Any], taint: Mapping[str, Any]) -> bool:
    """Return whether a toleration covers a taint. Source: k8s.io/api/core/v1 Toleration.ToleratesTaint."""
    if toleration.get("effect") and toleration["effect"] != taint["effect"]:
        return False
    if toleration.get("key") and toleration["key"] != taint["key"]:
        return False
    if toleration.get("operator") == "Exists":
        return True
    return bool(toleration.get("key")) and (toleration.get("value") or "") == (taint.get("value") or "")


def requests(pod: Mapping[str, Any]) -> dict[str, float]:
    """Return what a pod takes of a node: cores, bytes, items; one pod among them.

    Its containers together with the sidecars, or an init container with the sidecars before it if that is more.
    A resource with only a limit requests as much. Source: k8s.io/component-helpers/resource PodRequests.
    """
    spec = pod["spec"]
    total: dict[str, float] = {}
    sidecars: dict[str, float] = {}
    highest: dict[str, float] = {}
    for container in spec.get("initContainers") or ():
        own = _requests(container)
        if container.get("restartPolicy") == "Always":
            sidecars = _sum(sidecars, own)
            own = sidecars
        else:
            own = _sum(sidecars, own)
        highest = {key: max(highest.get(key, 0.0), own.get(key, 0.0)) for key in highest.keys() | own.keys()}
    for container in spec["containers"]:
        total = _sum(total, _requests(container))
    total = _sum(total, sidecars)
    total = {key: max(total.get(key, 0.0), highest.get(key, 0.0)) for key in total.keys() | highest.keys()}
    overhead = {key: _amount(str(value)) for key, value in (spec.get("overhead") or {}).items()}
    return _sum(_sum(total, overhead), {"pods": 1.0})


def _does_not_fit(pod: Mapping[str, Any], node: Mapping[str, Any], running: Iterable[Mapping[str, Any]]) -> str | None:
    allocatable = node["status"]["allocatable"]
    used: dict[str, float] = {}
    for each in running:
        used = _sum(used, requests(each))
    for key, wanted in sorted(requests(pod).items()):
        if not wanted:
            continue
        there = _amount(str(allocatable.get(key, "0")))
        if wanted + used.get(key, 0.0) > there * (1 + 1e-9):
            taken = f", {used[key]:g} of them taken" if used.get(key) else ""
            return f"it asks for {wanted:g} of {key}, the node has {there:g}{taken}"
    return None


def _has_affinity(spec: Mapping[str, Any], node: Mapping[str, Any]) -> bool:
    required = ((spec.get("affinity") or {}).get("nodeAffinity") or {}).get(
        "requiredDuringSchedulingIgnoredDuringExecution"
    )
    if not required:
        return True
    labels = node["metadata"].get("labels") or {}
    fields = {"metadata.name": _name(node)}
    for term in required.get("nodeSelectorTerms") or ():
        expressions = [(each, labels) for each in term.get("matchExpressions") or ()]
        expressions += [(each, fields) for each in term.get("matchFields") or ()]
        # A term that says nothing matches nothing.
        if expressions and all(_matches(expression, values) for expression, values in expressions):
            return True
    return False


def _matches(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    operator: str = expression["operator"]
    values: Sequence[str] = expression.get("values") or ()
    found = labels.get(expression["key"])
    match operator:
        case "In":
            return found in values
        case "NotIn":
            return found not in values
        case "Exists":
            return found is not None
        case "DoesNotExist":
            return found is None
        case _:
            if found is None or not found.lstrip("-").isdigit() or len(values) != 1:
                return False
            return int(found) > int(values[0]) if operator == "Gt" else int(found) < int(values[0])


def _requests(container: Mapping[str, Any]) -> dict[str, float]:
    resources = container.get("resources") or {}
    said = {**(resources.get("limits") or {}), **(resources.get("requests") or {})}
    return {key: _amount(str(value)) for key, value in said.items()}


@lru_cache(maxsize=1024)
def _amount(quantity: str) -> float:
    return amount(quantity) or 0.0


def _sum(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    return {key: one.get(key, 0.0) + other.get(key, 0.0) for key in one.keys() | other.keys()}


def _taint(taint: Mapping[str, Any]) -> str:
    return f"{taint['key']}={taint.get('value', '')}:{taint['effect']}"


def _name(manifest: Mapping[str, Any]) -> str:
    return str(manifest["metadata"]["name"])
