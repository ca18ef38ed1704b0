"""What resolving asks of the catalog, in its own words; the only module here that knows how the catalog is laid out.

Decides which facts bind: those whose gate our way of installing passes.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from functools import cached_property
from typing import Protocol

from compiler.catalog.overlay import overlay_of
from compiler.catalog.versions import Constraint, ConstraintMistake, VersionOrder, parse_constraint
from compiler.model.frozen import frozen
from compiler.model.release import Accelerator, Component, Fact, KubernetesMinor, Product, ProductRelease

BINDING = frozenset({"enforced", "api"})
"""Strengths of facts that rule a version out; the others only warn (compatibility facts, `strength_meaning`)."""

_GATES_OF_OTHER_INSTALLERS = ("/istioctl-min",)
"""Ends of ids of enforced facts that never meet us: istioctl only prints them, and Argo CD installs without it.

Source: istio/istio@1.28.10 istioctl/pkg/install/k8sversion/version.go.
"""


class Source(Protocol):
    """The catalog, as far as it is read here; `compiler.catalog.load.Catalog` is one."""

    def products(self) -> Mapping[str, Product]:
        """Return the products with what the index says of their releases."""

    def versions(self, product: str, *, sources: bool = False) -> tuple[str, ...]:
        """Return the versions that may be picked, oldest first; with `sources` also those to come from."""

    def order(self, subject: str) -> VersionOrder:
        """Return how the versions of a subject are ordered."""

    def release(self, product: str, version: str) -> ProductRelease:
        """Return one release."""

    def component(self, component: str) -> Component:
        """Return one component."""

    def component_ids(self) -> tuple[str, ...]:
        """Return the ids of all components."""

    def facts(self, subject: str) -> Sequence[Fact]:
        """Return the compatibility facts about a subject."""

    def accelerators(self) -> Mapping[str, Accelerator]:
        """Return all accelerators by id."""

    def kubernetes(self) -> Mapping[str, KubernetesMinor]:
        """Return the Kubernetes minors that are known."""


@frozen
class Machine:
    """A machine type with GPUs; `name` may end with `*`, `gpu_count` is `None` where it is no whole number."""

    name: str
    gpu_count: int | None


@frozen
class MigProfile:
    """A MIG profile: instances of one GPU, and the extended resource under MIG strategy `mixed`."""

    instance_count: int
    resource: str


class Facts:
    """The catalog as resolving asks it; `solutions` remembers answers during one run, by what was asked."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._constraints: dict[str, Constraint] = {}
        self._carriers: dict[str, tuple[str, ...]] = {}
        self._orders: dict[str, VersionOrder] = {}
        self._binding: dict[tuple[str, str], list[Fact]] = {}
        self.solutions: dict[Hashable, Mapping[str, str] | None] = {}

    @cached_property
    def _products(self) -> Mapping[str, Product]:
        return self._source.products()

    @cached_property
    def _accelerators(self) -> Mapping[str, Accelerator]:
        return self._source.accelerators()

    @property
    def products(self) -> Collection[str]:
        """Return the ids of all products."""
        return self._products.keys()

    @cached_property
    def components(self) -> Collection[str]:
        """Return the ids of all components."""
        return frozenset(self._source.component_ids())

    def versions(self, product: str) -> tuple[str, ...]:
        """Return the versions of a product from the oldest to the newest, those to upgrade from too."""
        return self._source.versions(product, sources=True)

    def installable(self, product: str) -> tuple[str, ...]:
        """Return the versions of a product that may be picked, from the oldest to the newest."""
        return self._source.versions(product)

    def release(self, product: str, version: str) -> ProductRelease:
        """Return one release."""
        return self._source.release(product, version)

    def versions_with(self, component: str, product: str) -> list[str]:
        """Return the versions of a product, those to upgrade from too, that have a component."""
        releases = self._products[product].releases
        return [version for version in self.versions(product) if component in releases[version].components]

    def carriers(self, component: str) -> tuple[str, ...]:
        """Return the products that carry a component, the preferred one first; none for an unknown component."""
        found = self._carriers.get(component)
        if found is None:
            known = self._source.component(component).products if component in self.components else ()
            found = self._carriers[component] = tuple(product for product in known if product in self._products)
        return found

    def conflicting(self, component: str) -> tuple[str, ...]:
        """Return the components that cannot stand beside one."""
        return self._source.component(component).conflicts if component in self.components else ()

    def own_subject(self, component: str) -> str:
        """Return the subject whose version a component's own version is, e.g. `istio` for `istio-install`."""
        subjects = self._source.component(component).subjects if component in self.components else ()
        return subjects[0] if subjects else component

    def brought(self, subject: str) -> list[tuple[str, str, str]]:
        """Return (product, version, brought version) of each installable release that ships a subject."""
        return [
            (product, version, brought)
            for product in sorted(self._products)
            for version in self.installable(product)
            if (brought := self._products[product].releases[version].brings.get(subject)) is not None
        ]

    @cached_property
    def subjects(self) -> Mapping[str, str]:
        """Return every name that a constraint may use, with the product or subject that it means."""
        found = {name: self.own_subject(name) for name in self.components}
        for product in self._products.values():
            for release in product.releases.values():
                found |= {subject: subject for subject in release.brings}
        return found | {product: product for product in self._products}

    def is_replaced(self, component: str, version: str) -> bool:
        """Return whether something of ours does the whole work of a component in a release."""
        return overlay_of(component).replaced_by(version) is not None

    def satisfies(self, subject: str, version: str, constraint: str) -> bool:
        """Return whether a version, in the order of its subject, satisfies a constraint that can be read."""
        parsed = self._constraints.get(constraint)
        if parsed is None:
            read = parse_constraint(constraint)
            if isinstance(read, ConstraintMistake):
                return False
            parsed = self._constraints[constraint] = read
        return parsed.matches(version, self._order(subject))

    def binding(self, subject: str, version: str) -> list[Fact]:
        """Return the facts that rule versions of others out when this version is there."""
        found = self._binding.get((subject, version))
        if found is None:
            found = self._binding[subject, version] = [
                fact
                for fact in self._source.facts(subject)
                if fact.strength in BINDING
                and fact.requires
                and not fact.id.endswith(_GATES_OF_OTHER_INSTALLERS)
                and (fact.version == "*" or self.satisfies(subject, version, fact.version))
            ]
        return found

    @property
    def kubernetes_minors(self) -> list[str]:
        """Return the Kubernetes minors that the catalog knows, from the oldest to the newest."""
        return sorted(self._source.kubernetes(), key=lambda minor: int(minor.split(".")[1]))

    @property
    def accelerators(self) -> Collection[str]:
        """Return the ids of all accelerators."""
        return self._accelerators.keys()

    def vendor(self, accelerator: str) -> str:
        """Return who makes an accelerator."""
        return self._accelerators[accelerator].vendor

    def resource(self, accelerator: str) -> str:
        """Return the extended resource of a whole device; the table names it where it is not NVIDIA's."""
        return str(self._accelerators[accelerator].raw.get("resource") or "nvidia.com/gpu")

    def machines(self, accelerator: str, cloud: str) -> list[Machine]:
        """Return the machine types of a cloud that carry an accelerator."""
        return [
            Machine(str(entry["name"]), count if isinstance(count := entry.get("gpus"), int) else None)
            for entry in self._accelerators[accelerator].machines.get(cloud, ())
        ]

    def mig_profiles(self, accelerator: str, cloud: str | None) -> dict[str, MigProfile]:
        """Return the MIG profiles of an accelerator; on Google Cloud those that its partition tool makes."""
        mig = self._accelerators[accelerator].raw.get("mig") or {}
        found = {
            str(entry["profile"]): MigProfile(int(entry["max"]), str(entry["resource"]))
            for entry in mig.get("profiles", ())
        }
        if cloud != "gcp":
            return found
        sizes = mig.get("gkePartitionSizes") or {}
        return {
            name: MigProfile(int(count), found[name].resource if name in found else f"nvidia.com/mig-{name}")
            for name, count in sizes.items()
        }

    def vcpus(self, accelerator: str, cloud: str, machine_type: str | None) -> int | None:
        """Return the vCPUs of a machine type, where the table has them."""
        for entry in self._machines_of(accelerator, cloud, machine_type):
            count = entry.get("vcpu")
            if isinstance(count, int):
                return count
        return None

    def quota_names(self, accelerator: str, cloud: str, machine_type: str | None, *, spot: bool) -> set[str]:
        """Return the names that a cloud has for the quota under which a pool of this accelerator falls."""
        names: set[str] = set()
        table = (self._accelerators[accelerator].raw.get("quota") or {}).get(cloud)
        if isinstance(table, Mapping):
            dimensions = table.get("dimensions") or {}
            kind = ("preemptible" if cloud == "gcp" else "spot") if spot else "onDemand"
            names |= {str(name) for name in (table.get(kind), dimensions.get("gpu_family")) if name}
        elif isinstance(table, str):
            names |= {name.strip() for part in table.split("/") for name in (part, part.replace(" vCPUs", ""))}
        for entry in self._machines_of(accelerator, cloud, machine_type):
            family = entry.get("quotaFamily")
            if isinstance(family, str):
                names = {family, f"{family} vCPUs"}
        return names - {"unknown"}

    def _machines_of(self, accelerator: str, cloud: str, machine_type: str | None) -> list[Mapping[str, object]]:
        if machine_type is None:
            return []
        entries = self._accelerators[accelerator].machines.get(cloud, ())
        return [entry for entry in entries if str(entry["name"]).lower() == machine_type.lower()]

    def zones(self, accelerator: str) -> frozenset[str]:
        """Return the Google Cloud zones that the table lists for an accelerator; none where it lists none."""
        locations = self._accelerators[accelerator].raw.get("locations") or {}
        zones = locations.get("gcpZones")
        return frozenset(str(zone) for zone in zones) if isinstance(zones, list | tuple) else frozenset()

    @cached_property
    def accelerator_aliases(self) -> Mapping[str, str]:
        """Return the ids of accelerators by the names that clouds and tools use for them."""
        found: dict[str, str] = {}
        for accelerator, entry in sorted(self._accelerators.items()):
            gke, aws, azure = (entry.raw.get(key) or {} for key in ("gke", "karpenterAws", "karpenterAzure"))
            names = [
                gke.get("acceleratorLabel"),
                aws.get("gpuName"),
                azure.get("gpuName"),
                accelerator.partition("-")[2],
            ]
            names += entry.raw.get("nvmlNames") or ()
            names += entry.raw.get("gfdProducts") or ()
            for name in names:
                if isinstance(name, str) and name not in self._accelerators:
                    found.setdefault(name, accelerator)
        return found

    def _order(self, subject: str) -> VersionOrder:
        found = self._orders.get(subject)
        if found is None:
            found = self._orders[subject] = self._source.order(subject)
        return found


def source_text(fact: Fact) -> str:
    """Return where a fact was read, as a URL where there is one."""
    source = fact.source
    if "url" in source:
        return source["url"]
    where = source.get("sha") or source.get("ref") or "HEAD"
    return f"https://github.com/{source.get('repo', '')}/blob/{where}/{source.get('path', '')}"
