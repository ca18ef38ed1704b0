"""kind, Kubernetes in containers on one machine; it has no option for GPUs and no load balancer."""

from __future__ import annotations

from compiler.providers.base import DOCKER, Provider, Tool

PROVIDER = Provider(
    id="kind",
    title="kind",
    gpu_by_hand="it has no option for them; nvkind makes such clusters",
    node_marks=("kind://",),
    is_for_trial=True,
    tools=(
        Tool("kind", ("version",), "makes kind clusters", "https://kind.sigs.k8s.io/docs/user/quick-start/"),
        DOCKER,
    ),
    sources=("https://kind.sigs.k8s.io/docs/user/configuration/",),
)
