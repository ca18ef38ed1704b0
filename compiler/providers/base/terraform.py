"""What the Terraform of all clouds has in common: settings, names of resources, variables, the spelling of taints.

Knows no cloud. Source: https://developer.hashicorp.com/terraform/language/syntax/json (every block is an object or a
list of them), https://developer.hashicorp.com/terraform/language/backend#partial-configuration.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from compiler.model.platform import Cluster
from compiler.providers.base.creation import Content, NodePool, Order, Terraform

FOLDER = "terraform"
"""Where the configuration of a cluster stands; what makes the nodes of GPU pools is a module above it."""
CLUSTER = f"{FOLDER}/cluster.tf.json"
_IGNORED = f"{FOLDER}/.gitignore"
_TERRAFORM = ">= 1.10"
"""The first with a lock of the S3 backend that needs no table
(https://developer.hashicorp.com/terraform/language/backend/s3, `use_lockfile`)."""
_EFFECTS = {"NoSchedule": "NO_SCHEDULE"}
_FEWEST_NODES, _MOST_NODES = 3, 9
_KEPT = frozenset({"staging", "prod"})
"""Environments whose cluster Terraform is not to destroy without a word."""


def files(configuration: Terraform) -> dict[str, Content]:
    """Return the configuration, and what Git is to ignore of what Terraform leaves beside it."""
    return {CLUSTER: configuration, _IGNORED: "/.terraform/\n/plan\n"}


def settings(provider: str, version: str, backend: str, given: Terraform) -> Terraform:
    """Return the settings of a configuration; a backend that lacks its place, so that `init` fails until it is given.

    `provider` is a name below `hashicorp/`, `given` what is known of the backend.
    """
    return {
        "required_version": _TERRAFORM,
        "required_providers": {provider: {"source": f"hashicorp/{provider}", "version": version}},
        "backend": {backend: given},
    }


def system_variables(machine_type: str) -> Terraform:
    """Return the variables of the nodes that all but GPU work runs on, with what the whole of Kubeflow needs.

    Three machines with 4 CPUs and 16 GiB each; upstream recommends 8 CPUs and 16 GB
    (kubeflow/manifests@26.03 README.md, "Prerequisites").
    """
    return {
        "system_machine_type": {
            "type": "string",
            "default": machine_type,
            "description": "Machine type of the nodes without GPUs.",
        },
        "system_min_nodes": {"type": "number", "default": _FEWEST_NODES, "description": "Fewest nodes without GPUs."},
        "system_max_nodes": {"type": "number", "default": _MOST_NODES, "description": "Most nodes without GPUs."},
    }


def terraform_steps(*places: str) -> Iterator[str]:
    """Yield the commands that apply the configuration; `places` say where the backend keeps its state."""
    yield f"cd {FOLDER}"
    yield f"terraform init -input=false {' '.join(f'-backend-config={place}' for place in places)}"
    yield "terraform plan -out=plan"
    yield "terraform apply plan"


def is_kept(cluster: Cluster) -> bool:
    """Return whether Terraform is to refuse to destroy the cluster."""
    return cluster.environment in _KEPT


def gpu_module(outside: Sequence[NodePool], after: str, **given: Any) -> Terraform:
    """Return the call of the module that makes the nodes of GPU pools; `after` is the resource it must wait for."""
    if not outside:
        return {}
    machines = {name: f"${{var.{name}}}" for name in unknown_machines(outside)}
    return {"gpu_pools": {"source": "../", **given, **machines, "depends_on": [after]}}


def registries(order: Order, kind: str, key: str) -> list[str]:
    """Return one setting of every registry of a kind that teams of the cluster pull from, sorted."""
    found = {
        registry.settings[key]
        for tenant in order.cluster.tenants
        for registry in tenant.registries
        if registry.type == kind
    }
    return sorted(found)


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
    """Return a configuration of blocks by their type, the variables first; types without a block are left out."""
    return {key: block for key, block in {"variable": variables, **blocks}.items() if block}


def screaming(taint: Mapping[str, Any]) -> dict[str, Any]:
    """Return a taint with its effect as the APIs of Google and Amazon spell it."""
    return {**taint, "effect": _EFFECTS[taint["effect"]]}


def text_list(items: Sequence[str]) -> str:
    """Return a list of texts as an expression."""
    return "[" + ", ".join(f'"{item}"' for item in items) + "]"
