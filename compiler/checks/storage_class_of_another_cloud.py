"""A storage class is what the cluster calls it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.checks.examples import google
from compiler.diagnostics.model import Diagnostic, Severity, warning
from compiler.model.platform import Platform
from compiler.providers import Providers
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each storage class that clusters of another provider come with."""
    del facts, as_of
    providers = Providers()
    for cluster in platform.clusters:
        name = cluster.parameters.get("storageClass")
        provider = providers[cluster.provider]
        if name is None or name in provider.storage_classes or provider.settings is None:
            continue
        owners = [each for each, other in providers.items() if name in other.storage_classes]
        if not owners:
            continue
        whose = " and ".join(owners)
        yield warning(
            CHECK.id,
            f"cluster {cluster.name} is on {cluster.provider}, and storage class {name} comes with {whose}",
            (*cluster.origin, "storageClass"),
            help=f"write one that the cluster has, such as {provider.storage_classes[0]}"
            if provider.storage_classes
            else "write one that `kubectl get storageclass` shows",
            sources=CHECK.sources,
        )


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
