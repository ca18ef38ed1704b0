"""k3d, k3s in containers on one machine."""

from __future__ import annotations

from compiler.providers.base import DOCKER, NameRule, Provider, Tool

PROVIDER = Provider(
    id="k3d",
    title="k3d",
    cluster_name=NameRule(
        limit=32,
        source="https://github.com/k3d-io/k3d/blob/46f3480daa747ba71c155d0f619ce6aba7b95db9/pkg/client/clusterName.go",
    ),
    # Images carry the version as `v1.34.2-k3s1`, the server itself says `v1.34.2+k3s1`.
    kubernetes_suffix=r"[+-]k3s[0-9]+",
    has_load_balancer=True,
    node_marks=("k3s://k3d-",),
    is_for_trial=True,
    tools=(Tool("k3d", ("version",), "makes k3d clusters", "https://k3d.io/stable/#installation"), DOCKER),
    # k3d runs k3s: k3s-io/k3s@d804db30 manifests/local-storage.yaml
    storage_classes=("local-path",),
    sources=("https://k3d.io/stable/usage/configfile/", "https://k3d.io/stable/usage/advanced/cuda/"),
)
