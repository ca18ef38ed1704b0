"""What resolving asks of the catalog, in its own words; the only module here that knows how the catalog is laid out.

Decides which facts bind: those whose gate our way of installing passes.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol

from compiler.catalog.overlay import overlay_of
from compiler.catalog.versions import Constraint, ConstraintMistake, VersionOrder, parse_constraint
from compiler.model.frozen import frozen
from compiler.model.release import Accelerator, Component, Fact, KubernetesMinor, Product, ProductRelease

BINDING = frozenset({"enforced", "api"})
"""Strengths of facts that rule a version out; the others only warn (compatibility facts, `strength_meaning`)."""

_KUBERNETES = "kubernetes"
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

    def subjects(self) -> Sequence[str]:
        """Return every subject that there are facts about, sorted."""

    def accelerators(self) -> Mapping[str, Accelerator]:
        """Return all accelerators by id."""

    @property
    def accelerator_table(self) -> Mapping[str, Any]:
        """Return what the table of accelerators says beside its entries: `familyRegions` by cloud."""

    def kubernetes(self) -> Mapping[str, KubernetesMinor]:
        """Return the Kubernetes minors that are known."""


@frozen
class Machine:
    """A machine type with GPUs; `name` may end with `*`, `gpu_count` is 0 where it has only a part of one.

    `max_vcpu` caps the vCPUs of a machine to which so many GPUs are attached. `provisioning` says how it can be had
    where that is not simply on demand: `spot`, `reservation`. `retired` tells since when it is gone.
    """

    name: str
    gpu_count: int | None
    max_vcpu: int | None = None
    provisioning: tuple[str, ...] = ()
    retired: str | None = None


@frozen
class MigProfile:
    """A MIG profile: instances of one GPU, and the extended resource under MIG strategy `mixed`."""

    instance_count: int
    resource: str


class Facts:
    """The catalog as resolving asks it. What is public and a dictionary remembers what others asked before."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._constraints: dict[str, Constraint | None] = {}
        self._carriers: dict[str, tuple[str, ...]] = {}
        self._orders: dict[str, VersionOrder] = {}
        self._binding: dict[tuple[str, str], list[Fact]] = {}
        self._satisfied: dict[tuple[str, str, str], bool] = {}
        self.offers: dict[Hashable, Any] = {}
        self.answers: dict[Hashable, Any] = {}
        self.selections: dict[Hashable, Any] = {}
        self.conflicts: dict[Hashable, Any] = {}
        self.judged: dict[Hashable, Any] = {}

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

    def brings(self, product: str, version: str) -> Mapping[str, str]:
        """Return what a release brings, by subject, without reading it; nothing for a version that is not known."""
        release = self._products[product].releases.get(version)
        return release.brings if release else {}

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

    def successors(self, component: str) -> tuple[str, ...]:
        """Return the components that take the place of one, sorted."""
        return tuple(name for name in sorted(self.components) if component in self._source.component(name).replaces)

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
        """Return whether a version, in the order of its subject, satisfies a constraint that can be read.

        Raises `ValueError` for a version that is none.
        """
        key = subject, version, constraint
        found = self._satisfied.get(key)
        if found is None:
            parsed = self._constraint(constraint)
            found = self._satisfied[key] = parsed is not None and parsed.matches(version, self._order(subject))
        return found

    def is_constraint(self, text: str) -> bool:
        """Return whether a text can be read as a constraint."""
        return self._constraint(text) is not None

    def _constraint(self, text: str) -> Constraint | None:
        if text not in self._constraints:
            read = parse_constraint(text)
            self._constraints[text] = None if isinstance(read, ConstraintMistake) else read
        return self._constraints[text]

    def binding(self, subject: str, version: str) -> list[Fact]:
        """Return the facts that rule versions of others out when this version is there."""
        found = self._binding.get((subject, version))
        if found is None:
            found = self._binding[subject, version] = [
                fact
                for fact in self._source.facts(subject)
                if fact.strength in BINDING
                and fact.requires
                and not is_gate_of_others(fact)
                and self.is_about(fact, version)
            ]
        return found

    def is_about(self, fact: Fact, version: str | None) -> bool:
        """Return whether a fact speaks of a version of its subject; one for all versions needs none to be known."""
        if fact.version == "*" or version is None:
            return fact.version == "*"
        line = fact.version.removesuffix(".*")
        # Most lines differ in plain numbers from what is held, which needs no reading.
        for mine, theirs in zip(version.split("."), line.split("."), strict=False):
            if not (mine.isdigit() and theirs.isdigit()):
                break
            if int(mine) != int(theirs):
                return False
        try:
            return self.satisfies(fact.subject, version, line)
        except ValueError:  # What is no version is in no line.
            return False

    def could_satisfy(self, subject: str, version: str, constraint: str) -> bool:
        """Return whether a version does; a bare minor of Kubernetes is any patch of it, as nobody says which."""
        if subject != _KUBERNETES or version.count(".") > 1:
            return self.satisfies(subject, version, constraint)
        # It fits when its first or its last patch does.
        return any(self.satisfies(subject, patch, constraint) for patch in (f"{version}.0", f"{version}.999"))

    def sorted_versions(self, subject: str, versions: Collection[str]) -> list[str]:
        """Return versions of a subject from the oldest to the newest; what is no version is left out."""
        order = self._order(subject)
        keyed = []
        for version in versions:
            try:
                keyed.append((order.key(version), version))
            except ValueError:
                continue
        return [version for _, version in sorted(keyed)]

    def about(self, subject: str) -> Sequence[Fact]:
        """Return all facts about a subject, those too that rule nothing out."""
        return self._source.facts(subject)

    @cached_property
    def fact_subjects(self) -> frozenset[str]:
        """Return every subject that there are facts about."""
        return frozenset(self._source.subjects())

    def architecture(self, accelerator: str) -> str:
        """Return the architecture of an accelerator as its vendor calls it."""
        return self._accelerators[accelerator].architecture

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
            Machine(
                str(entry["name"]),
                count if isinstance(count := _devices(entry), int) else None,
                entry.get("maxVcpu"),
                tuple(entry.get("provisioning", ())),
                str(entry["retired"]) if "retired" in entry and entry["retired"] != "unknown" else None,
            )
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

    def regions(self, accelerator: str, cloud: str, machine_type: str | None) -> frozenset[str]:
        """Return the regions in which the table knows a machine type, or the accelerator; none where it knows nothing.

        AWS publishes them by family, which is the machine type up to its dot; Azure writes regions without hyphens.
        """
        if cloud == "gcp":
            return frozenset(zone.rpartition("-")[0] for zone in self.zones(accelerator))
        by_family = self._source.accelerator_table["familyRegions"].get(cloud, {})
        families = (self._accelerators[accelerator].raw.get("locations") or {}).get(f"{cloud}Families", ())
        own = machine_type.partition(".")[0].lower() if machine_type else ""
        chosen = [family for family in families if family.lower() == own] or families
        if any(family not in by_family for family in chosen):
            return frozenset()
        return frozenset(
            region.replace("-", "") if cloud == "azure" else region for family in chosen for region in by_family[family]
        )

    def known_regions(self, cloud: str) -> frozenset[str]:
        """Return the regions of a cloud that the table names, which are those with some accelerator."""
        by_family = self._source.accelerator_table["familyRegions"].get(cloud, {})
        return frozenset(
            region.replace("-", "") if cloud == "azure" else region for each in by_family.values() for region in each
        )

    def all_quota_names(self, cloud: str) -> frozenset[str]:
        """Return every name of a quota of accelerators that the table has for a cloud."""
        found: set[str] = set()
        for accelerator, entry in self._accelerators.items():
            for machine in (None, *(str(each["name"]) for each in entry.machines.get(cloud, ()))):
                for spot in (False, True):
                    found |= self.quota_names(accelerator, cloud, machine, spot=spot)
        return frozenset(found)

    def is_arm64(self, accelerator: str, cloud: str | None, machine_type: str | None) -> bool:
        """Return whether the nodes have arm64 processors: the machine type says so, or the accelerator has its own."""
        own = self._machines_of(accelerator, cloud, machine_type) if cloud else []
        if own and "arch" in own[0]:
            return own[0]["arch"] == "arm64"
        return self._accelerators[accelerator].raw.get("hostArchitecture") == "arm64"

    def max_mps_clients(self, accelerator: str) -> int:
        """Return how many clients one MPS server takes, as NVIDIA's device plugin holds it.

        Source: NVIDIA/k8s-device-plugin@v0.20.0 cmd/mps-control-daemon/mps/device.go (48 from capability 7.5, else 16).
        """
        major, _, minor = str(self._accelerators[accelerator].raw.get("computeCapability", "")).partition(".")
        if not (major.isdigit() and minor.isdigit()):
            return 48
        return 48 if (int(major), int(minor)) >= (7, 5) else 16

    def autoscaled_mig_profiles(self, accelerator: str) -> frozenset[str]:
        """Return the MIG profiles that GKE's autoscaler knows for an accelerator; none where the table names none."""
        mig = self._accelerators[accelerator].raw.get("mig") or {}
        return frozenset(mig.get("gkeAutoscalerPartitionSizes") or ())

    @cached_property
    def accelerator_aliases(self) -> Mapping[str, tuple[str, ...]]:
        """Return the ids of accelerators by the names that clouds and tools use for them, in lower case."""
        found: dict[str, tuple[str, ...]] = {}
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
                    known = found.get(name.lower(), ())
                    found[name.lower()] = known if accelerator in known else (*known, accelerator)
        return found

    def _order(self, subject: str) -> VersionOrder:
        found = self._orders.get(subject)
        if found is None:
            found = self._orders[subject] = self._source.order(subject)
        return found


def is_gate_of_others(fact: Fact) -> bool:
    """Return whether a fact is enforced only by a way of installing that is not ours."""
    return fact.id.endswith(_GATES_OF_OTHER_INSTALLERS)


def source_text(fact: Fact) -> str:
    """Return where a fact was read, as a URL where there is one."""
    source = fact.source
    if "url" in source:
        return source["url"]
    where = source.get("sha") or source.get("ref") or "HEAD"
    return f"https://github.com/{source.get('repo', '')}/blob/{where}/{source.get('path', '')}"


def citation(fact: Fact) -> str:
    """Return where a fact was read, in short: `owner/repository@ref:path`, or its URL."""
    source = fact.source
    if "url" in source:
        return source["url"]
    return f"{source.get('repo', '')}@{source.get('ref') or source.get('sha') or 'HEAD'}:{source.get('path', '')}"


def _devices(machine: Mapping[str, Any]) -> object:
    """Return what the table says of the devices of a machine: GPUs, AWS's accelerators, chips of a TPU."""
    return machine.get("gpus", machine.get("accelerators", machine.get("chips")))
