"""How minikube clusters come to be, and what to know of their GPUs."""

from __future__ import annotations

from compiler.providers.base.creation import Creation


class _Minikube(Creation):
    gpu_by_hand = "`minikube start --driver docker --container-runtime docker --gpus all`, no other way has GPUs"
    """Source: kubernetes/minikube@v1.38.1 cmd/minikube/cmd/start_flags.go."""


CREATION = _Minikube()
