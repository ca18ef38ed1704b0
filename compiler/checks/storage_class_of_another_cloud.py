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
    "standard-rwo": ("gke",),
    "premium-rwo": ("gke",),
    "standard-rwx": ("gke",),
    "enterprise-rwx": ("gke",),
    "gp3": ("eks",),
    "gp2": ("eks",),
    "managed-csi": ("aks",),
    "managed-csi-premium": ("aks",),
    "azurefile-csi": ("aks",),
    "azurefile-csi-premium": ("aks",),
    "local-path": ("k3s", "k3d"),
    "microk8s-hostpath": ("microk8s",),
}
"""Storage classes that clusters come with, or are given by their provider's guides, with the providers."""

CHECK = Check(
    id="storage-class-of-another-cloud",
    severity=Severity.WARNING,
    summary="A cluster's storage class is one that another provider's clusters come with",
    why="Volume claims of a class that is not there wait for ever, and every pod that mounts them.",
    sources=(
        "https://cloud.google.com/kubernetes-engine/docs/concepts/persistent-volumes#storageclasses",
        "https://docs.aws.amazon.com/eks/latest/userguide/create-storage-class.html",
        "https://learn.microsoft.com/azure/aks/concepts-storage#storage-classes",
        "https://docs.k3s.io/storage",
        "https://microk8s.io/docs/addon-hostpath-storage",
    ),
    bad=google("storageClass: gp3"),
    good=google("storageClass: premium-rwo"),
    run=run,
)
