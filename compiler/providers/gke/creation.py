"""What GKE makes nodes from: ComputeClasses in the cluster, node pools by Terraform.

Source of fields: GoogleCloudPlatform/compute-class-api@8067eae api/cloud.google.com/v1/types.go;
hashicorp/terraform-provider-google@v7.45.0 website/docs/r/container_node_pool.html.markdown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from compiler.model import names
from compiler.model.manifest import Object
from compiler.model.platform import GpuPool
from compiler.providers.base.creation import Content, NodeMaker, NodePool, Order, Terraform, joined
from compiler.providers.base.terraform import (
    document,
    files,
    label,
    machine_type,
    registries,
    screaming,
    terraform_steps,
    unknown_machines,
)
from compiler.providers.gke import FIRST_COMPUTE_CLASS_MINOR, PROVIDER
from compiler.providers.gke.cluster import cluster_terraform

_SHARING = {"timeSlicing": "TIME_SHARING", "mps": "MPS"}
_COMMON_DISK = "pd-balanced"


class _Google(NodeMaker):
    provider = PROVIDER
    shares_gpus = True
    gpu_software = ("GKE installs both, and shares GPUs as the nodes are made.",)

    def files(self, order: Order) -> Mapping[str, Content]:
        """Return the Terraform of the cluster."""
        return files(cluster_terraform(order, self.outside(order)))

    def steps(self, order: Order) -> Iterator[str]:
        """Yield what to have, and the commands from an empty project to a kubeconfig."""
        cluster = order.cluster
        yield "With `terraform` 1.10 or newer and `gcloud`, as somebody who may administer the project. BUCKET is a"
        yield "bucket of yours that keeps Terraform's state; without one, `init` stops."
        yield "\n```sh"
        yield "gcloud auth application-default login"
        yield f"gcloud services enable compute.googleapis.com container.googleapis.com --project={cluster.project}"
        yield from terraform_steps("bucket=BUCKET")
        yield (
            f"gcloud container clusters get-credentials {cluster.name} --region={cluster.region} "
            f"--project={cluster.project}"
        )
        yield "```"

    def remarks(self, order: Order) -> Iterator[str]:
        """Yield what GKE does by itself, and what it lets others do."""
        yield "GKE moves control plane and nodes on with the release channel REGULAR; `kubernetes` is where they begin."
        yield "Dataplane V2 holds pods to NetworkPolicies, which keep teams apart; workload identity is on."
        projects = registries(order, "gar", "project")
        if projects:
            yield f"The nodes may read the images of {joined(projects)}; who runs Terraform must administer that too."

    def context(self, order: Order) -> str:
        """Return gcloud's name of the context.

        Source: https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-access-for-kubectl.
        """
        return f"gke_{order.cluster.project}_{order.cluster.region}_{order.cluster.name}"

    def node_objects(self, order: Order) -> Sequence[Object]:
        """Return a ComputeClass for each pool: from the machine itself, or from the node pool that Terraform makes.

        It has no most nodes: quotas and queues hold the teams to the pool's capacity. It never falls back on other
        machines (`DoNotScaleUp`), which would have neither the pool's label nor its GPUs.
        """
        if order.kubernetes_minor < FIRST_COMPUTE_CLASS_MINOR:
            return ()
        outside = self.outside(order)
        return [
            {
                "apiVersion": "cloud.google.com/v1",
                "kind": "ComputeClass",
                "metadata": {"name": pool.name},
                "spec": (
                    {"priorities": [{"nodepools": [pool.name]}], "whenUnsatisfiable": "DoNotScaleUp"}
                    if pool in outside
                    else _automatic(pool)
                ),
            }
            for pool in order.pools
        ]

    def node_text(self, order: Order, inside: Sequence[NodePool]) -> Iterator[str]:
        """Yield who makes the nodes, and what holds their number."""
        del order
        pools = joined([pool.name for pool in inside])
        yield f"GKE makes and removes the nodes of {pools} by itself, by the ComputeClasses of application"
        yield f"`{names.GPU_NODES_APPLICATION}`. A ComputeClass has no most nodes: quotas and queues keep teams within"
        yield "the pool."

    def gpu_terraform(self, order: Order, outside: Sequence[NodePool]) -> Terraform:
        """Return a node pool for each GPU pool."""
        resources = {label(pool): _node_pool(pool, order) for pool in outside}
        variables: Terraform = {
            "node_service_account": {
                "type": "string",
                "default": None,
                "description": "E-mail address of the nodes' service account; the project's default one without it.",
            }
        }
        return document(variables | unknown_machines(outside), resource={"google_container_node_pool": resources})


CREATION = _Google()


def _gke(pool: NodePool) -> Mapping[str, Any]:
    return pool.accelerator.get("gke") or {}


def _is_tpu(pool: NodePool) -> bool:
    return "tpuLabel" in _gke(pool)


def _boot_disk(pool: NodePool) -> str | None:
    """Return the type of disk where the machine does not boot from the usual one."""
    disks = _gke(pool).get("bootDisks") or (_COMMON_DISK,)
    return None if _COMMON_DISK in disks else str(disks[0])


def _automatic(made: NodePool) -> dict[str, Any]:
    pool = made.pool
    rule: dict[str, Any] = {}
    if made.is_declared:
        rule["machineType"] = pool.machine_type
    rule["spot"] = pool.spot
    accelerator_label = _gke(made).get("acceleratorLabel")
    if _is_tpu(made):
        topology = next((each["singleHostTopology"] for each in made.machines if "singleHostTopology" in each), None)
        tpu = {"type": accelerator_label, "count": pool.gpus_per_node, "topology": topology}
        rule["tpu"] = {key: value for key, value in tpu.items() if value is not None}
    else:
        rule["gpu"] = {
            "type": accelerator_label or pool.accelerator,
            "count": pool.gpus_per_node,
            "driverVersion": "default",
        }
        if pool.sharing.strategy != "none":
            rule["gpu"]["gpuSharing"] = _sharing(pool)
    if pool.zones:
        rule["location"] = {"zones": list(pool.zones)}
    boot_disk = _boot_disk(made)
    if boot_disk:
        rule["storage"] = {"bootDiskType": boot_disk}
    return {
        "priorities": [rule],
        "nodePoolAutoCreation": {"enabled": True},
        "nodePoolConfig": {
            "nodeLabels": {names.POOL_KEY: pool.name},
            "taints": [{"key": names.POOL_KEY, "value": pool.name, "effect": "NoSchedule"}],
            "workloadMetadata": "GKE_METADATA",
        },
        "whenUnsatisfiable": "DoNotScaleUp",
    }


def _sharing(pool: GpuPool) -> dict[str, Any]:
    if pool.sharing.strategy == "mig":
        return {"gpuPartitionSize": pool.sharing.profile}
    return {
        "sharingStrategy": _SHARING[pool.sharing.strategy],
        "maxSharedClientsPerGPU": pool.sharing.replicas,
    }


def _node_pool(made: NodePool, order: Order) -> dict[str, Any]:
    """Return a node pool; GKE adds the device's own taint by itself."""
    pool, cluster = made.pool, order.cluster
    config: dict[str, Any] = {
        "machine_type": machine_type(made),
        "spot": pool.spot,
        "service_account": "${var.node_service_account}",
        "oauth_scopes": ["https://www.googleapis.com/auth/cloud-platform"],
        "workload_metadata_config": [{"mode": "GKE_METADATA"}],
        "labels": dict(made.labels),
        "taint": [screaming(taint) for taint in made.taints if taint["key"] != made.device],
    }
    boot_disk = _boot_disk(made)
    if boot_disk:
        config["disk_type"] = boot_disk
    if not _is_tpu(made):
        config["guest_accelerator"] = [_guest_accelerator(made)]
    return {
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


def _guest_accelerator(made: NodePool) -> dict[str, Any]:
    pool = made.pool
    found: dict[str, Any] = {
        "type": _gke(made).get("acceleratorLabel") or pool.accelerator,
        "count": pool.gpus_per_node,
        "gpu_driver_installation_config": [{"gpu_driver_version": "DEFAULT"}],
    }
    if pool.sharing.strategy == "mig":
        found["gpu_partition_size"] = pool.sharing.profile
    elif pool.sharing.strategy != "none":
        found["gpu_sharing_config"] = [
            {
                "gpu_sharing_strategy": _SHARING[pool.sharing.strategy],
                "max_shared_clients_per_gpu": pool.sharing.replicas,
            }
        ]
    return found
