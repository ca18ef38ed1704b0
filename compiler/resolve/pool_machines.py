"""The machines of a GPU pool: which types carry its accelerator, how many GPUs each has, and how it can be had.

Knows nothing of sharing, teams and quotas. Whatever only a dated table says is a warning, as tables age.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from compiler.diagnostics.model import Diagnostic, Fix, Label, error, warning
from compiler.diagnostics.suggest import Patience, nearest
from compiler.providers import Providers
from compiler.providers.base import Provider
from compiler.resolve.accelerators import Machine
from compiler.resolve.facts import Facts
from compiler.resolve.names import either

if TYPE_CHECKING:
    from compiler.spec.gpu_pool import GpuPoolSpec

_GCE_GPUS = ("https://cloud.google.com/compute/docs/gpus",)
_N1 = r"n1-(?:standard|highmem|highcpu|custom)-([0-9]+)(?:-[0-9]+)?"
_AZURE_PREFIX = "Standard_"
_MOST_IN_ONE_NODE = 16
"""Most devices that any machine in the catalog has (`p2.16xlarge`'s heirs: `trn1.32xlarge`, `trn2.48xlarge`)."""


def gpus_per_node(
    spec: GpuPoolSpec, provider: Provider, facts: Facts, findings: list[Diagnostic], patience: Patience
) -> int | None:
    """Return the GPUs of one node, or nothing where they cannot be known.

    Reports `accelerator-not-offered`, `wrong-machine-type`, `unknown-machine-type`, `fractional-gpu`,
    `wrong-gpu-count`, `missing-gpus-per-node`, `machine-too-large`, `not-on-demand`, `spot-not-offered`,
    `reservation-needed` and `retired-machine-type`.
    """
    stated = spec.gpus_per_node
    if provider.cloud is None:
        if stated is not None and stated > _MOST_IN_ONE_NODE:
            findings.append(_implausible(spec, stated))
        return stated or 1
    machines = facts.machines(spec.accelerator, provider.cloud)
    if spec.machine_type is None:
        return _without_type(spec, provider, machines, findings)
    fitting = machines_of(spec.machine_type, machines)
    if not fitting:
        return _unfit(spec, spec.machine_type, provider, machines, facts, findings, patience)
    counts = sorted({machine.gpu_count for machine in fitting if machine.gpu_count is not None})
    if counts == [0]:
        findings.append(
            error(
                "fractional-gpu",
                f"machine type {spec.machine_type} has only a part of one {spec.accelerator}",
                (*spec.origin, "machineType"),
                notes=("Kubernetes hands out whole GPUs; a part is none",),
                help=f"{_choose(machines, spec)}; `sharing` divides a whole one",
            )
        )
        return None
    count = _agreed(spec, spec.machine_type, counts, findings)
    if count is not None:
        findings += _limits(spec, spec.machine_type, count, fitting)
    return count


def machines_of(name: str, machines: list[Machine]) -> list[Machine]:
    """Return the table's entries for a machine type; an entry `n1-*` stands for all that begin so."""
    lowered = name.lower()
    return [
        machine
        for machine in machines
        if machine.name.lower() == lowered
        or (machine.name.endswith("*") and lowered.startswith(machine.name[:-1].lower()))
    ]


def _without_type(
    spec: GpuPoolSpec, provider: Provider, machines: list[Machine], findings: list[Diagnostic]
) -> int | None:
    """Return the GPUs of one node where the cloud picks the machine."""
    stated = spec.gpus_per_node
    counts = sorted({machine.gpu_count for machine in machines if machine.gpu_count})
    if not machines:
        findings.append(_not_offered(spec, provider))
    elif stated is not None and stated not in counts:
        findings.append(
            error(
                "wrong-gpu-count",
                f"no machine type of {provider.title} has {stated} {spec.accelerator}",
                (*spec.origin, "gpusPerNode"),
                help=f"write one of {_numbers(counts)}",
            )
        )
        return None
    return stated or 1


def _unfit(
    spec: GpuPoolSpec,
    machine_type: str,
    provider: Provider,
    machines: list[Machine],
    facts: Facts,
    findings: list[Diagnostic],
    patience: Patience,
) -> int | None:
    """Return the GPUs of a node whose machine type is not known to carry the accelerator; nothing where it cannot."""
    path = (*spec.origin, "machineType")
    others = _carried_by(machine_type, str(provider.cloud), facts)
    if others:
        findings.append(
            error(
                "wrong-machine-type",
                f"machine type {machine_type} has {' or '.join(others)}, not {spec.accelerator}",
                path,
                related=(Label((*spec.origin, "accelerator"), "the pool's accelerator"),),
                help=_choose(machines, spec) or f"write `accelerator: {others[0]}`",
            )
        )
        return None
    titles = {each.cloud: each.cloud_title for each in Providers().values() if each.cloud not in {None, provider.cloud}}
    elsewhere = [title for cloud, title in titles.items() if _carried_by(machine_type, str(cloud), facts)]
    if elsewhere:
        findings.append(
            error(
                "wrong-machine-type",
                f"machine type {machine_type} is one of {elsewhere[0]}, not of {provider.title}",
                path,
                related=(Label((*spec.origin, "cluster"), f"the pool is on {provider.title}"),),
                help=_choose(machines, spec) or f"{provider.title} is not known to offer {spec.accelerator}",
            )
        )
        return None
    if not machines:
        findings.append(_not_offered(spec, provider))
        return spec.gpus_per_node or 1
    names = list(dict.fromkeys(machine.name for machine in machines))
    full = next((name for name in names if name.lower() == f"{_AZURE_PREFIX}{machine_type}".lower()), None)
    near = [full] if full else nearest(machine_type, names, 3, patience)
    findings.append(
        warning(
            "unknown-machine-type",
            f"no machine type {machine_type} with {spec.accelerator} is known on {provider.title}",
            path,
            help=f"did you mean {either(near)}?" if near else _choose(machines, spec),
            fix=Fix(path, full) if full else None,
        )
    )
    return spec.gpus_per_node or 1


def _agreed(spec: GpuPoolSpec, machine_type: str, counts: list[int], findings: list[Diagnostic]) -> int | None:
    """Return the GPUs of one node from what is written and what the machine type can have."""
    stated = spec.gpus_per_node
    path = (*spec.origin, "gpusPerNode")
    if stated is not None:
        if counts and stated not in counts:
            findings.append(
                error(
                    "wrong-gpu-count",
                    f"machine type {machine_type} has {_numbers(counts, 'or')} GPUs, not {stated}",
                    path,
                    help=f"write `gpusPerNode: {counts[0]}`"
                    if len(counts) == 1
                    else f"write one of {_numbers(counts)}",
                    fix=Fix(path, str(counts[0])) if len(counts) == 1 else None,
                )
            )
            return None
        return stated
    if len(counts) == 1:
        return counts[0]
    findings.append(
        error(
            "missing-gpus-per-node",
            f"machine type {machine_type} of GPU pool {spec.name} leaves open how many GPUs a node has",
            spec.origin,
            help=f"add `gpusPerNode: {counts[0]}`" + (f", or another of {_numbers(counts)}" if counts[1:] else "")
            if counts
            else "add `gpusPerNode`",
        )
    )
    return None


def _limits(spec: GpuPoolSpec, machine_type: str, count: int, fitting: list[Machine]) -> list[Diagnostic]:
    """Return what keeps such a machine from being had: its size, how it is sold, that it is gone."""
    machine = next(each for each in fitting if each.gpu_count in {count, None})
    path = (*spec.origin, "machineType")
    found: list[Diagnostic] = []
    shape = re.fullmatch(_N1, machine_type) if machine.max_vcpu is not None else None
    if machine.max_vcpu is not None and shape and int(shape[1]) > machine.max_vcpu:
        enough = [each.gpu_count for each in fitting if each.max_vcpu and int(shape[1]) <= each.max_vcpu]
        larger = f"write `gpusPerNode: {enough[0]}`, or " if enough else ""
        found.append(
            error(
                "machine-too-large",
                f"machine type {machine_type} has {shape[1]} vCPUs, with {count} {spec.accelerator} "
                f"at most {machine.max_vcpu} are allowed",
                path,
                help=f"{larger}choose a machine type with at most {machine.max_vcpu} vCPUs",
                sources=_GCE_GPUS,
            )
        )
    if machine.provisioning:
        found += _provisioning(spec, machine_type, machine.provisioning)
    if machine.retired is not None:
        found.append(
            warning(
                "retired-machine-type",
                f"machine type {machine_type} was retired on {machine.retired}",
                path,
                help="choose another machine type, or another GPU",
                sources=("https://learn.microsoft.com/azure/virtual-machines/ncv3-nc6s-nc12s-nc24s-retirement",),
            )
        )
    return found


def _provisioning(spec: GpuPoolSpec, machine_type: str, ways: tuple[str, ...]) -> list[Diagnostic]:
    if spec.spot and "spot" not in ways:
        return [
            error(
                "spot-not-offered",
                f"machine type {machine_type} cannot be spot: it is had by {' or '.join(ways)} only",
                (*spec.origin, "spot"),
                help="write `spot: false`",
                fix=Fix((*spec.origin, "spot"), "false"),
                sources=_GCE_GPUS,
            )
        ]
    if spec.spot:
        return []
    if "reservation" in ways:
        return [
            warning(
                "reservation-needed",
                f"machine type {machine_type} is not sold on demand: GPU pool {spec.name} needs a reservation",
                (*spec.origin, "machineType"),
                help="reserve the machines at the cloud" + (", or write `spot: true`" if "spot" in ways else ""),
                sources=_GCE_GPUS,
            )
        ]
    return [
        error(
            "not-on-demand",
            f"machine type {machine_type} is not sold on demand, and GPU pool {spec.name} is not spot",
            (*spec.origin, "machineType"),
            help="add `spot: true`, or choose a machine type with all 8 GPUs",
            sources=_GCE_GPUS,
        )
    ]


def _implausible(spec: GpuPoolSpec, stated: int) -> Diagnostic:
    return warning(
        "implausible-gpu-count",
        f"no known machine has {stated} GPUs; the largest have {_MOST_IN_ONE_NODE}",
        (*spec.origin, "gpusPerNode"),
        help="`gpusPerNode` counts the GPUs of one node, `nodes.max` the nodes; shared parts do not count here",
    )


def _not_offered(spec: GpuPoolSpec, provider: Provider) -> Diagnostic:
    return warning(
        "accelerator-not-offered",
        f"{provider.title} is not known to offer {spec.accelerator}, which GPU pool {spec.name} wants",
        (*spec.origin, "accelerator"),
        notes=("the table is a dated copy of what the clouds publish",),
        help="choose an accelerator that it offers, or a cluster of another provider",
    )


def _carried_by(machine_type: str, cloud: str, facts: Facts) -> list[str]:
    return [name for name in sorted(facts.accelerators) if machines_of(machine_type, facts.machines(name, cloud))]


def _choose(machines: list[Machine], spec: GpuPoolSpec) -> str | None:
    names = list(dict.fromkeys(machine.name for machine in machines if machine.gpu_count != 0))
    more = ", ..." if names[6:] else ""
    return f"{spec.accelerator} is on {', '.join(names[:6])}{more}" if names else None


def _numbers(values: list[int], last: str = "") -> str:
    words = [str(value) for value in values]
    if last and len(words) > 1:
        return f"{', '.join(words[:-1])} {last} {words[-1]}"
    return ", ".join(words)
