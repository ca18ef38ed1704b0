"""Who reaches what: read back from the objects that a platform becomes, so that it says what the cluster will do.

Knows roles and policies by what they say, not who wrote them; nothing of how the answer is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from compiler.diagnostics.model import YamlPath, format_path
from compiler.frozen import frozen
from compiler.lowering.context import TenantContext, tenant_context
from compiler.lowering.open_models import MODEL_LABEL
from compiler.lowering.rbac import controller_objects
from compiler.lowering.shared_namespaces import lower_shared_namespaces
from compiler.lowering.tenants import lower_tenant
from compiler.model import names
from compiler.model.manifest import Application, Object
from compiler.model.platform import Claim, Cluster, Member, Platform

ROLES = ("admin", "editor", "viewer")
"""Roles from the most to the least."""
_BY_CLUSTER_ROLE = {"admin": "admin", "edit": "editor", "view": "viewer"}
_KINDS = {"User": "user", "Group": "group"}


@frozen
class Grant:
    """What one person or group may do in one namespace, and which lines of the platform file say so.

    `kind` is `user` or `group`. `in_pages` tells whether Kubeflow's pages let them in too; the API server always does.
    """

    kind: str
    name: str
    role: str
    in_pages: bool
    because: tuple[str, ...]


@frozen
class Reach:
    """Who reaches one namespace of one cluster.

    `team` is the team that it belongs to, `None` for a shared one. `pods_of` are the other teams whose pods reach its
    pods. `claims` are the shares of the GPU pools that its pods may use, sorted by pool. `open_models` may be asked by
    all who get past the gateways.
    """

    cluster: str
    namespace: str
    team: str | None
    grants: tuple[Grant, ...]
    pods_of: tuple[str, ...]
    claims: tuple[Claim, ...]
    open_models: tuple[str, ...] = ()


def reaches(platform: Platform) -> Iterator[Reach]:
    """Yield who reaches each namespace that people work in, by cluster, then teams, then shared namespaces."""
    for cluster in platform.clusters:
        context = tenant_context(cluster)
        yield from _team_reaches(cluster, context)
        yield from _shared_reaches(cluster, context)


def administrators(cluster: Cluster) -> tuple[str, ...]:
    """Return the people who may manage the members of every namespace of a cluster, in Kubeflow's pages."""
    profiles = cluster.installed.get("profiles")
    admin = profiles.options.get("admin") if profiles is not None else None
    return () if admin is None else (str(admin),)


def _team_reaches(cluster: Cluster, context: TenantContext) -> Iterator[Reach]:
    for tenant in cluster.tenants:
        because = _because((member, ()) for member in tenant.members)
        for objects in _namespaces(lower_tenant(tenant, context)):
            whole = [*objects, *_made_by_controller(objects, context)]
            yield _reach(cluster, tenant.team, whole, because, tenant.claims)


def _shared_reaches(cluster: Cluster, context: TenantContext) -> Iterator[Reach]:
    application = lower_shared_namespaces(cluster.shared_namespaces, context)
    if application is None:
        return
    access = {shared.namespace.name: shared.access for shared in cluster.shared_namespaces}
    for objects in _namespaces(application):
        entries = access[str(objects[0]["metadata"]["name"])]
        because = _because((member, entry.origin) for entry in entries for member in entry.members)
        yield _reach(cluster, None, objects, because, ())


def _namespaces(application: Application) -> Iterator[list[Object]]:
    """Yield the objects of each namespace, the Namespace first."""
    for chart in application.charts:
        if chart.objects and chart.objects[0]["kind"] == "Namespace":
            yield list(chart.objects)


def _made_by_controller(objects: Iterable[Object], context: TenantContext) -> list[Object]:
    """Return what the profile controller adds to what we write."""
    return [
        made
        for each in objects
        if each["kind"] == "Profile"
        for made in controller_objects(each["metadata"]["name"], each["spec"]["owner"]["name"], context)
    ]


def _because(members: Iterable[tuple[Member, YamlPath]]) -> dict[tuple[str, str, str], list[str]]:
    """Return the lines behind each member and role: its own, and that of the access it comes through."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for member, through in members:
        paths = [format_path(path) for path in (through, member.origin) if path]
        found.setdefault((member.kind, member.name, member.role), []).extend(paths)
    return found


def _reach(
    cluster: Cluster,
    team: str | None,
    objects: Iterable[Object],
    because: Mapping[tuple[str, str, str], list[str]],
    claims: Iterable[Claim],
) -> Reach:
    found: dict[tuple[str, str, str], None] = {}
    let_in: set[str] = set()
    labels: Mapping[str, str] = {}
    namespace, pods_of, models = "", set[str](), list[str]()
    for each in objects:
        match each["kind"]:
            case "Namespace":
                namespace, labels = each["metadata"]["name"], each["metadata"]["labels"]
            case "RoleBinding":
                found |= dict.fromkeys(_bound(each))
            case "AuthorizationPolicy":
                let_in |= set(_people_let_in(each))
                models += _opened(each)
            case "NetworkPolicy":
                pods_of |= set(_teams_let_in(each))
    grants = (
        Grant(kind, name, role, kind == "user" and name in let_in, tuple(because.get((kind, name, role), ())))
        for kind, name, role in found
    )
    return Reach(
        cluster=cluster.name,
        namespace=namespace,
        team=team,
        grants=tuple(sorted(grants, key=lambda grant: (ROLES.index(grant.role), grant.kind, grant.name))),
        pods_of=tuple(sorted(pods_of - {team})),
        claims=tuple(claim for claim in claims if names.pool_permission_label(claim.pool.name) in labels),
        open_models=tuple(sorted(models)),
    )


def _bound(binding: Object) -> Iterator[tuple[str, str, str]]:
    """Yield kind, name and role of the people and groups of a role binding."""
    role = _BY_CLUSTER_ROLE[str(binding["roleRef"]["name"]).rpartition("-")[2]]
    for subject in binding["subjects"]:
        if subject["kind"] in _KINDS:
            yield _KINDS[subject["kind"]], subject["name"], role


def _people_let_in(policy: Object) -> Iterator[str]:
    """Yield the people that a mesh policy lets in by the header that names them."""
    for rule in policy["spec"]["rules"]:
        for condition in rule.get("when", ()):
            if condition["key"].startswith("request.headers["):
                yield from condition["values"]


def _opened(policy: Object) -> list[str]:
    """Return the model that a mesh policy opens, if it is about one."""
    model = policy["spec"].get("selector", {}).get("matchLabels", {}).get(MODEL_LABEL)
    return [] if model is None else [str(model)]


def _teams_let_in(policy: Any) -> Iterator[str]:
    """Yield the teams whose pods a network policy lets in."""
    for rule in policy["spec"]["ingress"]:
        for peer in rule["from"]:
            team = peer.get("namespaceSelector", {}).get("matchLabels", {}).get(names.TEAM_LABEL)
            if team is not None:
                yield team
