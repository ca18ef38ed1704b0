"""Reads the compiled catalog: lazily, in milliseconds, and only ever reads.

Imports neither pydantic nor YAML nor anything of the importer; what it returns are the types of `model.release`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from compiler.catalog.versions import VersionOrder
from compiler.model.release import (
    Accelerator,
    Claim,
    Component,
    ComponentRelease,
    Fact,
    HelmChart,
    KubernetesMinor,
    KubernetesSupport,
    Product,
    ProductRelease,
    ReleaseSummary,
    RemoteBase,
    RenderedSecret,
    UpgradeStep,
    Variant,
    WebhookConfiguration,
    Workload,
)

Value = TypeVar("Value")


class Lazy(Mapping[str, Value]):
    """A mapping whose values are made from plain data when they are asked for, each once."""

    def __init__(self, raw: Mapping[str, Any], make: Callable[[str, Any], Value]) -> None:
        self._raw = raw
        self._make = make
        self._made: dict[str, Value] = {}

    def __getitem__(self, key: str) -> Value:
        if key not in self._made:
            self._made[key] = self._make(key, self._raw[key])
        return self._made[key]

    def __contains__(self, key: object) -> bool:
        return key in self._raw

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)


class Catalog:
    """The facts about the outside world. Every answer is read once and shared; nothing of it may be changed."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or Path(__file__).with_name("compiled")
        self._releases: dict[tuple[str, str], ProductRelease] = {}
        self._facts: dict[str, dict[str, tuple[Fact, ...]]] = {}

    def products(self) -> Mapping[str, Product]:
        """Return all products by id, sorted by id."""
        return self._products

    def versions(self, product: str, *, sources: bool = False) -> tuple[str, ...]:
        """Return the versions that may be picked, oldest first; with `sources` also those one may only come from.

        Raises `KeyError` for an unknown product.
        """
        releases = self._products[product].releases.values()
        return tuple(release.version for release in releases if sources or not release.upgrade_source)

    def order(self, subject: str) -> VersionOrder:
        """Return how the versions of a product, or of a subject of facts, are ordered."""
        if subject in self._index["products"]:
            return VersionOrder(tuple(self._index["products"][subject]["eras"]))
        return VersionOrder(tuple(self._index["eras"].get(subject, ())))

    def release(self, product: str, version: str) -> ProductRelease:
        """Return one release. Raises `KeyError` when the catalog has none such."""
        key = (product, version)
        if key not in self._releases:
            if version not in self._products[product].releases:
                raise KeyError(f"{product} {version}")
            self._releases[key] = _release(self._read(f"releases/{product}/{version}.json"))
        return self._releases[key]

    def component(self, component: str) -> Component:
        """Return what a component is, whatever release carries it. Raises `KeyError` for an unknown id."""
        return self._components[component]

    def component_ids(self) -> tuple[str, ...]:
        """Return the ids of all components, sorted."""
        return tuple(self._index["components"])

    def subjects(self) -> tuple[str, ...]:
        """Return every subject that there are facts about, sorted."""
        return tuple(sorted(self._index["subjects"]))

    def facts(self, subject: str) -> tuple[Fact, ...]:
        """Return the facts about a subject in the order of their file; none for a subject without facts."""
        name = self._index["subjects"].get(subject)
        if name is None:
            return ()
        if name not in self._facts:
            found: dict[str, list[Fact]] = {}
            for raw in self._read(f"compatibility/{name}.json"):
                found.setdefault(raw["subject"], []).append(_fact(raw))
            self._facts[name] = {about: tuple(facts) for about, facts in found.items()}
        return self._facts[name][subject]

    def accelerators(self) -> Mapping[str, Accelerator]:
        """Return all accelerators by id, in the order of the table."""
        return Lazy({raw["id"]: raw for raw in self.accelerator_table["accelerators"]}, _accelerator)

    def kubernetes(self) -> Mapping[str, KubernetesMinor]:
        """Return the minors of Kubernetes, oldest first."""
        return self._kubernetes

    @cached_property
    def accelerator_table(self) -> Mapping[str, Any]:
        """The whole accelerator table as plain data: sources, quotas, GKE's rules, regions, driver branches."""
        table: Mapping[str, Any] = self._read("accelerators.json")
        return table

    @cached_property
    def _index(self) -> Mapping[str, Any]:
        index: Mapping[str, Any] = self._read("index.json")
        return index

    @cached_property
    def _products(self) -> Mapping[str, Product]:
        return Lazy(self._index["products"], _product)

    @cached_property
    def _components(self) -> Mapping[str, Component]:
        return Lazy(self._read("components.json"), _component)

    @cached_property
    def _kubernetes(self) -> Mapping[str, KubernetesMinor]:
        return {raw["version"]: _minor(raw) for raw in self._read("kubernetes.json")["minors"]}

    def _read(self, path: str) -> Any:
        return json.loads((self._folder / path).read_bytes())


def _product(name: str, raw: Mapping[str, Any]) -> Product:
    releases = {
        one["version"]: ReleaseSummary(
            name,
            one["version"],
            one["ref"],
            one["commit"],
            one["upgradeSource"],
            one["kubernetesMinimum"],
            tuple(one["components"]),
            one["brings"],
        )
        for one in raw["releases"]
    }
    return Product(
        name, raw["summary"], raw["docs"], raw["repository"], raw["kind"], raw["bundle"], tuple(raw["eras"]), releases
    )


def _component(name: str, raw: Mapping[str, Any]) -> Component:
    return Component(
        id=name,
        summary=raw["summary"],
        docs=raw["docs"],
        products=tuple(raw["products"]),
        subjects=tuple(raw["subjects"]),
        optional=raw.get("optional", False),
        replaces=tuple(raw.get("replaces", ())),
        conflicts=tuple(raw.get("conflicts", ())),
    )


def _release(raw: Mapping[str, Any]) -> ProductRelease:
    support = raw["kubernetes"]
    return ProductRelease(
        product=raw["product"],
        version=raw["version"],
        kind=raw["kind"],
        repository=raw["repository"],
        ref=raw["ref"],
        commit=raw["commit"],
        date=raw["date"],
        verified=raw["verified"],
        upgrade_source=raw["upgradeSource"],
        kubernetes=KubernetesSupport(
            support.get("minimum"),
            tuple(support.get("tested", ())),
            tuple(Claim(one["value"], one["meaning"], one["source"]) for one in support.get("claims", ())),
        ),
        notes=tuple(raw["notes"]),
        upgrade=tuple(_upgrade_step(one) for one in raw.get("upgrade", ())),
        waves=tuple(tuple(wave) for wave in raw["waves"]),
        remotes=tuple(
            RemoteBase(
                one["file"], one["url"], one["repository"], one["path"], one["ref"], one["commit"], one["releaseFile"]
            )
            for one in raw["remotes"]
        ),
        brings=raw["brings"],
        components=Lazy(raw["components"], _component_release),
    )


def _upgrade_step(raw: Mapping[str, Any]) -> UpgradeStep:
    define = tuple(raw.get("define", ()))
    return UpgradeStep(
        raw["component"],
        raw.get("delete", ""),
        define,
        raw["because"],
        raw["source"],
        raw.get("carry", ""),
        raw.get("unless", ""),
    )


def _component_release(name: str, raw: Mapping[str, Any]) -> ComponentRelease:
    many = _tuples(raw)
    chart = raw.get("chart")
    return ComponentRelease(
        id=name,
        path=raw["path"],
        default=raw["default"],
        version=raw.get("version"),
        version_source=raw.get("versionSource", ""),
        brings=raw.get("brings", {}),
        builds=raw.get("builds", True),
        namespace=raw.get("namespace", ""),
        objects=many("objects"),
        namespaces=many("namespaces"),
        namespaces_created=raw.get("namespacesCreated", {}),
        namespace_unset=many("namespaceUnset"),
        crds=raw.get("crds", {}),
        oversized=raw.get("oversized", {}),
        conversion_webhooks=many("conversionWebhooks"),
        own_resources=raw.get("ownResources", {}),
        own_resources_behind_webhook=raw.get("ownResourcesBehindWebhook", {}),
        webhooks=tuple(
            WebhookConfiguration(
                one["kind"],
                one["name"],
                one["webhooks"],
                one["caFrom"],
                tuple(one["caBundle"]),
                one["rulesEmpty"],
                tuple(one["failurePolicy"]),
            )
            for one in raw.get("webhooks", ())
        ),
        images=many("images"),
        images_embedded=many("imagesEmbedded"),
        images_unpinned=many("imagesUnpinned"),
        secrets=tuple(
            RenderedSecret(one["name"], one["namespace"], tuple(one["keys"]), tuple(one["emptyKeys"]))
            for one in raw.get("secrets", ())
        ),
        volume_claims=many("volumeClaims"),
        aggregated_roles=raw.get("aggregatedRoles", {}),
        workloads=tuple(
            Workload(
                one["workload"],
                one.get("copies", 1),
                one["containers"],
                one.get("first", {}),
                each_node=one.get("eachNode", False),
                proxied=one.get("proxied", False),
            )
            for one in raw.get("workloads", ())
        ),
        proxy_requests=raw.get("proxyRequests", {}),
        requires=_reasons(raw, "requires"),
        uses=_reasons(raw, "uses"),
        unmet=_reasons(raw, "unmet"),
        remotes=many("remotes"),
        chart=None
        if chart is None
        else HelmChart(
            chart["name"],
            chart["version"],
            chart.get("appVersion", ""),
            chart.get("kubeVersion", ""),
            tuple(chart.get("dependencies", ())),
        ),
        definitions=raw.get("definitions", ""),
        variants=tuple(_variant(one) for one in raw.get("variants", ())),
        kustomize_components=many("kustomizeComponents"),
        bundled=many("bundled"),
    )


def _variant(raw: Mapping[str, Any]) -> Variant:
    many = _tuples(raw)
    return Variant(
        raw["path"],
        raw.get("builds", True),
        raw.get("objects", 0),
        raw.get("sameObjects", False),
        many("namespaces"),
        many("imagesAdded"),
        many("imagesRemoved"),
        many("remotes"),
    )


def _tuples(raw: Mapping[str, Any]) -> Callable[[str], tuple[str, ...]]:
    return lambda key: tuple(raw.get(key, ()))


def _reasons(raw: Mapping[str, Any], key: str) -> dict[str, tuple[str, ...]]:
    return {name: tuple(reasons) for name, reasons in raw.get(key, {}).items()}


def _fact(raw: Mapping[str, Any]) -> Fact:
    return Fact(
        raw["id"],
        raw["subject"],
        raw["version"],
        raw.get("requires", {}),
        tuple(raw.get("tested", ())),
        raw["strength"],
        raw["confidence"],
        raw["source"],
        raw.get("data", {}),
    )


def _accelerator(name: str, raw: Mapping[str, Any]) -> Accelerator:
    return Accelerator(
        id=name,
        vendor=raw["vendor"],
        architecture=raw["architecture"],
        memory_gib=raw["memoryGiB"],
        mig_capable=raw["mig"].get("capable") is True,
        machines={cloud: tuple(machines) for cloud, machines in raw["machines"].items() if isinstance(machines, list)},
        raw=raw,
    )


def _minor(raw: Mapping[str, Any]) -> KubernetesMinor:
    return KubernetesMinor(
        raw["version"], raw.get("released"), raw.get("endOfLife"), raw.get("latest"), raw.get("providers", {})
    )
