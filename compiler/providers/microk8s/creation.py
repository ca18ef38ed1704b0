"""How MicroK8s clusters come to be, and what to know of their GPUs."""

from __future__ import annotations

from compiler.providers.base.creation import Creation


class _MicroK8s(Creation):
    gpu_by_hand = "the addon `nvidia` (`gpu` in older versions) installs the GPU Operator"
    """Source: microk8s.io/docs/addon-gpu."""


CREATION = _MicroK8s()
