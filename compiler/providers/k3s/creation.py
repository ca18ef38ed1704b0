"""How k3s clusters come to be, and what to know of their GPUs."""

from __future__ import annotations

from compiler.providers.base.creation import Creation


class _K3s(Creation):
    gpu_by_hand = "`node-label` and `node-taint` in /etc/rancher/k3s/config.yaml give a node the same when it joins"
    """Source: docs.k3s.io/installation/configuration."""


CREATION = _K3s()
