"""Platforms of components as a platform file might ask for them, for the tests of their overlays; real catalog."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from compiler.catalog.load import Catalog
from compiler.model.gitops import Gitops, SyncPolicy
from compiler.model.platform import Cluster, Identity, Installation, Platform, SecretsBackend, UserPatch

PLAIN = "generic"
"""A provider that changes nothing."""


@cache
def catalog() -> Catalog:
    """Return the real catalog."""
    return Catalog()


def installation(component: str, version: str, product: str = "kubeflow", **changes: Any) -> Installation:
    """Return one component of a real release as `components: {<component>: {}}` installs it."""
    release = catalog().release(product, version).components[component]
    plain = Installation(
        component=component,
        product=product,
        product_version=version,
        version=release.version,
        wave=0,
        options={},
        patches=(),
        because=(),
        origin=("components", component),
    )
    return replace(plain, **changes)


def cluster(installations: Iterable[Installation], **changes: Any) -> Cluster:
    """Return a cluster with upstream's own credentials on a provider that changes nothing."""
    plain = Cluster(
        name="c",
        environment="dev",
        provider=PLAIN,
        kubernetes="1.34",
        project=None,
        region=None,
        zones=(),
        account=None,
        subscription=None,
        resource_group=None,
        server=None,
        domain=None,
        identity=Identity(),
        secrets=SecretsBackend("insecure-defaults"),
        parameters={},
        cloud_quota={},
        installations=tuple(installations),
        pools=(),
        tenants=(),
        shared_namespaces=(),
        origin=("clusters", 0),
    )
    return replace(plain, **changes)


def platform(*clusters: Cluster, hub: str | None = None) -> Platform:
    """Return a platform of these clusters."""
    sync = SyncPolicy(automated=True, prune=True, self_heal=True)
    gitops = Gitops("https://github.com/acme/platform.git", "main", "argocd", hub, sync)
    return Platform(name="acme", gitops=gitops, distribution="kubeflow", clusters=tuple(clusters))


def user_patch(target: Mapping[str, str], patch: object) -> UserPatch:
    """Return a patch as `components.kserve.patches` holds it."""
    return UserPatch(target, patch, ("components", "kserve", "patches", 0))
