"""What the keys of a quota are called in Kubernetes and in the platform file; knows no quantity."""

from __future__ import annotations

OWN_KEYS = {
    "requests.cpu": "cpu",
    "requests.memory": "memory",
    "requests.storage": "storage",
    "requests.ephemeral-storage": "ephemeralStorage",
    "pods": "pods",
    "persistentvolumeclaims": "persistentVolumeClaims",
    "services": "services",
    "services.loadbalancers": "loadBalancers",
}
"""Kubernetes' keys of quotas, and the platform file's; others stand there under `extra` as they are.

Source: kubernetes.io/docs/concepts/policy/resource-quotas.
"""


def key_path(key: str) -> tuple[str, ...]:
    """Return where a key of a quota stands in a namespace of the platform file."""
    own = OWN_KEYS.get(key)
    return ("quota", own) if own else ("quota", "extra", key)
