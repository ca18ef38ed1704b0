"""k3s on machines that are there already."""

from __future__ import annotations

from compiler.providers.base import Provider, Tool

PROVIDER = Provider(
    id="k3s",
    title="k3s",
    kubernetes_suffix=r"\+k3s[0-9]+",
    has_load_balancer=True,
    node_marks=("k3s://",),
    tools=(Tool("k3s", ("--version",), "is the cluster", "https://docs.k3s.io/quick-start"),),
    # k3s-io/k3s@d804db30 manifests/local-storage.yaml
    storage_classes=("local-path",),
    sources=("https://docs.k3s.io/installation/configuration", "https://docs.k3s.io/networking/networking-services"),
)
