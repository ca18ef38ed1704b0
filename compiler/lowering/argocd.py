"""Argo CD's own objects for one cluster: an Application for each overlay, AppProjects, and the root.

Knows no component; what a component needs from Argo CD stands in its overlay's data. Which settings are needed was
found by syncing whole releases with a real Argo CD 3.6.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from compiler.catalog.overlay import IgnoredDifference, overlay_of
from compiler.lowering.components import component_objects, lower_component, replaced_by
from compiler.lowering.patches import KEEP, identity_of
from compiler.lowering.team_projects import PROJECTS_FILE, team_projects
from compiler.model import names
from compiler.model.frozen import frozen
from compiler.model.manifest import CLUSTER_SCOPED, Application, Chart, HelmSource, Identity, Object, Overlay

if TYPE_CHECKING:
    from compiler.catalog.load import Catalog
    from compiler.model.platform import Cluster, Installation, Platform

PLATFORM_PROJECT = "platform"
TEAMS_PROJECT = "teams"
IN_CLUSTER = "https://kubernetes.default.svc"
"""How Argo CD names the cluster it runs in. Source: argo-cd docs/operator-manual/declarative-setup.md."""
FINALIZER = "resources-finalizer.argocd.argoproj.io"
"""With it, what an Application owns goes when the Application goes, except what is marked `Delete=false`."""
GENERATE_PATHS = "argocd.argoproj.io/manifest-generate-paths"
RETRY = {"limit": 10, "backoff": {"duration": "5s", "factor": 2, "maxDuration": "3m"}}
"""A child that is Degraded for a moment fails the root's wave; only a retry goes on."""
_API_VERSION = "argoproj.io/v1alpha1"
_ANY = (("*", "*"),)

TEAM_CLUSTER_KINDS = (
    ("", "Namespace"),
    ("kubeflow.org", "Profile"),
    ("kueue.x-k8s.io", "ClusterQueue"),
    ("kueue.x-k8s.io", "Cohort"),
)
"""Cluster-scoped kinds that the applications of teams and of shared namespaces hold."""
TEAM_NAMESPACED_KINDS = (
    ("", "ConfigMap"),
    ("", "LimitRange"),
    ("", "ResourceQuota"),
    ("", "Secret"),
    ("", "ServiceAccount"),
    ("bitnami.com", "SealedSecret"),
    ("external-secrets.io", "ExternalSecret"),
    ("generators.external-secrets.io", "*"),
    ("kubeflow.org", "PodDefault"),
    ("kueue.x-k8s.io", "LocalQueue"),
    ("networking.k8s.io", "NetworkPolicy"),
    ("rbac.authorization.k8s.io", "Role"),
    ("rbac.authorization.k8s.io", "RoleBinding"),
    ("security.istio.io", "AuthorizationPolicy"),
)
"""Namespaced kinds that the applications of teams and of shared namespaces hold."""
POOL_CLUSTER_KINDS = (
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"),
    ("cloud.google.com", "ComputeClass"),
    ("karpenter.k8s.aws", "EC2NodeClass"),
    ("karpenter.sh", "NodeOverlay"),
    ("karpenter.sh", "NodePool"),
    ("kueue.x-k8s.io", "*"),
    ("rbac.authorization.k8s.io", "ClusterRole"),
    ("scheduling.k8s.io", "PriorityClass"),
)
"""Cluster-scoped kinds that GPU pools and the admission policies of tenants hold."""


@frozen
class Child:
    """One application of a cluster as Argo CD is told of it.

    `wave` is its sync wave, `component` what a component was lowered to. `has_generated` and `has_overlay` tell
    whether there is something in its generated directory and something to build in its overlay's; only a Helm chart
    may have nothing to build.
    """

    name: str
    wave: int
    origin: str
    project: str = PLATFORM_PROJECT
    ignore_differences: tuple[IgnoredDifference, ...] = ()
    helm: HelmSource | None = None
    has_generated: bool = True
    has_overlay: bool = True
    component: Application | None = None


def component_children(cluster: Cluster, applications: Iterable[Application]) -> list[Child]:
    """Return the child of each component that we install on the cluster; `applications` are the lowered components."""
    children = []
    for application in applications:
        installation = cluster.installed[application.name]
        children.append(
            Child(
                name=application.name,
                wave=installation.wave,
                origin=application.origin,
                ignore_differences=overlay_of(installation.component).ignored_in(installation.product_version),
                helm=application.helm,
                has_generated=bool(application.charts),
                has_overlay=bool(application.overlay.bases or application.charts),
                component=application,
            )
        )
    return children


def is_ours(installation: Installation) -> bool:
    """Return whether we install the component: neither the cluster has it already nor something of ours replaces it."""
    return installation.existing is None and replaced_by(installation) is None


def lower_applications(cluster: Cluster, platform: Platform, children: Iterable[Child]) -> Application:
    """Return the directory that the root syncs: an Application for each child, the teams' projects, the bootstrap.

    On a hub this holds the other
    clusters' bootstraps too, since nothing but the hub's own root would ever sync them.
    """
    ordered = sorted(children, key=lambda child: (child.wave, child.name))
    teams = _teams(cluster)
    homes = _team_homes(teams)
    objects = tuple(_child(child, cluster, platform, homes) for child in ordered)
    projects = team_projects(
        teams,
        cluster=cluster.name,
        hub=platform.gitops.hub,
        argocd=platform.gitops.argocd_namespace,
        server=destination_server(cluster, platform),
    )
    files = (("applications.yaml", objects, "gitops"), (PROJECTS_FILE, tuple(projects), "teams"))
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
    teams = _teams(cluster)
    homes = _team_homes(teams)
    return (
        teams,
        *(repr(platform.gitops), platform.folder, cluster.name, cluster.server, _bootstraps(cluster, platform)),
        sorted(
            (
                *(child.name, child.wave, child.project, child.has_generated, child.has_overlay),
                repr(child.ignore_differences),
                child.helm and repr(replace(child.helm, values={})),
                _home(child, cluster, platform, homes),
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


def platform_project(cluster: Cluster, platform: Platform, catalog: Catalog, children: Sequence[Child]) -> Object:
    """Return the AppProject of components: their namespaces and the kinds that they hold, and nothing else.

    What says a namespace may be cluster-scoped all the same, and Argo CD goes by the definition. So custom kinds are
    in both lists; of each kind only one can matter. A Helm chart's objects are not listed by the catalog; with one
    among the children every kind is allowed.
    """
    namespaces = {platform.gitops.argocd_namespace}
    cluster_kinds: set[tuple[str, str]] = set(POOL_CLUSTER_KINDS) | {("", "Namespace")}
    namespaced_kinds: set[tuple[str, str]] = {("argoproj.io", "AppProject"), ("argoproj.io", "Application")}
    defined: set[str] = set()
    lowered = {child.name: child.component for child in children}
    for installation in filter(is_ours, cluster.installations):
        release = catalog.release(installation.product, installation.product_version)
        component = release.components[installation.component]
        namespaces |= set(component.namespaces) | set(component.namespaces_created)
        defined |= {name.partition(".")[2] for name in component.crds}
        unset = {identity_of(text) for text in component.namespace_unset}
        application = lowered.get(installation.component)
        if application is None:
            application = lower_component(installation, cluster, platform, catalog)
        wanted = application.overlay.fields.get("namespace") or component.namespace
        if wanted:
            namespaces.add(wanted)
        if application.helm is not None:
            namespaces.add(application.helm.namespace)
        made = [Identity.of(item) for chart in application.charts for item in chart.objects]
        namespaces |= {identity.namespace for identity in made if identity.namespace}
        for identity in (*component_objects(installation, catalog), *made):
            named = identity.namespace or identity in unset
            namespaced = named and (identity.group, identity.kind) not in CLUSTER_SCOPED
            (namespaced_kinds if namespaced else cluster_kinds).add((identity.group, identity.kind))
    cluster_kinds |= {(group, kind) for group, kind in namespaced_kinds if group in defined}
    if any(child.helm is not None for child in children):
        cluster_kinds = namespaced_kinds = set(_ANY)
    repositories = {platform.gitops.repo_url} | {child.helm.repository for child in children if child.helm is not None}
    return _project(
        PLATFORM_PROJECT, "Components of the platform", cluster, platform, repositories, namespaces,
        cluster_kinds, namespaced_kinds,
    )  # fmt: skip


def teams_project(cluster: Cluster, platform: Platform) -> Object:
    """Return the AppProject of teams and shared namespaces: the namespaces that people work in."""
    return _project(
        TEAMS_PROJECT, "Teams and shared namespaces", cluster, platform, {platform.gitops.repo_url},
        _people_namespaces(cluster), set(TEAM_CLUSTER_KINDS), set(TEAM_NAMESPACED_KINDS),
    )  # fmt: skip


def refused(
    project: Object, objects: Iterable[Object], cluster_scoped: Iterable[Object] = (), *, server: str = IN_CLUSTER
) -> list[Identity]:
    """Return the objects that an AppProject does not allow on the API server of a cluster.

    `objects` are namespaced, looked up by kind and namespace; `cluster_scoped` ones by kind.
    """
    spec = project["spec"]
    namespaces = {each["namespace"] for each in spec["destinations"] if each["server"] == server}
    found = []
    for items, key in ((objects, "namespaceResourceWhitelist"), (cluster_scoped, "clusterResourceWhitelist")):
        allowed = [(entry["group"], entry["kind"]) for entry in spec[key]]
        for identity in map(Identity.of, items):
            known = any(group in ("*", identity.group) and kind in ("*", identity.kind) for group, kind in allowed)
            placed = key == "clusterResourceWhitelist" or identity.namespace in namespaces
            if not (known and placed):
                found.append(identity)
    return found


def _project(
    name: str,
    description: str,
    cluster: Cluster,
    platform: Platform,
    repositories: Iterable[str],
    namespaces: Iterable[str],
    cluster_kinds: Iterable[tuple[str, str]],
    namespaced_kinds: Iterable[tuple[str, str]],
) -> Object:
    server = destination_server(cluster, platform)
    destinations = [{"server": server, "namespace": namespace} for namespace in sorted(namespaces)]
    argocd = {"server": IN_CLUSTER, "namespace": platform.gitops.argocd_namespace}
    if name == PLATFORM_PROJECT and argocd not in destinations:
        destinations.append(argocd)
    return {
        "apiVersion": _API_VERSION,
        "kind": "AppProject",
        "metadata": {
            "name": names.argocd_application(name, cluster.name, platform.gitops.hub),
            "namespace": platform.gitops.argocd_namespace,
            # A project must outlive the Applications in it.
            "annotations": {names.SYNC_WAVE: "-10", **KEEP},
        },
        "spec": {
            "description": f"{description} on {cluster.name}",
            "sourceRepos": sorted(repositories),
            "destinations": destinations,
            "clusterResourceWhitelist": _kinds(cluster_kinds),
            "namespaceResourceWhitelist": _kinds(namespaced_kinds),
        },
    }


def _kinds(kinds: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"group": group, "kind": kind} for group, kind in sorted(set(kinds))]


def destination_server(cluster: Cluster, platform: Platform) -> str:
    """Return the API server that the cluster's Argo CD syncs to, as its Applications must name it."""
    hub = platform.gitops.hub
    if hub is None or hub == cluster.name or cluster.server is None:
        return IN_CLUSTER
    return cluster.server


def _child(child: Child, cluster: Cluster, platform: Platform, homes: Mapping[str, str]) -> Object:
    directory = f"{platform.folder}overlays/{cluster.name}/{child.name}"
    reads = [f"/{directory}"]
    if child.has_generated:
        reads.append(f"/{platform.folder}generated/{cluster.name}/{child.name}")
    spec: dict[str, Any] = {
        "project": names.argocd_application(child.project, cluster.name, platform.gitops.hub),
        **_sources(child, platform, directory),
        "destination": {
            "server": destination_server(cluster, platform),
            "namespace": _home(child, cluster, platform, homes),
        },
        "syncPolicy": sync_policy(platform, ignores=bool(child.ignore_differences)),
    }
    if child.ignore_differences:
        spec["ignoreDifferences"] = [_ignored(entry) for entry in child.ignore_differences]
    return _application(
        child.name,
        cluster,
        platform,
        {names.SYNC_WAVE: str(child.wave), GENERATE_PATHS: ";".join(reads)},
        spec,
        finalizers=[FINALIZER],
    )


def _home(child: Child, cluster: Cluster, platform: Platform, homes: Mapping[str, str]) -> str:
    """Return the namespace that the Application names as its destination, one that its project allows.

    Our objects all say their namespaces themselves; but Argo CD holds the destination to the project too, and one
    without a namespace is in no list of namespaces, so nothing of the Application would ever be synced.
    Source: argo-cd v3.4.2 util/argo/argo.go (ValidatePermissions), app_project_types.go (isDestinationMatched).
    """
    if child.helm is not None:
        return child.helm.namespace
    if child.project == TEAMS_PROJECT:
        return homes.get(child.name) or _people_namespaces(cluster)[0]
    return platform.gitops.argocd_namespace


def _teams(cluster: Cluster) -> list[tuple[str, list[str]]]:
    """Return each team that has namespaces, with their names, both sorted."""
    found = [(tenant.team, sorted(namespace.name for namespace in tenant.namespaces)) for tenant in cluster.tenants]
    return sorted((team, namespaces) for team, namespaces in found if namespaces)


def _team_homes(teams: Iterable[tuple[str, list[str]]]) -> dict[str, str]:
    """Return the first namespace of each team, by the team's application."""
    return {names.team_application(team): namespaces[0] for team, namespaces in teams}


def _people_namespaces(cluster: Cluster) -> list[str]:
    """Return the namespaces that people work in, sorted."""
    found = {namespace.name for tenant in cluster.tenants for namespace in tenant.namespaces}
    return sorted(found | {shared.namespace.name for shared in cluster.shared_namespaces})


def _sources(child: Child, platform: Platform, directory: str) -> dict[str, Any]:
    ours = {"repoURL": platform.gitops.repo_url, "targetRevision": platform.gitops.revision}
    if child.helm is None:
        return {"source": {**ours, "path": directory}}
    chart = {
        "repoURL": child.helm.repository,
        "targetRevision": child.helm.commit,
        "path": child.helm.path,
        "helm": {"releaseName": child.helm.release_name, "valueFiles": [f"$values/{directory}/values.yaml"]},
    }
    path = {"path": directory} if child.has_overlay else {}
    return {"sources": [chart, {**ours, **path, "ref": "values"}]}


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
    return _application(
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
            "syncPolicy": sync_policy(platform, ignores=True),
            "ignoreDifferences": [
                {"group": "argoproj.io", "kind": "Application", "jsonPointers": ["/operation", "/status"]}
            ],
        },
    )


def _application(
    name: str,
    cluster: Cluster,
    platform: Platform,
    annotations: Mapping[str, str],
    spec: Mapping[str, Any],
    finalizers: Sequence[str] = (),
) -> Object:
    metadata: dict[str, Any] = {
        "name": names.argocd_application(name, cluster.name, platform.gitops.hub),
        "namespace": platform.gitops.argocd_namespace,
        "annotations": dict(annotations),
    }
    if finalizers:
        metadata["finalizers"] = list(finalizers)
    return {"apiVersion": _API_VERSION, "kind": "Application", "metadata": metadata, "spec": dict(spec)}


def sync_policy(platform: Platform, *, ignores: bool) -> dict[str, Any]:
    """Return how Argo CD syncs; `ignores` tells whether there are differences to leave alone.

    Server-side apply: definitions above 262144 bytes are refused otherwise, and what controllers add stays theirs.
    """
    options = ["ServerSideApply=true", "SkipDryRunOnMissingResource=true"]
    if ignores:
        options.append("RespectIgnoreDifferences=true")
    policy: dict[str, Any] = {"syncOptions": options, "retry": RETRY}
    sync = platform.gitops.sync
    if sync.automated:
        policy = {"automated": {"prune": sync.prune, "selfHeal": sync.self_heal}, **policy}
    return policy


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
