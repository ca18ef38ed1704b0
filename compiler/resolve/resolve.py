"""The whole of resolving on one screen: spec and catalog in, platform and lock out; each step is its own module's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from compiler.diagnostics.collection import Findings
from compiler.diagnostics.model import Diagnostic, Severity, YamlPath, error
from compiler.diagnostics.suggest import Patience
from compiler.model.gitops import Gitops
from compiler.model.platform import ARGO_CD, Cluster, GpuPool, Installation, Platform, Trust
from compiler.providers import Providers
from compiler.providers.base import Provider
from compiler.resolve import clusters as settings
from compiler.resolve.facts import Facts
from compiler.resolve.gitops import resolve_gitops
from compiler.resolve.installations import SECRET_OPERATORS, build_installations
from compiler.resolve.lock import Lock, LockedCluster, LockedProduct
from compiler.resolve.names import Declared, Item, declare, unknown_component
from compiler.resolve.offers import KUBERNETES, Fixed, ask, newest_releases
from compiler.resolve.patches import PatchReader
from compiler.resolve.pools import resolve_pools
from compiler.resolve.reserved import chart_namespaces, check_argocd_namespace, check_reserved, component_namespaces
from compiler.resolve.selection import select
from compiler.resolve.sources import check_lock, sources_of
from compiler.resolve.tenants import Tenancy, resolve_tenancy
from compiler.resolve.transitions import declarations, resolve_moves, resolve_removals
from compiler.resolve.trust import TrustReader
from compiler.resolve.upgrades import upgrade_findings
from compiler.resolve.versions import Picks, pick, unused_wishes, usable_wishes
from compiler.resolve.wishes import ClusterWishes, VersionWish, cluster_wishes, general_versions
from compiler.spec.validate import Validated

if TYPE_CHECKING:
    from compiler.resolve.catalog import Source
    from compiler.spec.cluster import ClusterSpec
    from compiler.spec.component import ComponentSpec
    from compiler.spec.gpu_pool import GpuPoolSpec
    from compiler.spec.platform import PlatformSpec
    from compiler.spec.team import TeamSpec


@dataclass(slots=True)
class _Names:
    """Everything that the file declares by name."""

    clusters: Declared[ClusterSpec]
    pools: Declared[GpuPoolSpec]
    teams: Declared[TeamSpec]


def resolve(
    validated: Validated,
    catalog: Source,
    lock: Lock | None,
    *,
    read: Callable[[str], bytes | None],
    as_of: date,
) -> tuple[Platform | None, Lock, list[Diagnostic]]:
    """Return the platform as meant, the lock that goes with it, and every finding.

    What is wrong is reported and left out, so the platform is sound as far as it goes. A lock that still satisfies is
    kept; a cluster for which nothing fits keeps its old entry. `read` returns the bytes of a file by its path relative
    to the platform file's folder, or nothing where there is none. `as_of` picks no release: that is done for what it
    requires, and life cycles are looked at by checks; only certificates are judged by it.
    """
    spec = validated.spec
    facts = Facts(catalog)
    findings = Findings()
    names = _Names(
        _declare(validated, "cluster", "clusters", spec.clusters, findings),
        _declare(validated, "gpu-pool", "gpuPools", spec.gpu_pools, findings),
        _declare(validated, "team", "teams", spec.teams, findings),
    )
    gitops = resolve_gitops(spec.gitops, names.clusters, findings, validated)
    providers = _providers(names.clusters, findings, validated)
    pools = resolve_pools(names.pools, names.clusters, providers, facts, findings)
    tenancy = resolve_tenancy(names.clusters, names.teams, names.pools, pools, findings, validated)
    usable = _usable_wishes(spec, facts, findings)
    _check_components(spec, facts, findings)
    general = _general(spec, names, usable, facts)
    patches = PatchReader(read, validated.set_aside)
    trusted = TrustReader(read, as_of, validated.set_aside)
    used: set[str] = set()
    resolved: list[Cluster] = []
    pools_of: dict[str, list[GpuPool]] = {}
    for pool_name in sorted(pools):
        pools_of.setdefault(pools[pool_name].cluster, []).append(pools[pool_name])
    locked: dict[str, LockedCluster] = {}
    for cluster in names.clusters.items.values():
        if cluster.name not in providers:
            used.update(label for label in usable)
            continue
        wishes = _wishes(general, cluster, gitops, facts)
        before = lock.clusters.get(cluster.name) if lock else None
        installations, entry, picks = _install(cluster, wishes, usable, facts, before, patches, findings)
        if entry is not None:
            locked[cluster.name] = entry
        if before is not None:
            findings += upgrade_findings(before, wishes, installations, gitops, facts)
        used.update(_used(wishes, usable, picks))
        releases = picks.releases.values() if picks else newest_releases(wishes, facts)
        taken = component_namespaces(releases) | chart_namespaces(installations)
        check_argocd_namespace(gitops.argocd_namespace, taken, findings)
        bad = check_reserved(
            cluster.name, tenancy.occupied.get(cluster.name, {}), gitops.argocd_namespace, taken, findings
        )
        trust = trusted.trust(cluster, findings)
        resolved.append(_cluster(cluster, installations, pools_of.get(cluster.name, ()), tenancy, bad, trust))
    if not validated.set_aside and not any(finding.severity is Severity.ERROR for finding in findings):
        # What is wrong elsewhere may be what installs it.
        unused_wishes(list(usable.values()), used, facts, findings)
    _check_unused_patches(spec, patches, findings)
    declared = declarations(spec) if spec.removed or spec.moved else {}
    platform = Platform(
        name=spec.metadata.name,
        gitops=gitops,
        distribution=spec.distribution,
        clusters=tuple(sorted(resolved, key=lambda cluster: cluster.name)),
        removed=resolve_removals(spec, declared, facts, findings),
        moved=resolve_moves(spec, declared, findings),
        files=dict(sorted(patches.files.items())),
    )
    return platform, Lock(dict(sorted(locked.items()))), findings.told()


def _providers(
    clusters: Declared[ClusterSpec], findings: list[Diagnostic], validated: Validated
) -> dict[str, Provider]:
    """Return the provider of each cluster by the cluster's name."""
    known = Providers()
    found: dict[str, Provider] = {}
    for cluster in clusters.items.values():
        provider = settings.find_provider(cluster, known, findings)
        if provider is not None:
            settings.check_cluster(cluster, provider, known, findings, validated)
            found[cluster.name] = provider
    return found


def _declare(
    validated: Validated, noun: str, key: str, items: tuple[Item, ...], findings: list[Diagnostic]
) -> Declared[Item]:
    return declare(
        noun,
        (key,),
        items,
        findings,
        set_aside=validated.names_set_aside(key),
        is_incomplete=validated.is_incomplete(key),
    )


@dataclass(slots=True)
class _General:
    """What is the same for every cluster, looked up once: the platform's own wishes, and who claims GPUs where."""

    spec: PlatformSpec
    components: dict[str, ComponentSpec]
    versions: dict[str, VersionWish]
    claims: dict[str, YamlPath]
    """The place of a claim on each cluster: that of the first team by name, so that the order of teams is no matter."""


def _general(spec: PlatformSpec, names: _Names, usable: Mapping[str, VersionWish], facts: Facts) -> _General:
    claims: dict[str, tuple[str, YamlPath]] = {}
    for team in names.teams.items.values():
        for claim in team.gpus:
            pool = names.pools.items.get(claim.pool)
            if pool is not None:
                found = (team.name, claim.origin)
                claims[pool.cluster] = min(claims.get(pool.cluster, found), found)
    return _General(
        spec,
        {name: entry for name, entry in spec.components.items() if facts.carriers(name)},
        {name: wish for name, wish in general_versions(spec).items() if wish.label in usable},
        {cluster: place for cluster, (_, place) in claims.items()},
    )


def _wishes(general: _General, cluster: ClusterSpec, gitops: Gitops, facts: Facts) -> ClusterWishes:
    """Return what one cluster asks for, with what other parts of the file bring in."""
    derived: dict[str, tuple[YamlPath, str]] = {}
    if gitops.hub in {None, cluster.name}:
        derived[ARGO_CD] = (("gitops",), "gitops")
    operator = SECRET_OPERATORS.get(cluster.secrets.backend)
    if operator is not None:
        derived[operator] = ((*cluster.origin, "secrets"), f"clusters.{cluster.name}.secrets")
    if cluster.name in general.claims:
        # Told of all teams at once: which of them claim is no matter to Kueue, and must change neither lock nor tree.
        derived["kueue"] = (general.claims[cluster.name], "teams.*.gpus")
    derived = {name: derived[name] for name in sorted(derived)}
    wishes = cluster_wishes(general.spec, cluster, derived, general.components, general.versions)
    known = {
        name: wish
        for name, wish in wishes.components.items()
        # Argo CD of a managed cluster is the hub's; what the platform says of it is meant for the hub.
        if facts.carriers(name) and (name != ARGO_CD or name in derived)
    }
    return replace(wishes, components=known)


def _install(
    cluster: ClusterSpec,
    wishes: ClusterWishes,
    usable: Mapping[str, VersionWish],
    facts: Facts,
    before: LockedCluster | None,
    patches: PatchReader,
    findings: list[Diagnostic],
) -> tuple[tuple[Installation, ...], LockedCluster | None, Picks | None]:
    """Return what is installed on a cluster with the lock's entry for it; without a fit, the old entry."""
    kubernetes = settings.kubernetes_version(cluster)
    here = Fixed(
        KUBERNETES, kubernetes, (*cluster.origin, "kubernetes"), f"cluster {cluster.name} runs Kubernetes {kubernetes}"
    )
    pins = [
        Fixed(
            facts.own_subject(name),
            version,
            wishes.components[name].existing_path,
            f"cluster {cluster.name} has {name} {version} already",
        )
        for name, version in sorted(wishes.existing.items())
    ]
    if ARGO_CD in wishes.off:
        findings.append(
            error(
                "required-component-disabled",
                f"component {ARGO_CD} is turned off on cluster {cluster.name}, but it is what syncs the cluster",
                wishes.components[ARGO_CD].switch,
                help="remove the entry, or say `existing: VERSION` if the cluster has an Argo CD already",
            )
        )
    versions = [wish for entry in wishes.versions.values() if (wish := usable.get(entry.label)) is not None]
    question = ask(wishes, facts, here, pins, versions)
    picks = pick(question, before, cluster.name, findings)
    if picks is None:
        _mark_patches(wishes, patches)
        return (), before, None
    selection = select(picks.releases, wishes, facts)
    installations = build_installations(wishes, selection, facts, patches, cluster.secrets.backend, findings)
    sources = sources_of(selection)
    if before is not None:
        check_lock(cluster.name, before, sources, facts, findings)
    constraints = {wish.product: wish.constraint for wish in versions}
    products = {
        product: LockedProduct(release.version, constraints.get(product), picks.because[product])
        for product, release in sorted(picks.releases.items())
        if any(selected.release is release for selected in selection.components.values())
    }
    return installations, LockedCluster(products, sources), picks


def _cluster(
    spec: ClusterSpec,
    installations: tuple[Installation, ...],
    pools: Iterable[GpuPool],
    tenancy: Tenancy,
    bad_namespaces: set[str],
    trust: Trust | None,
) -> Cluster:
    """Return the resolved cluster; namespaces that are reserved are left out of it."""
    return Cluster(
        name=spec.name,
        environment=spec.environment,
        provider=spec.provider,
        kubernetes=spec.kubernetes,
        project=spec.project,
        region=spec.region,
        zones=spec.zones,
        account=spec.account,
        subscription=spec.subscription,
        resource_group=spec.resource_group,
        server=spec.server,
        domain=spec.domain,
        identity=settings.identity_of(spec),
        secrets=settings.secrets_of(spec),
        parameters=settings.parameters_of(spec),
        cloud_quota=dict(sorted(spec.cloud_quota.items())),
        installations=installations,
        pools=tuple(pools),
        tenants=tenancy.tenants_of(spec.name, bad_namespaces),
        shared_namespaces=tenancy.shared_of(spec.name, bad_namespaces),
        origin=spec.origin,
        system_nodes=settings.system_nodes_of(spec),
        proxy=settings.proxy_of(spec),
        trust=trust,
    )


def _usable_wishes(spec: PlatformSpec, facts: Facts, findings: list[Diagnostic]) -> dict[str, VersionWish]:
    """Return the constraints that mean something, by label: the platform's and each cluster's."""
    every = {wish.label: wish for wish in general_versions(spec).values()}
    for cluster in spec.clusters:
        for product, constraint in cluster.versions.items():
            label = f"clusters.{cluster.name}.versions.{product}"
            every.setdefault(
                label, VersionWish(product, constraint.strip(), (*cluster.origin, "versions", product), label)
            )
    return {wish.label: wish for wish in usable_wishes(list(every.values()), facts, findings)}


def _used(wishes: ClusterWishes, usable: Mapping[str, VersionWish], picks: Picks | None) -> set[str]:
    """Return the labels of the constraints on what is on the cluster; all of them where nothing could be picked."""
    if picks is None:
        return set(usable)
    own = f"clusters.{wishes.cluster}."
    return {
        label
        for label, wish in usable.items()
        if wish.product in picks.versions and (label.startswith(("versions.", own)))
    }


def _check_components(spec: PlatformSpec, facts: Facts, findings: list[Diagnostic]) -> None:
    """Report `unknown-component` for each entry of `components` that the facts does not have."""
    known = dict.fromkeys(facts.components)
    patience = Patience()
    places: list[tuple[YamlPath, str, Mapping[str, object]]] = [((), "`components`", spec.components)]
    places += [(cluster.origin, f"cluster {cluster.name}", cluster.components) for cluster in spec.clusters]
    findings += [
        unknown_component(name, (*origin, "components", name), known, user, patience)
        for origin, user, entries in places
        for name in entries
        if not facts.carriers(name)
    ]


def _mark_patches(wishes: ClusterWishes, patches: PatchReader) -> None:
    """Count patches as used on a cluster whose components are not known."""
    patches.used.update(patch.origin for wish in wishes.components.values() for patch in wish.patches)


def _check_unused_patches(spec: PlatformSpec, patches: PatchReader, findings: list[Diagnostic]) -> None:
    """Report `patch-without-component` for each patch of a component that no cluster installs."""
    entries = [*spec.components.items(), *(item for cluster in spec.clusters for item in cluster.components.items())]
    for name, component in entries:
        for patch in component.patches:
            if patch.origin not in patches.used:
                why = (
                    "the cluster has it already"
                    if component.existing
                    else "it is off, or not part of what is installed"
                )
                findings.append(
                    error(
                        "patch-without-component",
                        f"component {name} has a patch, but nothing installs it: {why}",
                        patch.origin,
                        help=f"enable {name}, or remove the patch",
                    )
                )
