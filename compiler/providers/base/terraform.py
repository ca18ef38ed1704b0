"""What the Terraform of all clouds has in common: names of resources, variables, the spelling of taints.

Knows no cloud.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from compiler.providers.base.creation import NodePool, Terraform

_EFFECTS = {"NoSchedule": "NO_SCHEDULE"}


def label(pool: NodePool) -> str:
    """Return the name of the pool's resource inside Terraform, which must begin with a letter."""
    return f"gpu-{pool.name}"


def machine_type(pool: NodePool) -> str:
    """Return the declared machine type, else the smallest that fits; a variable where none is known."""
    return pool.types[0] if pool.types else f"${{var.{label(pool)}_machine_type}}"


def unknown_machines(pools: Sequence[NodePool]) -> Terraform:
    """Return a variable for each pool whose machine type neither the platform file nor the catalog knows."""
    return {
        f"{label(pool)}_machine_type": {
            "type": "string",
            "description": f"Machine type with {pool.pool.accelerator}.",
        }
        for pool in pools
        if not pool.types
    }


def document(variables: Terraform, **blocks: Any) -> Terraform:
    """Return a configuration of blocks by their type, the variables first."""
    return {**({"variable": variables} if variables else {}), **blocks}


def screaming(taint: Mapping[str, Any]) -> dict[str, Any]:
    """Return a taint with its effect as the APIs of Google and Amazon spell it."""
    return {**taint, "effect": _EFFECTS[taint["effect"]]}


def text_list(items: Sequence[str]) -> str:
    """Return a list of texts as an expression."""
    return "[" + ", ".join(f'"{item}"' for item in items) + "]"
