"""A storage class is what the cluster calls it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.checks.examples import google
from compiler.diagnostics.model import Diagnostic, Severity, warning
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each storage class that clusters of another provider come with."""
    del facts, as_of
    for cluster in platform.clusters:
        name = cluster.parameters.get("storageClass")
        owners = _OWNERS.get(name or "")
        if owners is None or cluster.provider in {*owners, "generic"}:
            continue
        own = [each for each, providers in _OWNERS.items() if cluster.provider in providers]
        yield warning(
            CHECK.id,
            f"cluster {cluster.name} is on {cluster.provider}, and storage class {name} comes with {owners[0]}",
            (*cluster.origin, "storageClass"),
            help=f"write one that the cluster has, such as {own[0]}"
            if own
            else "write one that `kubectl get storageclass` shows",
            sources=CHECK.sources,
        )


_OWNERS = {
    # google/skills@b60b072d skills/cloud/gke-storage/SKILL.md (Default StorageClasses)
    "standard-rwo": ("gke",),
    "premium-rwo": ("gke",),
    "standard-rwx": ("gke",),
    "premium-rwx": ("gke",),
    # A type of EBS volumes, after which people name the class: EKS itself applies none of that name.
    # https://aws.amazon.com/blogs/containers/migrating-amazon-eks-clusters-from-gp2-to-gp3-ebs-volumes/
    "gp3": ("eks",),
    # awsdocs/amazon-eks-user-guide@1fe584bb latest/ug/storage/ebs-csi-migration-faq.adoc
    "gp2": ("eks",),
    # MicrosoftDocs/azure-aks-docs@074b3dae articles/aks/concepts-storage.md (Storage classes)
    "managed-csi": ("aks",),
    "managed-csi-premium": ("aks",),
    "azurefile-csi": ("aks",),
    "azurefile-csi-premium": ("aks",),
    "azureblob-nfs-premium": ("aks",),
    "azureblob-fuse-premium": ("aks",),
    # k3s-io/k3s@d804db30 manifests/local-storage.yaml; k3d runs k3s
    "local-path": ("k3s", "k3d"),
    # canonical/microk8s-core-addons@0bcda42d addons/hostpath-storage/storage.yaml
    "microk8s-hostpath": ("microk8s",),
}
"""Storage classes that clusters come with, or that are named after what one cloud alone has, with the providers."""

CHECK = Check(
    id="storage-class-of-another-cloud",
    severity=Severity.WARNING,
    summary="A cluster's storage class is one that another provider's clusters come with",
    why="Volume claims of a class that is not there wait for ever, and every pod that mounts them.",
    sources=(
        "https://github.com/google/skills/blob/b60b072d3409/skills/cloud/gke-storage/SKILL.md",
        "https://docs.aws.amazon.com/eks/latest/userguide/ebs-csi-migration-faq.html",
        "https://learn.microsoft.com/azure/aks/concepts-storage#storage-classes",
        "https://github.com/k3s-io/k3s/blob/d804db302412/manifests/local-storage.yaml",
        "https://github.com/canonical/microk8s-core-addons/blob/0bcda42d36a4/addons/hostpath-storage/storage.yaml",
    ),
    bad=google("storageClass: gp3"),
    good=google("storageClass: premium-rwo"),
    run=run,
)
