"""What a cluster is asked to run: components and versions, the platform's merged with the cluster's own.

Knows nothing of releases: that a component exists is found elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from compiler.diagnostics.model import YamlPath
from compiler.frozen import frozen

if TYPE_CHECKING:
    from compiler.spec.cluster import ClusterSpec
    from compiler.spec.component import ComponentSpec
    from compiler.spec.patch import PatchSpec
    from compiler.spec.platform import PlatformSpec

KUBEFLOW = "kubeflow"
"""The product that `distribution: kubeflow` installs."""


@frozen
class ComponentWish:
    """What is asked of one component on one cluster.

    `origin` is the nearest place that speaks of it, `switch` the place that turned it on or off.
    """

    component: str
    enabled: bool
    existing: str | None
    options: Mapping[str, object]
    patches: tuple[PatchSpec, ...]
    origin: YamlPath
    switch: YamlPath
    existing_path: YamlPath


@frozen
class VersionWish:
    """A constraint on one product, with its place and the name that the lock gives to it."""

    product: str
    constraint: str
    path: YamlPath
    label: str


@frozen
class ClusterWishes:
    """Everything that one cluster asks for.

    `derived` maps components that other parts of the file bring in to the place that does and its name in the lock.
    `is_alone`: the platform has no other cluster, so that what is said for all is said for this one.
    """

    cluster: str
    distribution: str
    components: Mapping[str, ComponentWish]
    versions: Mapping[str, VersionWish]
    derived: Mapping[str, tuple[YamlPath, str]] = field(default_factory=dict)
    is_alone: bool = True

    @property
    def off(self) -> frozenset[str]:
        """Return the components that are turned off."""
        return frozenset(name for name, wish in self.components.items() if not wish.enabled)

    @property
    def existing(self) -> Mapping[str, str]:
        """Return the versions of what the cluster has already, by component."""
        return {
            name: wish.existing for name, wish in self.components.items() if wish.existing is not None and wish.enabled
        }


def general_versions(spec: PlatformSpec) -> dict[str, VersionWish]:
    """Return what the platform asks of versions for all clusters, by product."""
    return {
        product: VersionWish(product, constraint.strip(), ("versions", product), f"versions.{product}")
        for product, constraint in spec.versions.items()
    }


def cluster_wishes(
    spec: PlatformSpec,
    cluster: ClusterSpec,
    derived: Mapping[str, tuple[YamlPath, str]],
    components: Mapping[str, ComponentSpec],
    versions: Mapping[str, VersionWish],
) -> ClusterWishes:
    """Return what one cluster asks for; its own words come before `components` and `versions`, those for all."""
    names = sorted({*components, *cluster.components})
    merged = {name: _merge(name, components.get(name), cluster.components.get(name), cluster.origin) for name in names}
    asked = dict(versions)
    asked |= {
        product: VersionWish(
            product,
            constraint.strip(),
            (*cluster.origin, "versions", product),
            f"clusters.{cluster.name}.versions.{product}",
        )
        for product, constraint in cluster.versions.items()
    }
    is_alone = len(spec.clusters) == 1
    return ClusterWishes(cluster.name, spec.distribution, merged, asked, derived, is_alone)


def _merge(name: str, general: ComponentSpec | None, own: ComponentSpec | None, cluster: YamlPath) -> ComponentWish:
    """Return one component's wish; mappings of options are merged key by key, patches of the cluster come last."""
    general_path: YamlPath = ("components", name)
    own_path: YamlPath = (*cluster, "components", name)
    origin = general_path if own is None else own_path
    enabled, switch = True, origin
    existing, existing_path = None, origin
    options: Mapping[str, object] = {}
    patches: tuple[PatchSpec, ...] = ()
    for entry, path in ((general, general_path), (own, own_path)):
        if entry is None:
            continue
        if entry.enabled is not None:
            enabled, switch = entry.enabled, (*path, "enabled")
        if entry.existing is not None:
            existing, existing_path = entry.existing, (*path, "existing")
        options = merge_options(options, entry.options)
        patches += entry.patches
    return ComponentWish(name, enabled, existing, options, patches, origin, switch, existing_path)


def merge_options(general: Mapping[str, object], own: Mapping[str, object]) -> dict[str, object]:
    """Return the two mappings merged at every depth; anything but a mapping is replaced whole."""
    merged = dict(general)
    for key, value in own.items():
        known = merged.get(key)
        is_merged = isinstance(known, Mapping) and isinstance(value, Mapping)
        merged[key] = merge_options(known, value) if is_merged else value  # type: ignore[arg-type]
    return merged
