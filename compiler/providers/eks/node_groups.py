"""GPU nodes of EKS that Terraform makes: managed node groups, and what the Cluster Autoscaler reads of them.

Source of arguments: hashicorp/terraform-provider-aws website/docs/r, eks_node_group and autoscaling_group_tag.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from compiler.frozen import frozen
from compiler.model import names
from compiler.model.platform import Cluster
from compiler.providers.base.creation import ROOT_VOLUME_GIB, NodePool, Terraform
from compiler.providers.base.terraform import label, machine_type, screaming, text_list

_NAME_LIMIT = 63
"""Letters, digits, hyphens and underscores, a letter or digit first.
Source: hashicorp/terraform-provider-aws website/docs/r/eks_node_group.html.markdown, `node_group_name`."""
_TAG = "k8s.io/cluster-autoscaler/node-template"
"""What begins the tags by which the Cluster Autoscaler knows the nodes of a group that has none yet.
Source: kubernetes/autoscaler cluster-autoscaler/cloudprovider/aws/README.md, "Auto-Discovery Setup"."""
_ACCELERATOR = "k8s.amazonaws.com/accelerator"
"""Label by which the Cluster Autoscaler waits for the device plugin in place of adding further nodes.
Source: the same, "Special note on GPU instances"."""


@frozen
class _Group:
    """One node group of a pool: the zones of its nodes (none for all of the cluster's), how few and how many."""

    suffix: str
    zones: tuple[str, ...]
    fewest: int
    most: int


def node_groups(outside: Sequence[NodePool], cluster: Cluster) -> Terraform:
    """Return the resources that make the nodes of pools: groups, and the tags of their Auto Scaling groups."""
    groups = {f"{label(made)}{group.suffix}": (made, group) for made in outside for group in _groups(made)}
    return {
        "aws_eks_node_group": {key: _node_group(made, group, cluster) for key, (made, group) in groups.items()},
        "aws_autoscaling_group_tag": {
            key: {
                "for_each": _tags(made),
                "autoscaling_group_name": f"${{aws_eks_node_group.{key}.resources[0].autoscaling_groups[0].name}}",
                "tag": [{"key": "${each.key}", "value": "${each.value}", "propagate_at_launch": False}],
            }
            for key, (made, _) in groups.items()
        },
    }


def _groups(made: NodePool) -> Iterator[_Group]:
    """Yield one group for each zone, which share the pool's nodes as evenly as can be; else one for all zones.

    Volumes stand in one zone, and the autoscaler cannot tell in which zone a group of several adds its next node. With
    fewer nodes than zones there is nothing to share.
    Source: https://docs.aws.amazon.com/eks/latest/best-practices/cas.html, "EBS Volumes".
    """
    pool = made.pool
    zones = tuple(dict.fromkeys(pool.zones))
    if not 1 < len(zones) <= pool.max_nodes:
        yield _Group("", zones, pool.min_nodes, pool.max_nodes)
        return
    for index, zone in enumerate(zones):
        fewest, most = (
            total // len(zones) + (index < total % len(zones)) for total in (pool.min_nodes, pool.max_nodes)
        )
        # No name of a pool has an underscore, so no other group is called like this.
        yield _Group(f"_{zone}", (zone,), fewest, most)


def _node_group(made: NodePool, group: _Group, cluster: Cluster) -> dict[str, Any]:
    subnets = (
        f"${{flatten([for zone in {text_list(group.zones)} : var.gpu_subnet_ids[zone]])}}"
        if group.zones
        else "${flatten(values(var.gpu_subnet_ids))}"
    )
    return {
        "cluster_name": cluster.name,
        "node_group_name": names.shorten(f"{made.name}{group.suffix}", _NAME_LIMIT),
        "node_role_arn": "${var.gpu_node_role_arn}",
        "subnet_ids": subnets,
        "ami_type": _ami_type(made),
        "instance_types": list(made.types) or [machine_type(made)],
        "capacity_type": "SPOT" if made.pool.spot else "ON_DEMAND",
        "disk_size": ROOT_VOLUME_GIB,
        "scaling_config": [{"min_size": group.fewest, "desired_size": group.fewest, "max_size": group.most}],
        "labels": _labels(made),
        "taint": [screaming(taint) for taint in made.taints],
        "lifecycle": [{"ignore_changes": ["scaling_config[0].desired_size"]}],
    }


def _labels(made: NodePool) -> dict[str, str]:
    """Return the labels of the nodes; a node that never shows whole GPUs would never be ready for the autoscaler.

    Source: kubernetes/autoscaler cluster-autoscaler/processors/customresources/gpu_processor.go.
    """
    shows_whole = made.has_nvidia and made.pool.resource == made.device
    return {**made.labels, **({_ACCELERATOR: made.pool.accelerator} if shows_whole else {})}


def _tags(made: NodePool) -> Mapping[str, str]:
    """Return what a node of the pool will have: labels, taints, and devices under the name that pods ask for."""
    return {
        **{f"{_TAG}/label/{key}": value for key, value in _labels(made).items()},
        **{f"{_TAG}/taint/{each['key']}": f"{each['value']}:{each['effect']}" for each in made.taints},
        f"{_TAG}/resources/{made.pool.resource}": str(made.units),
    }


def _ami_type(made: NodePool) -> str:
    """Return the kind of Amazon Linux 2023 that has the accelerator's driver.

    Source: awsdocs/amazon-eks-user-guide@07d09a00 latest/ug/ml/ml-eks-optimized-ami.adoc.
    """
    if made.has_nvidia:
        return "AL2023_ARM_64_NVIDIA" if made.is_arm64 else "AL2023_x86_64_NVIDIA"
    if made.pool.resource.startswith("aws.amazon.com/"):
        return "AL2023_x86_64_NEURON"
    return "AL2023_x86_64_STANDARD"
