"""What a running cluster says of itself: version, issuer, storage, nodes, definitions and workloads; judges nothing.

Reads only, through kubectl; what the user may not read is left unknown and said to be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compiler.frozen import frozen
from compiler.live.kubectl import Kubectl

DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
"""Source: kubernetes.io/docs/tasks/administer-cluster/change-default-storage-class."""
_WORKLOADS = "deployments.apps,statefulsets.apps,daemonsets.apps"


@frozen
class LiveNode:
    """A node: its labels, what can be scheduled on it by resource, and the id that its provider gave it."""

    name: str
    labels: Mapping[str, str]
    allocatable: Mapping[str, str]
    provider_id: str


@frozen
class LiveCluster:
    """What was read of a cluster; `None` stands for what could not be read.

    `storage_classes` maps names to provisioners, `default_classes` are those marked as default. `definitions` are the
    names of resource definitions, `workloads` maps `Kind namespace/name` to images.
    """

    version: str | None
    issuer: str | None
    storage_classes: Mapping[str, str] | None
    default_classes: tuple[str, ...]
    nodes: tuple[LiveNode, ...] | None
    definitions: frozenset[str] | None
    workloads: Mapping[str, tuple[str, ...]] | None


def read_cluster(kubectl: Kubectl) -> LiveCluster:
    """Return what the cluster says of itself. Raises: `EnvironmentFailure` where it does not answer."""
    classes = _items(kubectl.data("get", "storageclasses.storage.k8s.io", "--output=json"))
    nodes = _items(kubectl.data("get", "nodes", "--output=json"))
    workloads = _items(kubectl.data("get", _WORKLOADS, "--all-namespaces", "--output=json"))
    named = kubectl("get", "customresourcedefinitions.apiextensions.k8s.io", "--output=name")
    return LiveCluster(
        version=_text(kubectl.data("get", "--raw", "/version"), "gitVersion"),
        issuer=_text(kubectl.data("get", "--raw", "/.well-known/openid-configuration"), "issuer"),
        storage_classes=None
        if classes is None
        else {_name(each): str(each.get("provisioner", "")) for each in classes},
        default_classes=tuple(sorted(_name(each) for each in classes or () if _is_default(each))),
        nodes=None if nodes is None else tuple(_node(each) for each in nodes),
        definitions=frozenset(line.partition("/")[2] for line in named.out.split()) if named.ok else None,
        workloads=None if workloads is None else {_workload(each): tuple(_images(each)) for each in workloads},
    )


def _items(answer: Any) -> list[dict[str, Any]] | None:
    return list(answer.get("items") or ()) if isinstance(answer, dict) else None


def _text(answer: Any, key: str) -> str | None:
    value = answer.get(key) if isinstance(answer, dict) else None
    return value if isinstance(value, str) else None


def _name(item: Mapping[str, Any]) -> str:
    return str(item["metadata"]["name"])


def _is_default(item: Mapping[str, Any]) -> bool:
    return (item["metadata"].get("annotations") or {}).get(DEFAULT_CLASS) == "true"


def _node(item: Mapping[str, Any]) -> LiveNode:
    return LiveNode(
        _name(item),
        item["metadata"].get("labels") or {},
        (item.get("status") or {}).get("allocatable") or {},
        str((item.get("spec") or {}).get("providerID", "")),
    )


def _workload(item: Mapping[str, Any]) -> str:
    return f"{item['kind']} {item['metadata'].get('namespace', '')}/{_name(item)}"


def _images(item: Mapping[str, Any]) -> Iterator[str]:
    pod = ((item.get("spec") or {}).get("template") or {}).get("spec") or {}
    for container in pod.get("containers") or ():
        if container.get("image"):
            yield str(container["image"])
