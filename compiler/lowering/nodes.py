"""The objects from which a cluster's autoscaler makes the nodes of GPU pools: ComputeClass, NodePool, EC2NodeClass.

Nodes that Terraform makes, or people by hand, are described in `node_files`. Knows nothing of queues and teams.
Source of fields: GoogleCloudPlatform/compute-class-api@8067eae api/cloud.google.com/v1/types.go;
aws/karpenter-provider-aws@v1.14.1 pkg/apis/crds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from compiler.lowering.device_sharing import sharing_labels
from compiler.lowering.machines import PoolMachine
from compiler.model import names
from compiler.model.manifest import Application, Chart, Object, Overlay
from compiler.model.platform import Cluster, GpuPool
from compiler.placement.nodes import device_taint, node_labels, node_taints, units_per_node

_ORIGIN = "gpuPools"
_FIRST_COMPUTE_CLASS_MINOR = 31
"""GKE serves ComputeClass from 1.30.3-gke.1451000 on, so every release of this minor does."""
_FIRST_SHARING_MINOR = 36
"""`gpuSharing` needs 1.35.2-gke.1485000, so all of this minor have it (github.com/kcl-lang/modules pull 358)."""
_SHORTEST_TAINT_VALUE = 3
"""The type's pattern takes taint values of one character, or of three and more."""
EC2_AMI = "al2023@v20260724"
"""The newest release that was looked at; Karpenter picks its NVIDIA variant for GPU machines by itself.
Source: awslabs/amazon-eks-ami@v20260724."""
ROOT_VOLUME = "200Gi"
"""CUDA images do not fit the 20 GiB that EKS gives by default."""
_GKE_SHARING = {"timeSlicing": "TIME_SHARING", "mps": "MPS"}

Machines = Mapping[str, PoolMachine]
"""The machines of pools by the pool's name."""


def is_made_outside(pool: GpuPool, provider: str, kubernetes_minor: int) -> bool:
    """Return whether no object in the cluster can make the pool's nodes, so that Terraform has to.

    A ComputeClass and a Karpenter NodePool know no fewest nodes. What else a ComputeClass lacks depends on GKE.
    """
    if provider == "eks":
        return pool.min_nodes > 0
    if provider == "gke":
        return (
            pool.min_nodes > 0
            or kubernetes_minor < _FIRST_COMPUTE_CLASS_MINOR
            or len(pool.name) == _SHORTEST_TAINT_VALUE - 1
            or (pool.sharing.strategy != "none" and kubernetes_minor < _FIRST_SHARING_MINOR)
        )
    return provider == "aks"


def lower_nodes(cluster: Cluster, machines: Machines, kubernetes_minor: int) -> Application | None:
    """Return the application with what makes nodes, or `None` where nothing in the cluster does.

    It stands apart from queues and policies: where the autoscaler's kinds are missing, those still sync.
    """
    pools = sorted(cluster.pools, key=lambda pool: pool.name)
    make = _MAKERS.get(cluster.provider)
    objects = make(pools, cluster, machines, kubernetes_minor) if make else []
    if not objects:
        return None
    return Application(
        cluster.name, names.GPU_NODES_APPLICATION, _ORIGIN, (Chart("nodes.yaml", tuple(objects), _ORIGIN),), Overlay()
    )


def pool_labels(pool: GpuPool, provider: str) -> dict[str, str]:
    """Return the labels that whoever makes the pool's nodes must give them."""
    shared = {} if provider == "gke" else sharing_labels(pool)
    return {**node_labels(pool, provider), **shared}


def _compute_classes(
    pools: Sequence[GpuPool], cluster: Cluster, machines: Machines, kubernetes_minor: int
) -> list[Object]:
    """Return a ComputeClass for each pool: from the machine itself, or from the node pool that Terraform makes.

    It has no most nodes: quotas and queues hold the teams to the pool's capacity. It never falls back on other
    machines (`DoNotScaleUp`), which would have neither the pool's label nor its GPUs.
    """
    if kubernetes_minor < _FIRST_COMPUTE_CLASS_MINOR:
        return []
    return [
        {
            "apiVersion": "cloud.google.com/v1",
            "kind": "ComputeClass",
            "metadata": {"name": pool.name},
            "spec": (
                {"priorities": [{"nodepools": [pool.name]}], "whenUnsatisfiable": "DoNotScaleUp"}
                if is_made_outside(pool, cluster.provider, kubernetes_minor)
                else _automatic(pool, machines[pool.name])
            ),
        }
        for pool in pools
    ]


def _automatic(pool: GpuPool, machine: PoolMachine) -> dict[str, Any]:
    rule: dict[str, Any] = {}
    if machine.is_declared:
        rule["machineType"] = pool.machine_type
    rule["spot"] = pool.spot
    if machine.is_tpu:
        tpu = {"type": machine.accelerator_label, "count": pool.gpus_per_node, "topology": machine.tpu_topology}
        rule["tpu"] = {key: value for key, value in tpu.items() if value is not None}
    else:
        rule["gpu"] = {
            "type": machine.accelerator_label or pool.accelerator,
            "count": pool.gpus_per_node,
            "driverVersion": "default",
        }
        if pool.sharing.strategy != "none":
            rule["gpu"]["gpuSharing"] = _gke_sharing(pool)
    if pool.zones:
        rule["location"] = {"zones": list(pool.zones)}
    if machine.boot_disk:
        rule["storage"] = {"bootDiskType": machine.boot_disk}
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


def _gke_sharing(pool: GpuPool) -> dict[str, Any]:
    if pool.sharing.strategy == "mig":
        return {"gpuPartitionSize": pool.sharing.profile}
    return {
        "sharingStrategy": _GKE_SHARING[pool.sharing.strategy],
        "maxSharedClientsPerGPU": pool.sharing.replicas,
    }


def _karpenter(pools: Sequence[GpuPool], cluster: Cluster, machines: Machines, kubernetes_minor: int) -> list[Object]:
    """Return a NodePool for each pool, the class of their machines, and what Karpenter must know of shared GPUs.

    Role and tags are those that Karpenter's own set-up guide gives a cluster.
    Source: aws/karpenter-provider-aws@v1.14.1 website/content/en/docs/getting-started.
    """
    mine = [pool for pool in pools if not is_made_outside(pool, cluster.provider, kubernetes_minor)]
    if not mine:
        return []
    discovery = [{"tags": {"karpenter.sh/discovery": cluster.name}}]
    node_class: Object = {
        "apiVersion": "karpenter.k8s.aws/v1",
        "kind": "EC2NodeClass",
        "metadata": {"name": names.GPU_NODE_CLASS},
        "spec": {
            "amiSelectorTerms": [{"alias": EC2_AMI}],
            "role": f"KarpenterNodeRole-{cluster.name}",
            "subnetSelectorTerms": discovery,
            "securityGroupSelectorTerms": discovery,
            "blockDeviceMappings": [
                {
                    "deviceName": "/dev/xvda",
                    "ebs": {"volumeSize": ROOT_VOLUME, "volumeType": "gp3", "encrypted": True},
                }
            ],
            "instanceStorePolicy": "RAID0",
        },
    }
    objects = [node_class]
    for pool in mine:
        objects.append(_node_pool(pool, machines[pool.name]))
        if pool.resource != device_taint(pool.resource):
            objects.append(_overlay(pool))
    return objects


def _node_pool(pool: GpuPool, machine: PoolMachine) -> Object:
    capacity = "spot" if pool.spot else "on-demand"
    requirements = [*_machine_requirements(pool, machine), _is_in("karpenter.sh/capacity-type", [capacity])]
    if pool.zones:
        requirements.append(_is_in("topology.kubernetes.io/zone", pool.zones))
    return {
        "apiVersion": "karpenter.sh/v1",
        "kind": "NodePool",
        "metadata": {"name": pool.name},
        "spec": {
            "template": {
                "metadata": {"labels": pool_labels(pool, "eks")},
                "spec": {
                    "nodeClassRef": {
                        "group": "karpenter.k8s.aws",
                        "kind": "EC2NodeClass",
                        "name": names.GPU_NODE_CLASS,
                    },
                    "requirements": requirements,
                    "taints": node_taints(pool, "eks"),
                    "expireAfter": "Never",
                },
            },
            # Whole devices: Karpenter counts what the machine has, not what sharing makes of it.
            "limits": {device_taint(pool.resource): pool.max_nodes * pool.gpus_per_node},
            "disruption": {"consolidationPolicy": "WhenEmpty", "consolidateAfter": "10m"},
        },
    }


def _machine_requirements(pool: GpuPool, machine: PoolMachine) -> list[dict[str, Any]]:
    """Return what tells the pool's machines from all others; one name may stand for GPUs of two memory sizes."""
    if machine.types and (machine.is_declared or machine.gpu_name is None):
        return [_is_in("node.kubernetes.io/instance-type", machine.types)]
    found = [_is_in("karpenter.k8s.aws/instance-gpu-count", [str(pool.gpus_per_node)])]
    if machine.gpu_name:
        found.append(_is_in("karpenter.k8s.aws/instance-gpu-name", [machine.gpu_name]))
    if machine.gpu_memories_mib:
        memories = [str(memory) for memory in machine.gpu_memories_mib]
        found.append(_is_in("karpenter.k8s.aws/instance-gpu-memory", memories))
    return found


def _overlay(pool: GpuPool) -> Object:
    """Return what tells Karpenter how many shared units a new node of the pool will have."""
    return {
        "apiVersion": "karpenter.sh/v1alpha1",
        "kind": "NodeOverlay",
        "metadata": {"name": pool.name},
        "spec": {
            "requirements": [_is_in("karpenter.sh/nodepool", [pool.name])],
            "capacity": {pool.resource: units_per_node(pool)},
        },
    }


def _is_in(key: str, values: Sequence[str]) -> dict[str, Any]:
    return {"key": key, "operator": "In", "values": list(values)}


_MAKERS: Mapping[str, Callable[[Sequence[GpuPool], Cluster, Machines, int], list[Object]]] = {
    "gke": _compute_classes,
    "eks": _karpenter,
}
