"""The form of an Application: what all of them, the root among them, have in common.

Which settings are needed was found by syncing whole releases with a real Argo CD 3.6.1. Knows no children.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from compiler.model import names
from compiler.model.manifest import Object
from compiler.model.version_numbers import version_numbers

if TYPE_CHECKING:
    from compiler.model.platform import Cluster, Installation, Platform

API_VERSION = "argoproj.io/v1alpha1"
GENERATE_PATHS = "argocd.argoproj.io/manifest-generate-paths"
_RETRY = {"limit": 10, "backoff": {"duration": "5s", "factor": 2, "maxDuration": "3m"}}
"""A child that is Degraded for a moment fails the root's wave; only a retry goes on."""
_CAN_RETRY_ANEW = (3, 2)
"""First Argo CD that retries with what is in Git by then: before it a bad commit, mended at once, is tried all the
same until the retries are spent, some 17 minutes. Source: argo-cd v3.2.12 docs/user-guide/auto_sync.md (Automatic
Retry Refresh on new revisions), pkg/apis/application/v1alpha1/types.go (v3.1.16 has no such field)."""


def application(
    name: str,
    cluster: Cluster,
    platform: Platform,
    annotations: Mapping[str, str],
    spec: Mapping[str, Any],
    finalizers: Sequence[str] = (),
) -> Object:
    """Return the Application of that name, in Argo CD's namespace, with what it syncs and how."""
    metadata: dict[str, Any] = {
        "name": names.argocd_application(name, cluster.name, platform.gitops.hub),
        "namespace": platform.gitops.argocd_namespace,
        "annotations": dict(annotations),
    }
    if finalizers:
        metadata["finalizers"] = list(finalizers)
    return {"apiVersion": API_VERSION, "kind": "Application", "metadata": metadata, "spec": dict(spec)}


def sync_policy(cluster: Cluster, platform: Platform, *, ignores: bool) -> dict[str, Any]:
    """Return how Argo CD syncs to a cluster; `ignores` tells whether there are differences to leave alone.

    Server-side apply: definitions above 262144 bytes are refused otherwise, and what controllers add stays theirs.
    """
    options = ["ServerSideApply=true", "SkipDryRunOnMissingResource=true"]
    if ignores:
        options.append("RespectIgnoreDifferences=true")
    policy: dict[str, Any] = {"syncOptions": options, "retry": _retry(platform.argo_cd_of(cluster))}
    sync = platform.gitops.sync
    if sync.automated:
        policy = {"automated": {"prune": sync.prune, "selfHeal": sync.self_heal}, **policy}
    return policy


def _retry(argo_cd: Installation | None) -> dict[str, Any]:
    """Return how a failed sync is tried again; the server refuses a field that its definition does not have."""
    version = argo_cd and argo_cd.running
    return {**_RETRY, "refresh": True} if version and version_numbers(version) >= _CAN_RETRY_ANEW else dict(_RETRY)
