"""The AppProjects of one cluster: which repositories, namespaces and kinds its Applications are held to.

Knows no component; which kinds one brings says the catalog, and what it was lowered to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from compiler.lowering.argocd.application import API_VERSION
from compiler.lowering.argocd.children import PLATFORM_PROJECT, TEAMS_PROJECT, is_ours
from compiler.lowering.argocd.destinations import IN_CLUSTER, destination_server, people_namespaces
from compiler.lowering.argocd.sync_windows import sync_windows
from compiler.lowering.components import component_objects, lower_component
from compiler.lowering.patches import KEEP, identity_of
from compiler.model import names
from compiler.model.manifest import CLUSTER_SCOPED, Identity, Object
from compiler.providers import Providers

if TYPE_CHECKING:
    from compiler.catalog.load import Catalog
    from compiler.lowering.argocd.children import Child
    from compiler.model.platform import Cluster, Platform
    from compiler.model.release import ComponentRelease

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
    ("kueue.x-k8s.io", "*"),
    ("rbac.authorization.k8s.io", "ClusterRole"),
    ("scheduling.k8s.io", "PriorityClass"),
)
"""Cluster-scoped kinds that GPU pools and the admission policies of tenants hold, beside those that make nodes."""


def platform_project(cluster: Cluster, platform: Platform, catalog: Catalog, children: Sequence[Child]) -> Object:
    """Return the AppProject of components: their namespaces and the kinds that they hold, and nothing else.

    What says a namespace may be cluster-scoped all the same, and Argo CD goes by the definition. So custom kinds are
    in both lists; of each kind only one can matter. A Helm chart's objects are not listed by the catalog; with one
    among the children every kind is allowed. What `removed` names stays allowed until that entry goes.
    """
    namespaces = {platform.gitops.argocd_namespace}
    cluster_kinds: set[tuple[str, str]] = {
        *POOL_CLUSTER_KINDS,
        *Providers()[cluster.provider].node_kinds,
        ("", "Namespace"),
    }
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
    for secret in (each for child in children if child.project == PLATFORM_PROJECT for each in child.opened):
        namespaces.add(secret.namespace)
        namespaced_kinds.add((secret.group, secret.kind))
    for component in _leaving(cluster, platform, catalog):
        namespaces |= set(component.namespaces) | set(component.namespaces_created)
        defined |= {name.partition(".")[2] for name in component.crds}
        for identity in map(identity_of, component.objects):
            # Which of them are namespaced matters no more: nothing is made, only deleted.
            namespaced_kinds.add((identity.group, identity.kind))
            if not identity.namespace:
                cluster_kinds.add((identity.group, identity.kind))
    cluster_kinds |= {(group, kind) for group, kind in namespaced_kinds if group in defined}
    if any(child.helm is not None for child in children):
        cluster_kinds = namespaced_kinds = set(_ANY)
    repositories = {platform.gitops.repo_url} | {child.helm.repository for child in children if child.helm is not None}
    return _project(
        PLATFORM_PROJECT, "Components of the platform", cluster, platform, repositories, namespaces,
        cluster_kinds, namespaced_kinds,
    )  # fmt: skip


def _leaving(cluster: Cluster, platform: Platform, catalog: Catalog) -> Iterator[ComponentRelease]:
    """Yield what `removed` lets go from the cluster, in every release that has it.

    Argo CD deletes only what the project allows at that time, and says nothing of the rest: with the permission gone in
    the same commit, all in a namespace of the component's own would stay and run for ever.
    Source: argo-cd v3.6.1 controller/appcontroller.go (getPermittedAppLiveObjects); seen with it.
    """
    gone = _let_go("component", cluster, platform)
    for product in catalog.products() if gone else ():
        for version in catalog.versions(product):
            components = catalog.release(product, version).components
            yield from (components[name] for name in sorted(gone & set(components)))


def _let_go(kind: str, cluster: Cluster, platform: Platform) -> set[str]:
    """Return the names of that kind that `removed` lets go from the cluster."""
    return {
        removal.name for removal in platform.removed if removal.kind == kind and removal.cluster in (None, cluster.name)
    }


def teams_project(cluster: Cluster, platform: Platform) -> Object:
    """Return the AppProject of teams and shared namespaces: the namespaces that people work in, or worked in.

    One that `removed` names stays with its data, but what gave people access to it has to be deleted.
    """
    namespaces = {*people_namespaces(cluster), *_let_go("namespace", cluster, platform)}
    return _project(
        TEAMS_PROJECT, "Teams and shared namespaces", cluster, platform, {platform.gitops.repo_url},
        namespaces, set(TEAM_CLUSTER_KINDS), set(TEAM_NAMESPACED_KINDS),
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
    windows = sync_windows(cluster, platform)
    return {
        "apiVersion": API_VERSION,
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
            **({"syncWindows": windows} if windows else {}),
        },
    }


def _kinds(kinds: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"group": group, "kind": kind} for group, kind in sorted(set(kinds))]
