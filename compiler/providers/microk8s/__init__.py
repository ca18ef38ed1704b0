"""MicroK8s; without its addon `rbac` the API server allows everything, a load balancer is the addon `metallb`."""

from __future__ import annotations

from compiler.providers.base import Provider, Tool

PROVIDER = Provider(
    id="microk8s",
    title="MicroK8s",
    node_marks=("microk8s.io/cluster",),
    tools=(Tool("microk8s", ("version",), "is the cluster", "https://microk8s.io/docs/getting-started"),),
    # canonical/microk8s-core-addons@0bcda42d addons/hostpath-storage/storage.yaml
    storage_classes=("microk8s-hostpath",),
    sources=("https://microk8s.io/docs/ref-launch-config", "https://microk8s.io/docs/addon-gpu"),
)
