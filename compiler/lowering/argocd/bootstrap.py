"""What is applied by hand once for a cluster, after Argo CD itself: the AppProjects and the root Application.

Knows no children's contents, only what their project allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from compiler.lowering.argocd.application import GENERATE_PATHS, application, sync_policy
from compiler.lowering.argocd.children import PLATFORM_PROJECT
from compiler.lowering.argocd.destinations import IN_CLUSTER
from compiler.lowering.argocd.projects import platform_project, teams_project
from compiler.lowering.patches import KEEP
from compiler.model import names
from compiler.model.manifest import Application, Chart, Object, Overlay

if TYPE_CHECKING:
    from compiler.catalog.load import Catalog
    from compiler.lowering.argocd.children import Child
    from compiler.model.platform import Cluster, Platform


def lower_bootstrap(cluster: Cluster, platform: Platform, catalog: Catalog, children: Sequence[Child]) -> Application:
    """Return what is applied by hand once, after Argo CD itself: the AppProjects and the root Application."""
    return Application(
        cluster=cluster.name,
        name=names.BOOTSTRAP_DIRECTORY,
        origin="gitops",
        charts=(
            Chart(
                "projects.yaml",
                (platform_project(cluster, platform, catalog, children), teams_project(cluster, platform)),
                "gitops",
            ),
            Chart("root.yaml", (_root(cluster, platform),), "gitops"),
        ),
        overlay=Overlay(),
    )


def _root(cluster: Cluster, platform: Platform) -> Object:
    """Return the Application that holds all others, and itself.

    Argo CD writes `operation` and `status` into its children while it syncs them; healing that would never end.
    """
    directory = f"{platform.folder}overlays/{cluster.name}"
    paths = [
        f"/{directory}/{names.APPLICATIONS_APPLICATION}",
        f"/{directory}/{names.BOOTSTRAP_DIRECTORY}",
        f"/{platform.folder}generated/{cluster.name}/{names.APPLICATIONS_APPLICATION}",
        f"/{platform.folder}generated/{cluster.name}/{names.BOOTSTRAP_DIRECTORY}",
    ]
    return application(
        names.ROOT_APPLICATION,
        cluster,
        platform,
        {GENERATE_PATHS: ";".join(paths), **KEEP},
        {
            "project": names.argocd_application(PLATFORM_PROJECT, cluster.name, platform.gitops.hub),
            "source": {
                "repoURL": platform.gitops.repo_url,
                "targetRevision": platform.gitops.revision,
                "path": f"{directory}/{names.APPLICATIONS_APPLICATION}",
            },
            # The Applications stand where Argo CD runs, whatever cluster they sync to.
            "destination": {"server": IN_CLUSTER, "namespace": platform.gitops.argocd_namespace},
            "syncPolicy": sync_policy(cluster, platform, ignores=True),
            "ignoreDifferences": [
                {"group": "argoproj.io", "kind": "Application", "jsonPointers": ["/operation", "/status"]}
            ],
        },
    )
