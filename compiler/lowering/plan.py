"""Which units a platform has: components, teams, pools and shared namespaces, and what binds them to Argo CD.

The only module that knows all kinds of units. A unit's key is made of what its lowering reads and of nothing else,
so that editing one team leaves every other unit as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from compiler.lowering.admission import lower_admission
from compiler.lowering.argocd.applications import lower_applications, read_by_applications
from compiler.lowering.argocd.bootstrap import lower_bootstrap
from compiler.lowering.argocd.children import PLATFORM_PROJECT, TEAMS_PROJECT, Child, component_children, is_ours
from compiler.lowering.cluster_files import lower_cluster_files
from compiler.lowering.components import lower_component, remaining_objects
from compiler.lowering.context import tenant_context
from compiler.lowering.machines import node_pools
from compiler.lowering.nodes import lower_nodes
from compiler.lowering.opened_secrets import opening
from compiler.lowering.pools import lower_pools
from compiler.lowering.secrets import late_secrets
from compiler.lowering.shared_namespaces import lower_shared_namespaces
from compiler.lowering.team_secrets import team_files
from compiler.lowering.tenants import lower_tenant, opened_by_argo_cd
from compiler.lowering.units import Unit, key_of
from compiler.model import names
from compiler.model.manifest import Application, Identity
from compiler.model.platform import Claim, Cluster, GpuPool, Namespace, Platform, Tenant
from compiler.model.secret_file import NONE_ENCRYPTED
from compiler.providers.base.creation import Order
from compiler.resolve.footprint import footprint
from compiler.resolve.waves import application_waves

if TYPE_CHECKING:
    from compiler.catalog.load import Catalog

_OF_THE_PLATFORM = frozenset(
    {
        names.GPU_NODES_APPLICATION,
        names.GPU_POOLS_APPLICATION,
        names.SECRETS_APPLICATION,
        names.TENANT_ADMISSION_APPLICATION,
    }
)
"""Applications that hold no tenant's objects, though they stand beside the teams'."""


def plan_units(platform: Platform, catalog: Catalog) -> Iterator[Unit]:
    """Yield the units of every cluster, in the order in which they sync."""
    for cluster in platform.clusters:
        yield from _cluster_units(cluster, platform, catalog)


def _cluster_units(cluster: Cluster, platform: Platform, catalog: Catalog) -> Iterator[Unit]:
    installed = [installation for installation in cluster.installations if is_ours(installation)]
    components = [lower_component(installation, cluster, platform, catalog) for installation in installed]
    # Lowering a component is cheap and reads a little of everything, so what it makes stands for what it reads.
    units = [
        _made(application, partial(remaining_objects, installation, cluster, platform, catalog))
        for installation, application in zip(installed, components, strict=True)
    ]
    yield from units
    late = late_secrets(cluster, platform)
    if late:
        units.append(_made(_secrets_of_argo_cd(late, cluster)))
        yield units[-1]
    for unit in _node_units(cluster, catalog):
        yield unit
        if unit.application != names.CLUSTER_DIRECTORY:
            units.append(unit)
    for unit in _tenant_units(cluster, platform):
        yield unit
        units.append(unit)
    children = _children(cluster, components, units)
    yield Unit(
        cluster.name,
        names.APPLICATIONS_APPLICATION,
        "gitops",
        read_by_applications(cluster, platform, children),
        partial(lower_applications, cluster, platform, children),
    )
    yield _made(lower_bootstrap(cluster, platform, catalog, children))


def _children(cluster: Cluster, components: Sequence[Application], units: Sequence[Unit]) -> list[Child]:
    """Return every application of the cluster as Argo CD is told of it."""
    waves = application_waves(cluster)
    children = component_children(cluster, components)
    known = {child.name for child in children}
    for unit in units:
        if unit.application not in known:
            project = PLATFORM_PROJECT if unit.application in _OF_THE_PLATFORM else TEAMS_PROJECT
            has_generated = unit.application != names.SECRETS_APPLICATION
            children.append(
                Child(
                    unit.application,
                    waves[unit.application],
                    unit.origin,
                    project,
                    has_generated=has_generated,
                    opened=unit.opened,
                )
            )
    return children


def _node_units(cluster: Cluster, catalog: Catalog) -> Iterator[Unit]:
    """Yield what makes the cluster and the nodes of its GPU pools: inside the cluster, and from outside."""
    order = Order(
        cluster,
        node_pools(cluster, catalog),
        tenant_context(cluster).kubernetes_minor,
        footprint(cluster, catalog.release),
        footprint(cluster, catalog.release, "small"),
    )
    for application in (lower_nodes(order), lower_cluster_files(order)):
        if application is not None:
            yield _made(application)


def _tenant_units(cluster: Cluster, platform: Platform) -> Iterator[Unit]:
    context = tenant_context(cluster)
    made = [lower_pools(cluster.pools, context), lower_shared_namespaces(cluster.shared_namespaces, context)]
    if cluster.tenants or cluster.shared_namespaces:
        made.append(lower_admission(context))
    yield from (_made(application) for application in made if application is not None)
    shared = key_of((repr(context), tuple(_pool(pool) for pool in cluster.pools)))
    for tenant in cluster.tenants:
        encrypted = team_files(tenant, context, platform.encrypted) if platform.encrypted else NONE_ENCRYPTED
        yield Unit(
            cluster.name,
            names.team_application(tenant.team),
            f"teams.{tenant.team}",
            (shared, _tenant(tenant), *(json.dumps(each, sort_keys=True) for each in sorted(encrypted.items()))),
            partial(lower_tenant, tenant, context, encrypted),
            opened_by_argo_cd(context, encrypted),
        )


def _secrets_of_argo_cd(secrets: tuple[Identity, ...], cluster: Cluster) -> Application:
    origin = f"clusters.{cluster.name}.secrets"
    overlay = opening(secrets, cluster.name)
    return Application(cluster.name, names.SECRETS_APPLICATION, origin, (), overlay, opened=secrets)


def _made(application: Application, upstream: Callable[[], tuple[Identity, ...]] = tuple) -> Unit:
    """Return the unit of an application that is lowered already; `upstream` tells what its bases bring."""
    overlay, helm = application.overlay, application.helm
    reads = (
        application.origin,
        [(chart.file, chart.origin, chart.objects) for chart in application.charts],
        [(base.repository, base.path, base.commit) for base in overlay.bases],
        overlay.includes,
        overlay.fields,
        overlay.files,
        application.files,
        application.origins,
        helm and (helm.repository, helm.path, helm.commit, helm.release_name, helm.namespace, helm.values),
    )
    # Equal data is one text whatever the order of its keys, and nothing turns plain data into text faster than this.
    text = json.dumps(reads, sort_keys=True, separators=(",", ":"), default=dict)
    return Unit(
        application.cluster,
        application.name,
        application.origin,
        (text,),
        lambda: replace(application, upstream=upstream()),
        application.opened,
    )


def _tenant(tenant: Tenant) -> tuple[object, ...]:
    return (
        tenant.owner,
        [(member.kind, member.name, member.role) for member in tenant.members],
        [_namespace(namespace) for namespace in tenant.namespaces],
        [_claim(claim) for claim in tenant.claims],
        [(registry.type, sorted(registry.settings.items())) for registry in tenant.registries],
        [(storage.type, sorted(storage.settings.items())) for storage in tenant.model_storage],
        tenant.notebook_images,
        [(variable.name, variable.value, variable.source) for variable in tenant.environment],
    )


def _namespace(namespace: Namespace) -> tuple[object, ...]:
    return (namespace.name, sorted(namespace.quota.items()), namespace.open_models)


def _claim(claim: Claim) -> tuple[object, ...]:
    return (claim.pool.name, claim.nominal, claim.borrowing_limit, claim.lending_limit)


def _pool(pool: GpuPool) -> tuple[object, ...]:
    return (pool.name, pool.resource, pool.capacity, pool.accelerator, pool.spot, repr(pool.sharing))
