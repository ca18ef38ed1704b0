"""Namespaces that nobody may claim: the cluster's own, Argo CD's, and those of the releases' components."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from compiler.catalog.overlay import overlay_of
from compiler.diagnostics.model import Diagnostic, error
from compiler.model.platform import ARGO_CD, Installation
from compiler.model.release import ProductRelease
from compiler.resolve.tenants import Occupancy

_OF_CLUSTERS = {
    # `kubectl get namespaces` of clusters (gke-gmp-system, gke-managed-cim, gke-managed-filestorecsi,
    # gke-managed-system, gke-managed-volumepopulator); no page of Google that lists them is known.
    "gke-": "GKE",
    # GoogleCloudPlatform/prometheus-engine@64d82d34 manifests/operator.yaml (gmp-system, gmp-public)
    "gmp-": "GKE's managed Prometheus",
    # kubernetes-sigs/kind@fed26882 pkg/build/nodeimage/const_storage.go
    "local-path-storage": "the local-path provisioner, which kind brings along",
    # tigera/operator@007f622a pkg/common/common.go (CalicoNamespace)
    "calico-system": "Calico",
    # projectcalico/calico@8356c16f manifests/tigera-operator.yaml
    "tigera-operator": "Calico",
    # MicrosoftDocs/azure-docs@95cceeef articles/governance/policy/concepts/policy-for-kubernetes.md
    "gatekeeper-system": "Gatekeeper, which AKS installs for Azure Policy",
    # aws-observability/helm-charts@2c5d295d charts/amazon-cloudwatch-observability/README.md
    "amazon-cloudwatch": "Amazon CloudWatch's add-on",
    # canonical/microk8s-core-addons@3af1d491 addons/registry/registry.yaml
    "container-registry": "MicroK8s' registry add-on",
    # canonical/microk8s-core-addons@44167e77 addons/dashboard/enable
    "kubernetes-dashboard": "Kubernetes' dashboard",
    # kubernetes/ingress-nginx@db200fcb deploy/static/provider/cloud/deploy.yaml
    "ingress-nginx": "the NGINX ingress controller",
    # kubernetes/minikube@eb25dbc7 deploy/addons/metallb/metallb.yaml.tmpl
    "metallb-system": "MetalLB, which hands out addresses of load balancers",
    # external-secrets/external-secrets@cc5bfbc2 docs/introduction/getting-started.md
    "external-secrets": "External Secrets",
    # NVIDIA/gpu-operator@a22dbf67 README.md
    "gpu-operator": "NVIDIA's GPU operator",
    # kubernetes-sigs/node-feature-discovery@76e6cc8c deployment/base/rbac/kustomization.yaml
    "node-feature-discovery": "node feature discovery, which labels nodes with GPUs",
}
"""Whose namespaces clusters bring along; a name that ends with a hyphen stands for all that begin so."""
_OF_PROJECTS = {"kubeflow": "Kubeflow", "kubeflow-system": "Kubeflow", "istio-system": "Istio"}
"""Namespaces that many components share, with the project whose home each is."""


def component_namespaces(releases: Iterable[ProductRelease]) -> dict[str, str]:
    """Return the namespaces of all components of some releases, installed or not, each with the fittest that has it.

    That is the one that creates it, else the one whose home it is, else the first that puts an object there.
    """
    found: dict[str, tuple[int, str]] = {}
    for release in releases:
        for name, entry in sorted(release.components.items()):
            for rank, namespaces in enumerate((entry.namespaces_created, (entry.namespace,), entry.namespaces)):
                for namespace in namespaces:
                    if namespace and (namespace not in found or rank < found[namespace][0]):
                        found[namespace] = (rank, name)
    return {namespace: name for namespace, (_, name) in found.items()}


def chart_namespaces(installations: Iterable[Installation]) -> dict[str, str]:
    """Return the namespaces that Helm charts on a cluster are installed into, with the component of each."""
    found = ((overlay_of(each.component).helm, each.component) for each in installations if each.existing is None)
    return {helm.namespace: name for helm, name in found if helm is not None}


def check_argocd_namespace(namespace: str, taken: Mapping[str, str], findings: list[Diagnostic]) -> None:
    """Report `reserved-namespace` where Argo CD is to run in a namespace that is somebody else's, once."""
    owner = _owner(namespace, {name: by for name, by in taken.items() if by != ARGO_CD})
    path = ("gitops", "argocd", "namespace")
    if owner is not None and not any(finding.path == path for finding in findings):
        findings.append(
            error(
                "reserved-namespace",
                f"namespace {namespace} belongs to {owner}, so Argo CD cannot have it",
                path,
                help="write `namespace: argocd`, or another name of Argo CD's own",
            )
        )


def check_reserved(
    cluster: str,
    occupied: Mapping[str, Occupancy],
    argocd_namespace: str,
    taken: Mapping[str, str],
    findings: list[Diagnostic],
) -> set[str]:
    """Return the namespaces of a cluster that are claimed and reserved. Reports `reserved-namespace`."""
    bad: set[str] = set()
    for name in occupied:
        owner = "Argo CD" if name == argocd_namespace else _owner(name, taken)
        if owner is None:
            continue
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


def _owner(name: str, taken: Mapping[str, str]) -> str | None:
    """Return to whom a namespace belongs that is nobody's to choose; nothing for a free one."""
    if name == "default" or name.startswith("kube-"):
        return "Kubernetes"
    if name in taken:
        return _OF_PROJECTS.get(name) or f"component {taken[name]}"
    return _of_cluster(name)


def _of_cluster(name: str) -> str | None:
    """Return to whom a namespace belongs that clusters bring along."""
    prefix, hyphen, _ = name.partition("-")
    return _OF_CLUSTERS.get(name) or _OF_CLUSTERS.get(prefix + hyphen)
