"""Namespaces that nobody may claim: the cluster's own, Argo CD's, and those of the releases' components."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from compiler.diagnostics.model import Diagnostic, error
from compiler.model.release import ProductRelease
from compiler.resolve.tenants import Occupancy

_OF_CLUSTERS = {
    "gke-": "GKE",
    "gmp-": "GKE's managed Prometheus",
    "local-path-storage": "the local-path provisioner of kind and k3s",
    "calico-system": "Calico",
    "tigera-operator": "Calico",
    "gatekeeper-system": "Gatekeeper, which AKS installs for Azure Policy",
    "amazon-cloudwatch": "Amazon CloudWatch's add-on",
    "container-registry": "MicroK8s' registry add-on",
    "kubernetes-dashboard": "Kubernetes' dashboard",
}
"""Whose namespaces clusters bring along; a name that ends with a hyphen stands for all that begin so.

Source: cloud.google.com/kubernetes-engine/docs/concepts/cluster-architecture, microk8s.io/docs/addons,
learn.microsoft.com/azure/governance/policy/concepts/policy-for-kubernetes, docs.tigera.io/calico.
"""


def component_namespaces(releases: Iterable[ProductRelease]) -> dict[str, str]:
    """Return the namespaces of all components of some releases, installed or not, each with the first that has it."""
    found: dict[str, str] = {}
    for release in releases:
        for name, entry in sorted(release.components.items()):
            for namespace in (entry.namespace, *entry.namespaces, *entry.namespaces_created):
                if namespace:
                    found.setdefault(namespace, name)
    return found


def check_reserved(
    cluster: str,
    occupied: Mapping[str, Occupancy],
    argocd_namespace: str,
    taken: Mapping[str, str],
    findings: list[Diagnostic],
) -> set[str]:
    """Return the namespaces of a cluster that are claimed and reserved. Reports `reserved-namespace`."""
    bad: set[str] = set()
    for name in _suspects(occupied, argocd_namespace, taken):
        if name == argocd_namespace:
            owner = "Argo CD"
        elif name in taken:
            owner = f"component {taken[name]}"
        else:
            owner = _of_cluster(name) or "Kubernetes"
        bad.add(name)
        path = (*occupied[name].path, "name")
        message = f"namespace {name} belongs to {owner}"
        if any(finding.path == path and finding.message == message for finding in findings):
            continue  # The same declaration on a further cluster.
        findings.append(
            error(
                "reserved-namespace",
                message,
                path,
                notes=(f"on cluster {cluster}",),
                help="choose another name, such as one that begins with the team's",
            )
        )
    return bad


def _suspects(occupied: Collection[str], argocd_namespace: str, taken: Collection[str]) -> list[str]:
    return [
        name
        for name in occupied
        if name == "default"
        or name.startswith("kube-")
        or name == argocd_namespace
        or name in taken
        or _of_cluster(name) is not None
    ]


def _of_cluster(name: str) -> str | None:
    """Return to whom a namespace belongs that clusters bring along."""
    prefix, hyphen, _ = name.partition("-")
    return _OF_CLUSTERS.get(name) or _OF_CLUSTERS.get(prefix + hyphen)
