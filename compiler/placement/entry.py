"""Whether the API server lets a pod into a team's namespace: the policy of GPU pools, and Pod Security.

Quotas are another module's. The policy is that of our own ValidatingAdmissionPolicy, decided on manifests; Pod Security
is decided as far as the levels that we enforce.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from compiler.model import names

PRIVILEGED, BASELINE = "privileged", "baseline"
_HOST = ("hostNetwork", "hostPID", "hostIPC")
_HARMLESS = frozenset(
    {
        *("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE"),
        *("SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"),
    }
)
"""Capabilities that baseline lets a container add (kubernetes.io/docs/concepts/security/pod-security-standards)."""


def policy_refusal(pod: Mapping[str, Any], allowed: Collection[str]) -> str | None:
    """Return what the policy of GPU pools has against a new pod in a namespace that may use the pools `allowed`."""
    spec = pod["spec"]
    for toleration in spec.get("tolerations") or ():
        if toleration.get("key") == names.POOL_KEY and toleration.get("value") not in allowed:
            return f"its toleration of {names.POOL_KEY} names no pool of the team"
        if toleration.get("operator") == "Exists" and not toleration.get("key"):
            return "it tolerates every taint"
    pool = (spec.get("nodeSelector") or {}).get(names.POOL_KEY)
    if pool is not None and pool not in allowed:
        return f"its node selector names pool {pool}, which is none of the team's"
    for expression in _required(spec):
        if expression["key"] == names.POOL_KEY and expression["operator"] == "In":
            others = [value for value in expression["values"] if value not in allowed]
            if others:
                return f"its affinity names pool {others[0]}, which is none of the team's"
    return "it names its node" if spec.get("nodeName") else None


def security_refusal(pod: Mapping[str, Any], level: str) -> str | None:
    """Return what a level of Pod Security has against a pod; `level` is `privileged` or `baseline`."""
    if level == PRIVILEGED:
        return None
    spec = pod["spec"]
    for key in _HOST:
        if spec.get(key):
            return f"it sets {key}"
    if any("hostPath" in volume for volume in spec.get("volumes") or ()):
        return "it mounts a folder of the node"
    for container in (*(spec.get("initContainers") or ()), *spec["containers"]):
        name, context = container["name"], container.get("securityContext") or {}
        if context.get("privileged"):
            return f"container {name} is privileged"
        added = sorted(set((context.get("capabilities") or {}).get("add") or ()) - _HARMLESS)
        if added:
            return f"container {name} adds {', '.join(added)}"
        if any(port.get("hostPort") for port in container.get("ports") or ()):
            return f"container {name} takes a port of the node"
    return None


def _required(spec: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    required = ((spec.get("affinity") or {}).get("nodeAffinity") or {}).get(
        "requiredDuringSchedulingIgnoredDuringExecution"
    )
    for term in (required or {}).get("nodeSelectorTerms") or ():
        yield from term.get("matchExpressions") or ()
