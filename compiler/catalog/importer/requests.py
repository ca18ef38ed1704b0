"""What the pods of one component ask of nodes before anybody works on them: processors, memory, how many there are.

Reads rendered workloads alone; what a size of a cluster makes of that is `compiler.resolve.footprint`'s to say.
Source of the arithmetic: kubernetes/website content/en/docs/concepts/workloads/pods/init-containers.md, "Resource
sharing within containers", and content/en/docs/concepts/configuration/manage-resources-containers.md (a limit alone
is a request too).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from compiler.catalog.importer.analyse import Manifest

_COPIED = ("Deployment", "StatefulSet", "ReplicaSet")
_EACH_NODE = "DaemonSet"
_RESOURCES = ("cpu", "memory")
_INJECTION = "sidecar.istio.io/inject"
_INJECTOR = "istio-sidecar-injector"
"""The ConfigMap with what Istio puts into pods. Source: istio/istio manifests/charts/istio-control/istio-discovery."""


def injected_namespaces(objects: Sequence[Manifest]) -> set[str]:
    """Return the namespaces among the objects in which Istio puts a proxy into each pod."""
    return {
        item["metadata"]["name"]
        for item in objects
        if item["kind"] == "Namespace" and (item["metadata"].get("labels") or {}).get("istio-injection") == "enabled"
    }


def workloads(objects: Sequence[Manifest], injected: Collection[str], namespace: str) -> list[dict[str, Any]]:
    """Return what lasts among the workloads, sorted: copies, and what each container asks.

    `injected` are the namespaces in which Istio puts proxies into pods, `namespace` is where objects without one land.
    Jobs come and go and are left out.
    """
    least = dict(_autoscaled(objects))
    found = []
    for item in objects:
        if item["kind"] not in (*_COPIED, _EACH_NODE):
            continue
        workload = f"{item['kind']}/{item['metadata']['name']}"
        template = item["spec"]["template"]
        there = item["metadata"].get("namespace") or namespace
        entry: dict[str, Any] = {"workload": workload}
        if item["kind"] == _EACH_NODE:
            entry["eachNode"] = True
        else:
            copies = max(item["spec"].get("replicas", 1), least.get((there, workload), 0))
            if copies != 1:
                entry["copies"] = copies
        if _is_injected(template, there in injected):
            entry["proxied"] = True
        lasting, first = _containers(template["spec"])
        entry["containers"] = lasting
        if first:
            entry["first"] = first
        found.append(entry)
    return sorted(found, key=lambda entry: str(entry["workload"]))


def proxy_requests(objects: Sequence[Manifest]) -> dict[str, str]:
    """Return what each of the proxies asks that Istio puts into pods; empty where this component is not Istio."""
    for item in objects:
        if item["kind"] == "ConfigMap" and item["metadata"]["name"] == _INJECTOR:
            values = json.loads((item.get("data") or {}).get("values") or "{}")
            proxy = values.get("global", {}).get("proxy", {})
            asked: Mapping[str, Any] = proxy.get("resources", {}).get("requests", {})
            return {key: str(asked[key]) for key in _RESOURCES if asked.get(key)}
    return {}


def _autoscaled(objects: Sequence[Manifest]) -> Iterator[tuple[tuple[str, str], int]]:
    for item in objects:
        if item["kind"] == "HorizontalPodAutoscaler":
            target = item["spec"]["scaleTargetRef"]
            place = item["metadata"].get("namespace") or "", f"{target['kind']}/{target['name']}"
            yield place, item["spec"].get("minReplicas", 1)


def _is_injected(template: Manifest, by_namespace: bool) -> bool:
    """Return whether a pod gets a proxy; what it says itself, in label or annotation, is above its namespace."""
    metadata = template.get("metadata") or {}
    said = {**(metadata.get("annotations") or {}), **(metadata.get("labels") or {})}.get(_INJECTION)
    return by_namespace if said is None else str(said).lower() == "true"


def _containers(pod: Manifest) -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]]]:
    """Return what the lasting containers ask, and what those ask that only run first."""
    lasting = {one["name"]: _asked(one) for one in pod.get("containers") or ()}
    first = {}
    for one in pod.get("initContainers") or ():
        if one.get("restartPolicy") == "Always":
            lasting[one["name"]] = _asked(one)
        elif asked := _asked(one):
            first[one["name"]] = asked
    return lasting, first


def _asked(container: Manifest) -> dict[str, str]:
    resources = container.get("resources") or {}
    asked = {**(resources.get("limits") or {}), **(resources.get("requests") or {})}
    return {key: str(asked[key]) for key in _RESOURCES if asked.get(key) is not None}
