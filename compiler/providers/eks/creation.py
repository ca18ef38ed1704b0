"""What makes the nodes of EKS: Karpenter's NodePools in the cluster; managed node groups stand in `node_groups`.

Source of fields: aws/karpenter-provider-aws@v1.14.1 pkg/apis/crds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from compiler.model import names
from compiler.model.manifest import Object
from compiler.model.platform import Cluster
from compiler.providers.base.creation import ROOT_VOLUME_GIB, Content, NodeMaker, NodePool, Order, Terraform, joined
from compiler.providers.base.terraform import (
    document,
    files,
    registries,
    terraform_steps,
    unknown_machines,
)
from compiler.providers.eks import PROVIDER
from compiler.providers.eks.cluster import cluster_terraform, node_role
from compiler.providers.eks.node_groups import node_groups

_STORAGE = "storage-class.yaml"
_DISKS = "gp3"
_AMI = "al2023@v20260724"
"""The newest release that was looked at; Karpenter picks its NVIDIA variant for GPU machines by itself.
Source: awslabs/amazon-eks-ami@v20260724."""


class _Amazon(NodeMaker):
    provider = PROVIDER
    has_driver = True
    scaling = (
        "A pool of several zones has a node group in each, so that work finds a node beside its volumes. Between the",
        "fewest and the most nodes the Cluster Autoscaler decides, where it is installed (with",
        "`--balance-similar-node-groups` for such pools); tags of the groups tell it what their first node will carry.",
    )

    def files(self, order: Order) -> Mapping[str, Content]:
        """Return the Terraform of the cluster, and the class of its volumes."""
        return {**files(cluster_terraform(order, self.outside(order))), _STORAGE: _storage_class(order.cluster)}

    def steps(self, order: Order) -> Iterator[str]:
        """Yield what to have, and the commands from an empty account to a kubeconfig."""
        cluster = order.cluster
        yield "With `terraform` 1.10 or newer and `aws`, logged in as somebody who may administer the account. BUCKET"
        yield "is a bucket of yours in REGION that keeps Terraform's state; without one, `init` stops."
        yield "\n```sh"
        yield from terraform_steps("bucket=BUCKET", "region=REGION")
        yield f"aws eks update-kubeconfig --name={cluster.name} --region={cluster.region} --alias={cluster.name}"
        yield f"kubectl apply --filename=../{_STORAGE}"
        yield "```"

    def remarks(self, order: Order) -> Iterator[str]:
        """Yield what EKS lacks by itself, and who may read images."""
        cluster = order.cluster
        yield f"EKS has no default StorageClass: `{_STORAGE}` makes `{_storage_name(cluster)}` the default."
        yield "The network holds pods to NetworkPolicies, which keep teams apart; service accounts can have roles."
        yield "All nodes reach the world through one NAT gateway in the first zone."
        elsewhere = [account for account in registries(order, "ecr", "account") if account != cluster.account]
        if elsewhere:
            yield (
                f"The nodes may read images of the cluster's own account. Repositories of {joined(elsewhere)} must "
                "allow it themselves, unless that is this account: https://docs.aws.amazon.com/AmazonECR/latest/userguide/"
                "repository-policies.html."
            )
        if len(self.outside(order)) < len(order.pools):
            yield (
                "Role, subnets and security group are as Karpenter wants them; its controller is installed as "
                "https://karpenter.sh/docs/getting-started/ says, before the nodes of GPU pools can come."
            )

    def node_objects(self, order: Order) -> Sequence[Object]:
        """Return a NodePool for each pool, the class of their machines, and what Karpenter must know of shared GPUs.

        Role and tags are those that Karpenter's own set-up guide gives a cluster.
        Source: aws/karpenter-provider-aws@v1.14.1 website/content/en/docs/getting-started.
        """
        mine = self.inside(order)
        if not mine:
            return ()
        discovery = [{"tags": {"karpenter.sh/discovery": order.cluster.name}}]
        objects: list[Object] = [
            {
                "apiVersion": "karpenter.k8s.aws/v1",
                "kind": "EC2NodeClass",
                "metadata": {"name": names.GPU_NODE_CLASS},
                "spec": {
                    "amiSelectorTerms": [{"alias": _AMI}],
                    "role": node_role(order.cluster),
                    "subnetSelectorTerms": discovery,
                    "securityGroupSelectorTerms": discovery,
                    "blockDeviceMappings": [
                        {
                            "deviceName": "/dev/xvda",
                            "ebs": {"volumeSize": f"{ROOT_VOLUME_GIB}Gi", "volumeType": "gp3", "encrypted": True},
                        }
                    ],
                    "instanceStorePolicy": "RAID0",
                },
            }
        ]
        for pool in mine:
            objects.append(_node_pool(pool))
            if _is_renamed(pool):
                objects.append(_overlay(pool))
        return objects

    def node_text(self, order: Order, inside: Sequence[NodePool]) -> Iterator[str]:
        """Yield that Karpenter makes the nodes, and what it needs for that."""
        pools = joined([pool.name for pool in inside])
        yield f"Karpenter makes and removes the nodes of {pools}, by the NodePools of application"
        yield f"`{names.GPU_NODES_APPLICATION}`. It must be installed, with"
        yield f"* an IAM role `{node_role(order.cluster)}` for nodes,"
        yield f"* subnets and security groups tagged `karpenter.sh/discovery={order.cluster.name}`,"
        yield f"* `{_AMI}` available in {order.cluster.region}."
        if any(_is_renamed(pool) for pool in inside):
            yield "* its feature gate `NodeOverlay`, since some of these pools share GPUs."

    def gpu_terraform(self, order: Order, outside: Sequence[NodePool]) -> Terraform:
        """Return the managed node groups of each pool; role and subnets are the cluster's, hence variables."""
        variables = {
            "gpu_node_role_arn": {"type": "string", "description": "ARN of the IAM role of the cluster's nodes."},
            "gpu_subnet_ids": {
                "type": "map(list(string))",
                "description": "Private subnets of the cluster by availability zone.",
            },
        }
        return document(variables | unknown_machines(outside), resource=node_groups(outside, order.cluster))


CREATION = _Amazon()


def _storage_name(cluster: Cluster) -> str:
    return cluster.parameters.get("storageClass", _DISKS)


def _storage_class(cluster: Cluster) -> Content:
    """Return the class of volumes that is the cluster's default.

    Source: kubernetes-sigs/aws-ebs-csi-driver docs/parameters.md;
    https://kubernetes.io/docs/concepts/storage/storage-classes/#default-storageclass.
    """
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {
            "name": _storage_name(cluster),
            "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
        },
        "provisioner": "ebs.csi.aws.com",
        "parameters": {"type": _DISKS, "encrypted": "true"},
        "volumeBindingMode": "WaitForFirstConsumer",
        "allowVolumeExpansion": True,
    }


def _is_renamed(pool: NodePool) -> bool:
    """Return whether pods ask for the device under a name that Karpenter does not know."""
    return pool.pool.resource != pool.device


def _node_pool(made: NodePool) -> Object:
    pool = made.pool
    capacity = "spot" if pool.spot else "on-demand"
    requirements = [*_machine_requirements(made), _is_in("karpenter.sh/capacity-type", [capacity])]
    if pool.zones:
        requirements.append(_is_in("topology.kubernetes.io/zone", pool.zones))
    return {
        "apiVersion": "karpenter.sh/v1",
        "kind": "NodePool",
        "metadata": {"name": pool.name},
        "spec": {
            "template": {
                "metadata": {"labels": dict(made.labels)},
                "spec": {
                    "nodeClassRef": {
                        "group": "karpenter.k8s.aws",
                        "kind": "EC2NodeClass",
                        "name": names.GPU_NODE_CLASS,
                    },
                    "requirements": requirements,
                    "taints": [dict(taint) for taint in made.taints],
                    "expireAfter": "Never",
                },
            },
            # Whole devices: Karpenter counts what the machine has, not what sharing makes of it.
            "limits": {made.device: pool.max_nodes * pool.gpus_per_node},
            "disruption": {"consolidationPolicy": "WhenEmpty", "consolidateAfter": "10m"},
        },
    }


def _machine_requirements(made: NodePool) -> list[dict[str, Any]]:
    """Return what tells the pool's machines from all others; one name may stand for GPUs of two memory sizes."""
    karpenter: Mapping[str, Any] = made.accelerator.get("karpenterAws") or {}
    gpu_name = karpenter.get("gpuName")
    if made.types and (made.is_declared or gpu_name is None):
        return [_is_in("node.kubernetes.io/instance-type", made.types)]
    found = [_is_in("karpenter.k8s.aws/instance-gpu-count", [str(made.pool.gpus_per_node)])]
    if gpu_name:
        found.append(_is_in("karpenter.k8s.aws/instance-gpu-name", [gpu_name]))
    memories = sorted({each["gpuMemoryMiB"] for each in made.machines if each.get("gpuMemoryMiB")})
    if memories:
        found.append(_is_in("karpenter.k8s.aws/instance-gpu-memory", [str(memory) for memory in memories]))
    return found


def _overlay(made: NodePool) -> Object:
    """Return what tells Karpenter how many shared units a new node of the pool will have."""
    return {
        "apiVersion": "karpenter.sh/v1alpha1",
        "kind": "NodeOverlay",
        "metadata": {"name": made.name},
        "spec": {
            "requirements": [_is_in("karpenter.sh/nodepool", [made.name])],
            "capacity": {made.pool.resource: made.units},
        },
    }


def _is_in(key: str, values: Sequence[str]) -> dict[str, Any]:
    return {"key": key, "operator": "In", "values": list(values)}
