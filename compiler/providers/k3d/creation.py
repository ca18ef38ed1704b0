"""How k3d clusters come to be, and what to know of their GPUs."""

from __future__ import annotations

from compiler.providers.base.creation import Creation


class _K3d(Creation):
    gpu_by_hand = (
        "the cluster is created with `options: {runtime: {gpuRequest: all}}` from a k3s image with NVIDIA's "
        "container toolkit, and pods need `runtimeClassName: nvidia`; `options.k3s.nodeLabels` can give nodes their "
        "labels"
    )
    """Source: k3d-io/k3d@v5.9.0 docs/usage/advanced/cuda.md."""


CREATION = _K3d()
