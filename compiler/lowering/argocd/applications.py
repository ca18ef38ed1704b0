"""The Applications of one cluster: what the root syncs.

Knows no component; what a component needs from Argo CD stands in its overlay's data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from compiler.lowering.argocd.application import GENERATE_PATHS, application, sync_policy
from compiler.lowering.argocd.destinations import destination_server, home, team_homes, team_namespaces
from compiler.lowering.argocd.sync_windows import sync_windows
from compiler.lowering.argocd.team_applications import TEAM_APPLICATIONS_FILE, team_applications
from compiler.lowering.team_projects import PROJECTS_FILE, ProjectPlace, team_projects
from compiler.model import names
from compiler.model.manifest import Application, Chart, Object, Overlay
from compiler.model.platform import ARGO_CD
from compiler.model.secret_file import secret_file
from compiler.resolve.renames import renames

if TYPE_CHECKING:
    from compiler.catalog.overlay import IgnoredDifference
    from compiler.lowering.argocd.children import Child
    from compiler.model.platform import Cluster, Platform

FINALIZER = "resources-finalizer.argocd.argoproj.io"
"""With it, what an Application owns goes when the Application goes, except what is marked `Delete=false`."""


def lower_applications(cluster: Cluster, platform: Platform, children: Iterable[Child]) -> Application:
    """Return the directory that the root syncs: an Application for each child, what is the teams' own, the bootstrap.

    On a hub this holds the other clusters' bootstraps too, since nothing but the hub's own root would ever sync them.
    """
    ordered = sorted(children, key=lambda child: (child.wave, child.name))
    teams = team_namespaces(cluster)
    homes = team_homes(teams)
    objects = tuple(_child(child, cluster, platform, homes) for child in ordered)
    place = ProjectPlace(
        cluster.name,
        platform.gitops.hub,
        platform.gitops.argocd_namespace,
        destination_server(cluster, platform),
        sync_windows(cluster, platform),
    )
    repositories = {tenant.team: [each.repo_url for each in tenant.repositories] for tenant in cluster.tenants}
    files = (
        ("applications.yaml", objects, "gitops"),
        (PROJECTS_FILE, tuple(team_projects(teams, repositories, place)), "teams"),
        (TEAM_APPLICATIONS_FILE, tuple(team_applications(cluster, platform)), "teams"),
    )
    bootstraps = _bootstraps(cluster, platform)
    return Application(
        cluster=cluster.name,
        name=names.APPLICATIONS_APPLICATION,
        origin="gitops",
        charts=tuple(Chart(file, made, origin) for file, made, origin in files if made),
        overlay=Overlay(includes=tuple(f"overlays/{name}/{names.BOOTSTRAP_DIRECTORY}" for name in bootstraps)),
    )


def read_by_applications(cluster: Cluster, platform: Platform, children: Iterable[Child]) -> tuple[object, ...]:
    """Return what `lower_applications` reads, as plain values; much less than what it makes of thousands of teams."""
    teams = team_namespaces(cluster)
    homes = team_homes(teams)
    return (
        teams,
        [(tenant.team, repr(replace(each, origin=()))) for tenant in cluster.tenants for each in tenant.repositories],
        [
            tenant.team
            for tenant in cluster.tenants
            if tenant.repositories and renames(tenant.team, cluster.name, platform)
        ],
        *(repr(platform.gitops), platform.folder, cluster.name, cluster.server, _bootstraps(cluster, platform)),
        sorted(
            (
                *(child.name, child.wave, child.project, child.has_generated, child.has_overlay),
                repr(child.ignore_differences),
                child.helm and repr(replace(child.helm, values={})),
                home(child, cluster, platform, homes),
                *child.opened,
            )
            for child in children
        ),
    )


def _bootstraps(cluster: Cluster, platform: Platform) -> list[str]:
    """Return the clusters whose bootstrap this one's root syncs."""
    hub = platform.gitops.hub
    if hub == cluster.name:
        return sorted(each.name for each in platform.clusters)
    return [cluster.name] if hub is None else []


def _child(child: Child, cluster: Cluster, platform: Platform, homes: Mapping[str, str]) -> Object:
    directory = f"{platform.folder}overlays/{cluster.name}/{child.name}"
    reads = [f"/{directory}"]
    if child.has_generated:
        reads.append(f"/{platform.folder}generated/{cluster.name}/{child.name}")
    reads += [f"/{platform.folder}{folder}" for folder in _encrypted(child, cluster)]
    spec: dict[str, Any] = {
        "project": names.argocd_application(child.project, cluster.name, platform.gitops.hub),
        **_sources(child, platform, directory),
        "destination": {
            "server": destination_server(cluster, platform),
            "namespace": home(child, cluster, platform, homes),
        },
        "syncPolicy": sync_policy(cluster, platform, ignores=bool(child.ignore_differences)),
    }
    if child.ignore_differences:
        spec["ignoreDifferences"] = [_ignored(entry) for entry in child.ignore_differences]
    return application(
        child.name,
        cluster,
        platform,
        {names.SYNC_WAVE: str(child.wave), GENERATE_PATHS: ";".join(reads)},
        spec,
        finalizers=[FINALIZER],
    )


def _encrypted(child: Child, cluster: Cluster) -> list[str]:
    """Return the folders of the user's encrypted files that Argo CD reads for a child."""
    files = (secret_file(cluster.name, secret.namespace, secret.name) for secret in child.opened)
    return sorted({file.rpartition("/")[0] for file in files})


def _sources(child: Child, platform: Platform, directory: str) -> dict[str, Any]:
    ours = {"repoURL": platform.gitops.repo_url, "targetRevision": platform.gitops.revision}
    kustomize = _kustomize(child, platform)
    if child.helm is None:
        return {"source": {**ours, "path": directory, **kustomize}}
    chart = {
        "repoURL": child.helm.repository,
        "targetRevision": child.helm.commit,
        "path": child.helm.path,
        "helm": {"releaseName": child.helm.release_name, "valueFiles": [f"$values/{directory}/values.yaml"]},
    }
    path = {"path": directory, **kustomize} if child.has_overlay else {}
    return {"sources": [chart, {**ours, **path, "ref": "values"}]}


def _kustomize(child: Child, platform: Platform) -> dict[str, Any]:
    """Return which kustomize renders a child: by its name in `argocd-cm`, as `components/argo-cd` enters it.

    Argo CD's own Application brings that entry and the program, so it must be rendered without them.
    Source: argo-cd v3.5.1 util/settings/settings.go (GetKustomizeBinaryPath).
    """
    version = platform.gitops.kustomize.version
    return {"kustomize": {"version": f"v{version}"}} if version and child.name != ARGO_CD else {}


def _ignored(entry: IgnoredDifference) -> dict[str, Any]:
    plain: dict[str, Any] = {"group": entry.group} if entry.group else {}
    plain["kind"] = entry.kind
    if entry.name:
        plain["name"] = entry.name
    if entry.json_pointers:
        plain["jsonPointers"] = list(entry.json_pointers)
    if entry.jq_path_expressions:
        plain["jqPathExpressions"] = list(entry.jq_path_expressions)
    return plain
