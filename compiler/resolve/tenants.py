"""Teams and shared namespaces, spread over the clusters that they are on; links members, namespaces and claims.

Knows nothing of what is installed there; quotas of GPUs are added up elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from compiler.diagnostics.model import Diagnostic, Label, Severity, YamlPath, error
from compiler.frozen import frozen
from compiler.model.platform import (
    Access,
    Claim,
    GpuPool,
    Member,
    ModelStorage,
    Namespace,
    Registry,
    SharedNamespace,
    TeamRepository,
    Tenant,
    Variable,
)
from compiler.resolve.names import Declared
from compiler.resolve.team_repositories import resolve_repositories
from compiler.spec.validate import Validated

if TYPE_CHECKING:
    from compiler.spec.cluster import ClusterSpec
    from compiler.spec.environment import VariableSpec
    from compiler.spec.gpu_pool import GpuPoolSpec
    from compiler.spec.image_registry import RegistrySpec
    from compiler.spec.model_storage import ModelStorageSpec
    from compiler.spec.namespace import QuotaSpec, SharedNamespaceSpec
    from compiler.spec.team import TeamSpec

_ROLES = ("viewer", "editor", "admin")
"""Roles from the least to the most."""

_QUOTA_KEYS = (
    ("cpu", "requests.cpu"),
    ("memory", "requests.memory"),
    ("ephemeral_storage", "requests.ephemeral-storage"),
    ("storage", "requests.storage"),
    ("pods", "pods"),
    ("persistent_volume_claims", "persistentvolumeclaims"),
    ("services", "services"),
    ("load_balancers", "services.loadbalancers"),
)
"""Our keys and Kubernetes' own. Source: kubernetes.io/docs/concepts/policy/resource-quotas."""


@frozen
class Occupancy:
    """Who has a namespace of a cluster: `owner` in words, `path` where it says so."""

    owner: str
    path: YamlPath


@dataclass(slots=True)
class Tenancy:
    """What the teams and shared namespaces put on each cluster, by the cluster's name."""

    tenants: dict[str, list[Tenant]] = field(default_factory=dict)
    shared: dict[str, list[SharedNamespace]] = field(default_factory=dict)
    occupied: dict[str, dict[str, Occupancy]] = field(default_factory=dict)

    def tenants_of(self, cluster: str, without: Collection[str]) -> tuple[Tenant, ...]:
        """Return the teams on a cluster, sorted by name, less the namespaces `without`."""
        found = sorted(self.tenants.get(cluster, ()), key=lambda tenant: tenant.team)
        if not without:
            return tuple(found)
        kept = [
            replace(
                tenant,
                namespaces=tuple(each for each in tenant.namespaces if each.name not in without),
                repositories=tuple(each for each in tenant.repositories if each.namespace not in without),
            )
            for tenant in found
        ]
        return tuple(tenant for tenant in kept if tenant.namespaces)

    def shared_of(self, cluster: str, without: Collection[str]) -> tuple[SharedNamespace, ...]:
        """Return the shared namespaces of a cluster, sorted by name, less the namespaces `without`."""
        found = sorted(self.shared.get(cluster, ()), key=lambda shared: shared.namespace.name)
        return tuple(shared for shared in found if shared.namespace.name not in without)


def resolve_tenancy(
    clusters: Declared[ClusterSpec],
    teams: Declared[TeamSpec],
    pool_specs: Declared[GpuPoolSpec],
    pools: Mapping[str, GpuPool],
    findings: list[Diagnostic],
    validated: Validated,
) -> Tenancy:
    """Return who is on which cluster.

    Reports `unknown-cluster`, `unknown-team`, `unknown-gpu-pool`, `duplicate-namespace`, `repeated-cluster`,
    `duplicate-claim`, `duplicate-member`, `pool-out-of-reach` and what `resolve_repositories` does.
    """
    tenancy = Tenancy()
    members = {team.name: _members(team, findings) for team in teams.items.values()}
    for team in teams.items.values():
        _place_team(team, members[team.name], tenancy, clusters, pool_specs, pools, findings, validated)
    for shared in validated.spec.namespaces:
        _place_shared(shared, tenancy, clusters, teams, members, findings)
    return tenancy


def _place_team(
    team: TeamSpec,
    members: tuple[Member, ...],
    tenancy: Tenancy,
    clusters: Declared[ClusterSpec],
    pool_specs: Declared[GpuPoolSpec],
    pools: Mapping[str, GpuPool],
    findings: list[Diagnostic],
    validated: Validated,
) -> None:
    owner = f"team {team.name}"
    placed: dict[str, list[Namespace]] = {}
    for namespace in team.namespaces:
        models = tuple(sorted(set(namespace.open_models)))
        value = Namespace(namespace.name, quota_of(namespace.quota), namespace.origin, models)
        for name in _clusters_of(namespace.clusters, namespace.origin, owner, clusters, findings):
            if _occupy(tenancy, name, namespace.name, Occupancy(owner, namespace.origin), findings):
                placed.setdefault(name, []).append(value)
    claims: dict[str, list[Claim]] = {}
    seen: dict[str, YamlPath] = {}
    for claim in team.gpus:
        path = (*claim.origin, "pool")
        pool = pool_specs.find(claim.pool, path, findings, user=owner)
        if pool is None:
            continue
        if claim.pool in seen:
            findings.append(
                error(
                    "duplicate-claim",
                    f"{owner} claims GPU pool {claim.pool} twice",
                    path,
                    related=(Label(seen[claim.pool], "first claimed here"),),
                    help="add the two shares up in one entry",
                )
            )
            continue
        seen[claim.pool] = path
        if pool.cluster not in placed:
            if pool.cluster in clusters.items and not _is_incomplete(team, clusters, validated):
                findings.append(_out_of_reach(team, pool, path, placed))
            continue
        resolved = pools.get(claim.pool)
        if resolved is not None:
            claims.setdefault(pool.cluster, []).append(
                Claim(resolved, claim.nominal, claim.borrowing_limit, claim.lending_limit, claim.origin)
            )
    registries = tuple(Registry(registry.type, _settings(registry), registry.origin) for registry in team.registries)
    storage = tuple(ModelStorage(each.type, _settings(each), each.origin) for each in team.model_storage)
    repositories: Mapping[str, list[TeamRepository]] = {}
    if team.gitops:
        incomplete = _is_incomplete(team, clusters, validated)
        repositories = resolve_repositories(team, placed, clusters, findings, is_incomplete=incomplete)
    environment = tuple(_variable(variable) for variable in team.env)
    for name, namespaces in placed.items():
        tenancy.tenants.setdefault(name, []).append(
            Tenant(
                team.name,
                team.owner.user,
                members,
                tuple(sorted(namespaces, key=_name)),
                tuple(sorted(claims.get(name, ()), key=lambda claim: claim.pool.name)),
                registries,
                team.notebooks.images,
                team.origin,
                tuple(sorted(repositories.get(name, ()), key=lambda each: (each.name, each.path))),
                environment,
                storage,
            )
        )


def _settings(entry: RegistrySpec | ModelStorageSpec) -> dict[str, str]:
    """Return what is written of an entry besides its type, sorted."""
    return {key: str(value) for key, value in sorted(entry.written().items()) if key != "type"}


def _variable(variable: VariableSpec) -> Variable:
    kind, name = ("Secret", variable.secret_ref) if variable.secret_ref else ("ConfigMap", variable.config_map_ref)
    source = (kind, name, variable.key or variable.name) if name else None
    return Variable(variable.name, variable.value, source, variable.origin)


def _is_incomplete(team: TeamSpec, clusters: Declared[ClusterSpec], validated: Validated) -> bool:
    """Tell whether some namespace is wrong or names a cluster that nothing is known of: then silence beats noise."""
    place = (*team.origin, "namespaces")
    if any(path[: len(place)] == place for path in validated.set_aside):
        return True
    return any(name not in clusters.items for namespace in team.namespaces for name in namespace.clusters)


def _out_of_reach(
    team: TeamSpec, pool: GpuPoolSpec, path: YamlPath, placed: Mapping[str, list[Namespace]]
) -> Diagnostic:
    first = next(iter(team.namespaces), None)
    if first is None:
        example = f"namespaces: [{{name: {team.name}, clusters: [{pool.cluster}]}}]"
        help_text = f"give team {team.name} a namespace: `{example}`"
    else:
        help_text = f"add {pool.cluster} to `clusters` of namespace {first.name}, or remove the claim"
    where = ", ".join(sorted(placed)) or "no cluster"
    return error(
        "pool-out-of-reach",
        f"team {team.name} claims GPU pool {pool.name} on cluster {pool.cluster}, where it has no namespace",
        path,
        related=(Label((*pool.origin, "cluster"), f"the pool is on {pool.cluster}"),),
        notes=(f"namespaces of team {team.name} are on {where}",),
        help=help_text,
    )


def _place_shared(
    shared: SharedNamespaceSpec,
    tenancy: Tenancy,
    clusters: Declared[ClusterSpec],
    teams: Declared[TeamSpec],
    members: Mapping[str, tuple[Member, ...]],
    findings: list[Diagnostic],
) -> None:
    owner = f"shared namespace {shared.name}"
    access: dict[str, Access] = {}
    for entry in shared.access:
        path = (*entry.origin, "team")
        if teams.find(entry.team, path, findings, user=owner) is None:
            continue
        if entry.team in access:
            findings.append(
                error(
                    "duplicate-access",
                    f"{owner} lets team {entry.team} in twice",
                    path,
                    related=(Label((*access[entry.team].origin, "team"), "first let in here"),),
                    help="keep the entry with the role that you mean",
                )
            )
            continue
        capped = tuple(
            Member(member.kind, member.name, min(member.role, entry.role, key=_ROLES.index), member.origin)
            for member in members[entry.team]
        )
        access[entry.team] = Access(entry.team, entry.role, capped, entry.origin)
    resolved = SharedNamespace(
        Namespace(shared.name, quota_of(shared.quota), shared.origin),
        tuple(access[team] for team in sorted(access)),
    )
    for name in _clusters_of(shared.clusters, shared.origin, owner, clusters, findings):
        if _occupy(tenancy, name, shared.name, Occupancy("`namespaces`", shared.origin), findings):
            tenancy.shared.setdefault(name, []).append(resolved)


def _clusters_of(
    names: tuple[str, ...], origin: YamlPath, user: str, clusters: Declared[ClusterSpec], findings: list[Diagnostic]
) -> list[str]:
    found: dict[str, None] = {}
    for index, name in enumerate(names):
        if name in found:
            findings.append(
                error(
                    "repeated-cluster",
                    f"{user} names cluster {name} twice",
                    (*origin, "clusters", index),
                    help="name each cluster once",
                )
            )
        elif clusters.find(name, (*origin, "clusters", index), findings, user=user) is not None:
            found[name] = None
    return list(found)


def _occupy(tenancy: Tenancy, cluster: str, namespace: str, claim: Occupancy, findings: list[Diagnostic]) -> bool:
    """Take a namespace of a cluster, if it is free."""
    taken = tenancy.occupied.setdefault(cluster, {})
    first = taken.setdefault(namespace, claim)
    if first is claim:
        return True
    message = (
        f"{claim.owner} has namespace {namespace} on cluster {cluster} twice"
        if first.owner == claim.owner
        else f"namespace {namespace} on cluster {cluster} belongs to {first.owner} and to {claim.owner}"
    )
    findings.append(
        error(
            "duplicate-namespace",
            message,
            (*claim.path, "name"),
            related=(Label((*first.path, "name"), "first declared here"),),
            help="rename one of them, or put them on different clusters",
        )
    )
    return False


def _members(team: TeamSpec, findings: list[Diagnostic]) -> tuple[Member, ...]:
    """Return the owner and the members, each once with the most that they may do, sorted by kind and name.

    Reports `duplicate-member`: a warning for the owner, who is admin anyhow, an error for anybody else.
    """
    best: dict[tuple[str, str], Member] = {
        ("user", team.owner.user): Member("user", team.owner.user, "admin", (*team.origin, "owner"))
    }
    for entry in team.members:
        kind, name = ("user", entry.user) if entry.user is not None else ("group", str(entry.group))
        known = best.get((kind, name))
        if known is not None:
            is_owner = kind == "user" and name == team.owner.user
            findings.append(
                Diagnostic(
                    "duplicate-member",
                    Severity.WARNING if is_owner else Severity.ERROR,
                    f"{kind} {name} is the owner of team {team.name} and a member too"
                    if is_owner
                    else f"{kind} {name} is a member of team {team.name} twice"
                    + ("" if known.role == entry.role else f", as {known.role} and as {entry.role}"),
                    (*entry.origin, kind),
                    related=(Label((*known.origin, kind), "first named here"),),
                    help="remove this entry: an owner is admin already"
                    if is_owner
                    else "keep the entry with the role that is meant",
                )
            )
        if known is None or _ROLES.index(known.role) < _ROLES.index(entry.role):
            best[kind, name] = Member(kind, name, entry.role, entry.origin)
    return tuple(best[key] for key in sorted(best))


def quota_of(quota: QuotaSpec | None) -> dict[str, str]:
    """Return the quota by Kubernetes' own keys, sorted."""
    if quota is None:
        return {}
    found = {key: value for name, key in _QUOTA_KEYS if (value := getattr(quota, name)) is not None}
    return dict(sorted({**found, **quota.extra}.items()))


def _name(namespace: Namespace) -> str:
    return namespace.name
