"""What resolving asks of the table of accelerators: machines, partitions, quotas, places; knows no pool.

The only module here that knows how that table is laid out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from compiler.frozen import frozen

if TYPE_CHECKING:
    from compiler.model.release import Accelerator
    from compiler.resolve.catalog import Source


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


class AcceleratorTable:
    """The accelerators of a catalog, read when the first of them is asked for."""

    def __init__(self, source: Source) -> None:
        self._source = source

    @cached_property
    def _accelerators(self) -> Mapping[str, Accelerator]:
        return self._source.accelerators()

    def architecture(self, accelerator: str) -> str:
        """Return the architecture of an accelerator as its vendor calls it."""
        return self._accelerators[accelerator].architecture

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
        """Return the names that a cloud has for the quota of this accelerator or machine alone."""
        names: set[str] = set()
        table = (self._accelerators[accelerator].raw.get("quota") or {}).get(cloud)
        if isinstance(table, Mapping):
            dimensions = table.get("dimensions") or {}
            kinds = ("spot", "preemptible") if spot else ("onDemand",)
            found = (*map(table.get, kinds), dimensions.get("gpu_family"))
            names |= {str(name).partition(" (")[0] for name in found if name}
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

    def zones(self, accelerator: str, cloud: str) -> frozenset[str]:
        """Return the zones that the table lists for an accelerator, Google Cloud's alone; none where it lists none."""
        if cloud != "gcp":
            return frozenset()
        locations = self._accelerators[accelerator].raw.get("locations") or {}
        zones = locations.get("gcpZones")
        return frozenset(str(zone) for zone in zones) if isinstance(zones, list | tuple) else frozenset()

    def regions(self, accelerator: str, cloud: str, machine_type: str | None) -> frozenset[str]:
        """Return the regions in which the table knows a machine type, or the accelerator; none where it knows nothing.

        AWS publishes them by family, which is the machine type up to its dot; Azure writes regions without hyphens.
        """
        if cloud == "gcp":
            return frozenset(zone.rpartition("-")[0] for zone in self.zones(accelerator, cloud))
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

    def all_quota_names(self, cloud: str, *, spot: bool) -> frozenset[str]:
        """Return every name of a quota of accelerators that the table has for a cloud."""
        found: set[str] = set()
        for accelerator, entry in self._accelerators.items():
            for machine in (None, *(str(each["name"]) for each in entry.machines.get(cloud, ()))):
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

    def autoscaled_mig_profiles(self, accelerator: str, cloud: str | None) -> frozenset[str]:
        """Return the MIG profiles that a cloud's own autoscaler knows for an accelerator; none where nobody says."""
        if cloud != "gcp":
            return frozenset()
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


def _devices(machine: Mapping[str, Any]) -> object:
    """Return what the table says of the devices of a machine: GPUs, AWS's accelerators, chips of a TPU."""
    return machine.get("gpus", machine.get("accelerators", machine.get("chips")))
