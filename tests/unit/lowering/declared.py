"""Clusters, pools and teams as a platform file might declare them, for the tests of their lowering."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from compiler.lowering.context import TenantContext, tenant_context
from compiler.lowering.machines import node_pools
from compiler.model.manifest import Application, Object
from compiler.model.platform import (
    Claim,
    Cluster,
    GpuPool,
    Identity,
    Installation,
    Member,
    Namespace,
    Registry,
    SecretsBackend,
    Sharing,
    Tenant,
)
from compiler.providers.base.creation import Order
from tests.unit.lowering.installed import catalog

KUBEFLOW = ("istio-install", "kubeflow-roles", "notebook-controller", "profiles")
"""The components of Kubeflow that change how a team is written down."""


def pool(name: str, resource: str = "nvidia.com/gpu", capacity: int = 8, *, spot: bool = False) -> GpuPool:
    """Return a pool of nodes with one GPU each."""
    return GpuPool(
        name=name,
        cluster="prod",
        accelerator="nvidia-a100-80gb",
        machine_type=None,
        gpus_per_node=1,
        min_nodes=0,
        max_nodes=capacity,
        zones=(),
        spot=spot,
        sharing=Sharing(),
        overcommit=False,
        hourly_cost=None,
        resource=resource,
        capacity=capacity,
        origin=(),
    )


def claim(of: GpuPool, nominal: int, borrowing: int | None = 0, lending: int | None = None) -> Claim:
    """Return a team's share of a pool."""
    return Claim(of, nominal, borrowing, lending, ())


def member(kind: str, name: str, role: str) -> Member:
    """Return a member of a team."""
    return Member(kind, name, role, ())


def namespace(name: str, **quota: str) -> Namespace:
    """Return a namespace; `_` in a quota's key stands for `.`, so that keys can be arguments."""
    return Namespace(name, {key.replace("_", "."): text for key, text in quota.items()}, ())


def tenant(
    team: str = "vision",
    *,
    owner: str = "alice@acme.com",
    members: Iterable[Member] = (),
    namespaces: Iterable[Namespace] = (),
    claims: Iterable[Claim] = (),
    registries: Iterable[Registry] = (),
) -> Tenant:
    """Return a team on a cluster."""
    return Tenant(team, owner, tuple(members), tuple(namespaces), tuple(claims), tuple(registries), (), ())


def cluster(
    *components: str,
    kubeflow: str = "26.03",
    kueue: str | None = None,
    existing: Iterable[str] = (),
    pools: Iterable[GpuPool] = (),
    kubernetes: str = "1.34",
    provider: str = "generic",
    secrets: SecretsBackend | None = None,
    others: Iterable[tuple[str, str]] = (),
) -> Cluster:
    """Return a cluster with components of one Kubeflow release, Kueue if given, and others with their versions."""
    installations = [
        _installation(component, "kubeflow", kubeflow, "1.28.0" if component in existing else None)
        for component in components
    ]
    if kueue is not None:
        installations.append(_installation("kueue", "kueue", kueue, None))
    installations.extend(_installation(component, component, version, None) for component, version in others)
    return Cluster(
        name="prod",
        environment="prod",
        provider=provider,
        kubernetes=kubernetes,
        project=None,
        region=None,
        zones=(),
        account=None,
        subscription=None,
        resource_group=None,
        server=None,
        domain=None,
        identity=Identity(),
        secrets=secrets or SecretsBackend(),
        parameters={},
        cloud_quota={},
        installations=tuple(installations),
        pools=tuple(pools),
        tenants=(),
        shared_namespaces=(),
        origin=(),
    )


def order(of: Cluster, minor: int = 34) -> Order:
    """Return what is to be made of a cluster on a minor of Kubernetes, with the machines of the real catalog."""
    return Order(of, node_pools(of, catalog()), minor)


def context(*components: str, **settings: Any) -> TenantContext:
    """Return what tenants read from such a cluster."""
    return tenant_context(cluster(*components, **settings))


def objects(application: Application, file: str | None = None) -> list[Object]:
    """Return the objects of an application in order, or those of one file."""
    return [each for chart in application.charts if file in {None, chart.file} for each in chart.objects]


def of_kind(found: Iterable[Object], kind: str) -> list[Any]:
    """Return the objects of one kind."""
    return [each for each in found if each["kind"] == kind]


def _installation(component: str, product: str, version: str, existing: str | None) -> Installation:
    return Installation(component, product, version, None, 0, {}, (), (), (), existing)
