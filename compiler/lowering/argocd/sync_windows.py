"""When Argo CD may sync to a cluster, as an AppProject says it; knows no projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from compiler.model.gitops import SyncWindow
    from compiler.model.platform import Cluster, Platform


def sync_windows(cluster: Cluster, platform: Platform) -> list[dict[str, Any]]:
    """Return the sync windows of the cluster, for every Application of a project.

    Source: argo-cd v3.4.2 docs/user-guide/sync_windows.md.
    """
    return [
        _window(window)
        for window in platform.gitops.sync.windows
        if not window.clusters or cluster.name in window.clusters
    ]


def _window(window: SyncWindow) -> dict[str, Any]:
    zone = {"timeZone": window.time_zone} if window.time_zone else {}
    return {
        "kind": window.kind,
        "schedule": window.schedule,
        "duration": window.duration,
        **zone,
        "applications": ["*"],
        "manualSync": window.manual_sync,
    }
