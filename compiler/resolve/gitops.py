"""Where Argo CD runs: the hub, the servers of the clusters it manages, and their defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostics.model import Diagnostic, Label, error
from compiler.model.gitops import Gitops, Kustomize, SyncPolicy, SyncWindow
from compiler.resolve.names import Declared
from compiler.spec.validate import Validated

if TYPE_CHECKING:
    from compiler.spec.cluster import ClusterSpec
    from compiler.spec.gitops import GitopsSpec, SyncWindowSpec

_HUB_PATH = ("gitops", "argocd", "hub")


def resolve_gitops(
    spec: GitopsSpec, clusters: Declared[ClusterSpec], findings: list[Diagnostic], validated: Validated
) -> Gitops:
    """Return the GitOps settings; a hub that does not exist is left out.

    Reports `unknown-cluster` (of sync windows too), `missing-server` for clusters that a hub cannot reach, and
    `unused-server` where no hub would use it.
    """
    hub = spec.argocd.hub
    # Whatever is wrong around the hub's place may be the hub in another one.
    hub_wanted = hub is not None or any(path[:1] == _HUB_PATH[:1] for path in validated.set_aside)
    if hub is not None and clusters.find(hub, _HUB_PATH, findings, user="`gitops.argocd.hub`") is None:
        hub = None
    for cluster in clusters.items.values():
        server_path = (*cluster.origin, "server")
        if validated.is_set_aside(server_path):
            continue
        if cluster.server is None and hub is not None and cluster.name != hub:
            findings.append(
                error(
                    "missing-server",
                    f"cluster {cluster.name} is managed by hub {hub} but has no `server`",
                    server_path,
                    related=(Label(_HUB_PATH, "the hub is named here"),),
                    help=f"add `server: https://...`, the URL of {cluster.name}'s API server, as {hub} reaches it",
                )
            )
        elif cluster.server is not None and not hub_wanted:
            findings.append(
                error(
                    "unused-server",
                    f"cluster {cluster.name} has a `server`, but there is no hub that would use it",
                    server_path,
                    at_key=True,
                    help="remove `server`, or name the managing cluster: `gitops: {argocd: {hub: NAME}}`",
                )
            )
        elif cluster.server is not None and cluster.name == hub:
            findings.append(
                error(
                    "unused-server",
                    f"cluster {cluster.name} is the hub itself: its Argo CD reaches it without a `server`",
                    server_path,
                    at_key=True,
                    related=(Label(_HUB_PATH, "the hub is named here"),),
                    help="remove `server`",
                )
            )
    windows = tuple(_window(window, index, clusters, findings) for index, window in enumerate(spec.sync.windows))
    sync = SyncPolicy(spec.sync.automated, spec.sync.prune, spec.sync.self_heal, windows)
    kustomize = Kustomize(spec.argocd.kustomize.version, tuple(spec.argocd.kustomize.build_options))
    return Gitops(spec.repo_url, spec.revision, spec.argocd.namespace, hub, sync, spec.secret_ref, kustomize)


def _window(
    window: SyncWindowSpec, index: int, clusters: Declared[ClusterSpec], findings: list[Diagnostic]
) -> SyncWindow:
    """Return a sync window; a cluster that does not exist stays among its clusters, or it would be for all."""
    for place, name in enumerate(window.clusters):
        path = ("gitops", "sync", "windows", index, "clusters", place)
        clusters.find(name, path, findings, user="a sync window")
    return SyncWindow(
        window.kind, window.schedule, window.duration, window.time_zone, window.manual_sync, tuple(window.clusters)
    )
