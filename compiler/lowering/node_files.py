"""What people run to get the nodes of GPU pools: Terraform JSON for clouds, a script for nodes that are there already.

Everything here is outside the cluster; objects that make nodes are in `nodes`. Knows nothing of queues and teams.
Source of arguments: hashicorp/terraform-provider-google@v7.45.0 website/docs/r/container_node_pool.html.markdown,
hashicorp/terraform-provider-aws website/docs/r/eks_node_group.html.markdown, hashicorp/terraform-provider-azurerm
website/docs/r/kubernetes_cluster_node_pool.html.markdown (4.x).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from compiler.lowering.device_sharing import MIG_CONFIG_LABEL
from compiler.lowering.machines import PoolMachine
from compiler.lowering.node_guide import guide
from compiler.lowering.nodes import ROOT_VOLUME, Machines, is_made_outside, pool_labels
from compiler.model import names
from compiler.model.manifest import Application, Overlay
from compiler.model.platform import Cluster, GpuPool
from compiler.placement.nodes import device_taint, node_taints
from compiler.providers import Providers

TERRAFORM = "gpu-pools.tf.json"
SCRIPT = "gpu-pools.sh"
GUIDE = "gpu-pools.md"
_GIB = int(ROOT_VOLUME.removesuffix("Gi"))
_GKE_SHARING = {"timeSlicing": "TIME_SHARING", "mps": "MPS"}


def lower_node_files(cluster: Cluster, machines: Machines, kubernetes_minor: int) -> Application | None:
    """Return the directory with what is run from outside for the pools of a cluster; `None` without pools."""
    pools = sorted(cluster.pools, key=lambda pool: pool.name)
    if not pools:
        return None
    outside = [pool for pool in pools if is_made_outside(pool, cluster.provider, kubernetes_minor)]
    files: dict[str, str | Mapping[str, Any]] = {}
    if cluster.provider in _TERRAFORM:
        if outside:
            files[TERRAFORM] = _TERRAFORM[cluster.provider](outside, cluster, machines)
    else:
        files[SCRIPT] = _script(pools, cluster.provider)
    files[GUIDE] = guide(cluster, pools, [pool.name for pool in outside], kubernetes_minor)
    return Application(cluster.name, names.CLUSTER_DIRECTORY, "gpuPools", (), Overlay(), files=files)


def _google(pools: Sequence[GpuPool], cluster: Cluster, machines: Machines) -> dict[str, Any]:
    """Return a node pool for each GPU pool. GKE adds the device's own taint by itself."""
    found = {}
    for pool in pools:
        machine = machines[pool.name]
        mine = [taint for taint in node_taints(pool, "gke") if taint["key"] != device_taint(pool.resource)]
        config: dict[str, Any] = {
            "machine_type": _first(machine, pool),
            "spot": pool.spot,
            "oauth_scopes": ["https://www.googleapis.com/auth/cloud-platform"],
            "workload_metadata_config": [{"mode": "GKE_METADATA"}],
            "labels": pool_labels(pool, "gke"),
            "taint": [_screaming(taint) for taint in mine],
        }
        if machine.boot_disk:
            config["disk_type"] = machine.boot_disk
        if not machine.is_tpu:
            config["guest_accelerator"] = [_guest_accelerator(pool, machine)]
        found[_label(pool)] = {
            "name": pool.name,
            "project": cluster.project,
            "location": cluster.region,
            "cluster": cluster.name,
            **({"node_locations": list(pool.zones)} if pool.zones else {}),
            "initial_node_count": 0,
            "autoscaling": [
                {
                    "total_min_node_count": pool.min_nodes,
                    "total_max_node_count": pool.max_nodes,
                    "location_policy": "ANY",
                }
            ],
            "management": [{"auto_repair": True, "auto_upgrade": True}],
            "node_config": [config],
            "lifecycle": [{"ignore_changes": ["initial_node_count"]}],
        }
    return _document(_unknown_machines(pools, machines), resource={"google_container_node_pool": found})


def _guest_accelerator(pool: GpuPool, machine: PoolMachine) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": machine.accelerator_label or pool.accelerator,
        "count": pool.gpus_per_node,
        "gpu_driver_installation_config": [{"gpu_driver_version": "DEFAULT"}],
    }
    if pool.sharing.strategy == "mig":
        found["gpu_partition_size"] = pool.sharing.profile
    elif pool.sharing.strategy != "none":
        found["gpu_sharing_config"] = [
            {
                "gpu_sharing_strategy": _GKE_SHARING[pool.sharing.strategy],
                "max_shared_clients_per_gpu": pool.sharing.replicas,
            }
        ]
    return found


def _amazon(pools: Sequence[GpuPool], cluster: Cluster, machines: Machines) -> dict[str, Any]:
    """Return a managed node group for each GPU pool; role and subnets are the cluster's, hence variables."""
    found = {}
    for pool in pools:
        machine = machines[pool.name]
        subnets = (
            f"${{flatten([for zone in {_list(pool.zones)} : var.gpu_subnet_ids[zone]])}}"
            if pool.zones
            else "${flatten(values(var.gpu_subnet_ids))}"
        )
        found[_label(pool)] = {
            "cluster_name": cluster.name,
            "node_group_name": pool.name,
            "node_role_arn": "${var.gpu_node_role_arn}",
            "subnet_ids": subnets,
            "ami_type": _ami_type(pool, machine),
            "instance_types": list(machine.types) or [_first(machine, pool)],
            "capacity_type": "SPOT" if pool.spot else "ON_DEMAND",
            "disk_size": _GIB,
            "scaling_config": [
                {"min_size": pool.min_nodes, "desired_size": pool.min_nodes, "max_size": pool.max_nodes}
            ],
            "labels": pool_labels(pool, "eks"),
            "taint": [_screaming(taint) for taint in node_taints(pool, "eks")],
            "lifecycle": [{"ignore_changes": ["scaling_config[0].desired_size"]}],
        }
    variables = {
        "gpu_node_role_arn": {"type": "string", "description": "ARN of the IAM role of the cluster's nodes."},
        "gpu_subnet_ids": {
            "type": "map(list(string))",
            "description": "Private subnets of the cluster by availability zone.",
        },
    }
    return _document(variables | _unknown_machines(pools, machines), resource={"aws_eks_node_group": found})


def _ami_type(pool: GpuPool, machine: PoolMachine) -> str:
    """Return the kind of Amazon Linux 2023 that has the accelerator's driver.

    Source: awsdocs/amazon-eks-user-guide@07d09a00 latest/ug/ml/ml-eks-optimized-ami.adoc.
    """
    if device_taint(pool.resource) == "nvidia.com/gpu":
        return "AL2023_ARM_64_NVIDIA" if machine.is_arm64 else "AL2023_x86_64_NVIDIA"
    if pool.resource.startswith("aws.amazon.com/"):
        return "AL2023_x86_64_NEURON"
    return "AL2023_x86_64_STANDARD"


def _azure(pools: Sequence[GpuPool], cluster: Cluster, machines: Machines) -> dict[str, Any]:
    """Return a node pool for each GPU pool.

    Azure puts the driver into the node's image and cuts the GPUs, unless the GPU Operator is there for both.
    """
    form = Providers()["aks"].pool_name.form
    has_operator = "gpu-operator" in cluster.installed
    found = {}
    for pool in pools:
        machine = machines[pool.name]
        entry: dict[str, Any] = {
            "name": form(pool.name),
            "kubernetes_cluster_id": "${data.azurerm_kubernetes_cluster.cluster.id}",
            "vm_size": _first(machine, pool),
            "mode": "User",
            "os_sku": "Ubuntu",
            "os_disk_size_gb": _GIB,
            "auto_scaling_enabled": True,
            "min_count": pool.min_nodes,
            "max_count": pool.max_nodes,
            "node_labels": pool_labels(pool, "aks"),
            "node_taints": [f"{each['key']}={each['value']}:{each['effect']}" for each in node_taints(pool, "aks")],
        }
        if device_taint(pool.resource) == "nvidia.com/gpu":
            entry["gpu_driver"] = "None" if has_operator else "Install"
        if machine.mig_size and not has_operator:
            entry["gpu_instance"] = machine.mig_size
            del entry["node_labels"][MIG_CONFIG_LABEL]
        if pool.zones:
            entry["zones"] = sorted({zone.rpartition("-")[2] for zone in pool.zones})
        if pool.spot:
            entry |= {"priority": "Spot", "eviction_policy": "Delete", "spot_max_price": -1}
        found[_label(pool)] = entry
    group = cluster.resource_group
    variables = {} if group else {"resource_group": {"type": "string", "description": "Resource group of the cluster."}}
    the_cluster = {"name": cluster.name, "resource_group_name": group or "${var.resource_group}"}
    return _document(
        variables | _unknown_machines(pools, machines),
        data={"azurerm_kubernetes_cluster": {"cluster": the_cluster}},
        resource={"azurerm_kubernetes_cluster_node_pool": found},
    )


_TERRAFORM = {"gke": _google, "eks": _amazon, "aks": _azure}


def _script(pools: Sequence[GpuPool], provider: str) -> str:
    """Return a shell script that makes nodes which are there already nodes of a pool."""
    lines = [
        "# Makes nodes part of a GPU pool, in kubectl's current context:",
        f"#   sh {SCRIPT} POOL NODE...",
        "set -eu",
        'pool="${1:?name a GPU pool}"',
        "shift",
        'case "$pool" in',
    ]
    for pool in pools:
        labels = " ".join(f"{key}={value}" for key, value in sorted(pool_labels(pool, provider).items()))
        taints = " ".join(f"{each['key']}={each['value']}:{each['effect']}" for each in node_taints(pool, provider))
        lines += [f"{pool.name})", f'  labels="{labels}"', f'  taints="{taints}"', "  ;;"]
    lines += [
        "*)",
        '  echo "no GPU pool $pool on this cluster" >&2',
        "  exit 2",
        "  ;;",
        "esac",
        'for node in "$@"; do',
        "  # shellcheck disable=SC2086 # each word is an argument",
        '  kubectl label --overwrite node "$node" $labels',
        "  # shellcheck disable=SC2086",
        '  kubectl taint --overwrite node "$node" $taints',
        "done",
    ]
    return "\n".join(lines) + "\n"


def _label(pool: GpuPool) -> str:
    """Return the name of the pool's resource inside Terraform, which must begin with a letter."""
    return f"gpu-{pool.name}"


def _unknown_machines(pools: Sequence[GpuPool], machines: Machines) -> dict[str, Any]:
    """Return a variable for each pool whose machine type neither the platform file nor the catalog knows."""
    return {
        f"{_label(pool)}_machine_type": {"type": "string", "description": f"Machine type with {pool.accelerator}."}
        for pool in pools
        if not machines[pool.name].types
    }


def _document(variables: dict[str, Any], **blocks: Any) -> dict[str, Any]:
    return {**({"variable": variables} if variables else {}), **blocks}


def _first(machine: PoolMachine, pool: GpuPool) -> str:
    """Return the machine type: the declared one, else the smallest that fits; a variable where none is known."""
    return machine.types[0] if machine.types else f"${{var.{_label(pool)}_machine_type}}"


def _screaming(taint: Mapping[str, Any]) -> dict[str, Any]:
    """Return a taint with its effect as the clouds' APIs spell it."""
    return {**taint, "effect": {"NoSchedule": "NO_SCHEDULE"}[taint["effect"]]}


def _list(items: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{item}"' for item in items) + "]"
