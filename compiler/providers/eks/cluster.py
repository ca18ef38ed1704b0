"""The Terraform of an EKS cluster: network, roles, control plane, addons, nodes, workload identity, access to images.

Source of arguments: provider hashicorp/aws 6.25.0, as its typed bindings cdktf-cdktf-provider-aws 21.22.1 have them;
policies: https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html and cluster-iam-role.html.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from compiler.model import names
from compiler.model.platform import Cluster
from compiler.providers.base.creation import NodePool, Order, Terraform
from compiler.providers.base.terraform import (
    document,
    gpu_module,
    is_kept,
    settings,
    system_variables,
    text_list,
    unknown_machines,
)

VERSION = "~> 6.25"
_ROLE_LIMIT = 64
"""Longest name of a role (https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html)."""
_MACHINE = "m6i.xlarge"
_DISK_GIB = 100
_FEWEST_ZONES = 2
_POLICY = "arn:aws:iam::aws:policy/"
_CLUSTER_POLICIES = ("AmazonEKSClusterPolicy",)
_NODE_POLICIES = ("AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryPullOnly")
_DISK_POLICY = "service-role/AmazonEBSCSIDriverPolicy"
_DISKS = "system:serviceaccount:kube-system:ebs-csi-controller-sa"
"""Who makes disks. Source: https://docs.aws.amazon.com/eks/latest/userguide/ebs-csi.html."""
_ISSUER_HOST = '${replace(aws_iam_openid_connect_provider.cluster.url, "https://", "")}'


def node_role(cluster: Cluster) -> str:
    """Return the name of the role of all nodes, which Karpenter's own guide gives to those that it makes.

    Source: aws/karpenter-provider-aws@v1.14.1 website/content/en/docs/getting-started.
    """
    return names.shorten(f"KarpenterNodeRole-{cluster.name}", _ROLE_LIMIT)


def cluster_terraform(order: Order, outside: Sequence[NodePool]) -> Terraform:
    """Return the configuration; `outside` are the pools whose nodes the module beside it makes.

    Nodes stand in private subnets of each zone and reach the world through one NAT gateway.
    """
    cluster = order.cluster
    return document(
        system_variables(_MACHINE) | unknown_machines(outside),
        terraform=settings(
            "aws", VERSION, "s3", {"key": f"platform/{cluster.name}/terraform.tfstate", "use_lockfile": True}
        ),
        provider={
            "aws": {
                "region": cluster.region,
                **({"allowed_account_ids": [cluster.account]} if cluster.account else {}),
            }
        },
        data={
            "aws_availability_zones": {
                # Local zones, which hold no control plane, have to be opted in to.
                "available": {"filter": [{"name": "opt-in-status", "values": ["opt-in-not-required"]}]}
            }
        },
        locals={"zones": _zones(order), "issuer_host": _ISSUER_HOST},
        resource={**_network(cluster), **_roles(cluster), **_cluster(order), **_addons()},
        module=gpu_module(
            outside,
            "aws_eks_cluster.cluster",
            gpu_node_role_arn="${aws_iam_role.nodes.arn}",
            gpu_subnet_ids="${{for zone, subnet in aws_subnet.private : zone => [subnet.id]}}",
        ),
    )


def _zones(order: Order) -> str:
    """Return the zones of the file as an expression, those of GPU pools among them; all where it names too few."""
    said = sorted({*order.cluster.zones, *(zone for pool in order.pools for zone in pool.pool.zones)})
    if len(said) >= _FEWEST_ZONES:
        return f"${{{text_list(said)}}}"
    return "${sort(data.aws_availability_zones.available.names)}"


def _network(cluster: Cluster) -> Terraform:
    zone = "index(local.zones, each.value)"
    subnet = {
        "for_each": "${toset(local.zones)}",
        "vpc_id": "${aws_vpc.cluster.id}",
        "availability_zone": "${each.value}",
    }
    internal = {"kubernetes.io/role/internal-elb": "1", "karpenter.sh/discovery": cluster.name}
    return {
        "aws_vpc": {
            "cluster": {
                "cidr_block": "10.0.0.0/16",
                "enable_dns_support": True,
                "enable_dns_hostnames": True,
                "tags": {"Name": cluster.name},
            }
        },
        "aws_internet_gateway": {"cluster": {"vpc_id": "${aws_vpc.cluster.id}", "tags": {"Name": cluster.name}}},
        "aws_subnet": {
            "private": {
                **subnet,
                "cidr_block": f"${{cidrsubnet(aws_vpc.cluster.cidr_block, 4, {zone})}}",
                "tags": {"Name": f"{cluster.name}-private-${{each.value}}", **internal},
            },
            "public": {
                **subnet,
                "cidr_block": f"${{cidrsubnet(aws_vpc.cluster.cidr_block, 8, 240 + {zone})}}",
                "map_public_ip_on_launch": True,
                "tags": {"Name": f"{cluster.name}-public-${{each.value}}", "kubernetes.io/role/elb": "1"},
            },
        },
        "aws_eip": {"nat": {"domain": "vpc", "depends_on": ["aws_internet_gateway.cluster"]}},
        "aws_nat_gateway": {
            "cluster": {
                "allocation_id": "${aws_eip.nat.id}",
                "subnet_id": "${aws_subnet.public[local.zones[0]].id}",
                "tags": {"Name": cluster.name},
                "depends_on": ["aws_internet_gateway.cluster"],
            }
        },
        "aws_route_table": {
            kind: {"vpc_id": "${aws_vpc.cluster.id}", "tags": {"Name": f"{cluster.name}-{kind}"}}
            for kind in ("private", "public")
        },
        "aws_route": {
            kind: {
                "route_table_id": f"${{aws_route_table.{kind}.id}}",
                "destination_cidr_block": "0.0.0.0/0",
                gateway: f"${{aws_{resource}.cluster.id}}",
            }
            for kind, gateway, resource in (
                ("private", "nat_gateway_id", "nat_gateway"),
                ("public", "gateway_id", "internet_gateway"),
            )
        },
        "aws_route_table_association": {
            kind: {
                "for_each": f"${{aws_subnet.{kind}}}",
                "subnet_id": "${each.value.id}",
                "route_table_id": f"${{aws_route_table.{kind}.id}}",
            }
            for kind in ("private", "public")
        },
    }


def _roles(cluster: Cluster) -> Terraform:
    """Return the roles of control plane, nodes and the driver of disks, with their policies."""
    federated = {
        "Effect": "Allow",
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": "${aws_iam_openid_connect_provider.cluster.arn}"},
        "Condition": {
            "StringEquals": {
                "${local.issuer_host}:aud": "sts.amazonaws.com",
                "${local.issuer_host}:sub": _DISKS,
            }
        },
    }
    attached = {
        **{("cluster", policy): policy for policy in _CLUSTER_POLICIES},
        **{("nodes", policy): policy for policy in _NODE_POLICIES},
        ("disks", "AmazonEBSCSIDriverPolicy"): _DISK_POLICY,
    }
    return {
        "aws_iam_role": {
            "cluster": _role(f"{cluster.name}-cluster", _service("eks.amazonaws.com")),
            "nodes": _role(node_role(cluster), _service("ec2.amazonaws.com")),
            "disks": _role(f"{cluster.name}-disks", federated),
        },
        "aws_iam_role_policy_attachment": {
            f"{role}-{label}": {"role": f"${{aws_iam_role.{role}.name}}", "policy_arn": f"{_POLICY}{policy}"}
            for (role, label), policy in attached.items()
        },
        "aws_iam_openid_connect_provider": {
            "cluster": {
                "url": "${aws_eks_cluster.cluster.identity[0].oidc[0].issuer}",
                "client_id_list": ["sts.amazonaws.com"],
            }
        },
    }


def _role(name: str, statement: Terraform) -> Terraform:
    return {
        "name": names.shorten(name, _ROLE_LIMIT),
        "assume_role_policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    }


def _service(name: str) -> Terraform:
    return {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": name}}


def _cluster(order: Order) -> Terraform:
    cluster = order.cluster
    version = f"1.{order.kubernetes_minor}"
    private = "${[for subnet in aws_subnet.private : subnet.id]}"
    return {
        "aws_eks_cluster": {
            "cluster": {
                "name": cluster.name,
                "version": version,
                "role_arn": "${aws_iam_role.cluster.arn}",
                "vpc_config": [{"subnet_ids": private, "endpoint_private_access": True}],
                "access_config": [
                    {"authentication_mode": "API", "bootstrap_cluster_creator_admin_permissions": True},
                ],
                "deletion_protection": is_kept(cluster),
                "depends_on": [f"aws_iam_role_policy_attachment.cluster-{policy}" for policy in _CLUSTER_POLICIES],
            }
        },
        # By this tag Karpenter finds the group whose members may speak to each other.
        "aws_ec2_tag": {
            "discovery": {
                "resource_id": "${aws_eks_cluster.cluster.vpc_config[0].cluster_security_group_id}",
                "key": "karpenter.sh/discovery",
                "value": cluster.name,
            }
        },
        "aws_eks_node_group": {
            "system": {
                "cluster_name": "${aws_eks_cluster.cluster.name}",
                "node_group_name": "system",
                "version": version,
                "node_role_arn": "${aws_iam_role.nodes.arn}",
                "subnet_ids": private,
                "ami_type": "AL2023_x86_64_STANDARD",
                "instance_types": ["${var.system_machine_type}"],
                "disk_size": _DISK_GIB,
                "scaling_config": [
                    {
                        "min_size": "${var.system_min_nodes}",
                        "desired_size": "${var.system_min_nodes}",
                        "max_size": "${var.system_max_nodes}",
                    }
                ],
                "lifecycle": [{"ignore_changes": ["scaling_config[0].desired_size"]}],
                "depends_on": [
                    "aws_eks_addon.vpc-cni",
                    *(f"aws_iam_role_policy_attachment.nodes-{policy}" for policy in _NODE_POLICIES),
                ],
            }
        },
    }


def _addons() -> Terraform:
    """Return the addons: the network with NetworkPolicies, which keep teams apart, and the driver of disks.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html;
    https://docs.aws.amazon.com/eks/latest/userguide/ebs-csi.html.
    """

    def addon(name: str, **more: Any) -> Terraform:
        return {
            "cluster_name": "${aws_eks_cluster.cluster.name}",
            "addon_name": name,
            "resolve_conflicts_on_create": "OVERWRITE",
            "resolve_conflicts_on_update": "OVERWRITE",
            **more,
        }

    on_nodes = {"depends_on": ["aws_eks_node_group.system"]}
    return {
        "aws_eks_addon": {
            "vpc-cni": addon("vpc-cni", configuration_values=json.dumps({"enableNetworkPolicy": "true"})),
            "kube-proxy": addon("kube-proxy"),
            "coredns": addon("coredns", **on_nodes),
            "aws-ebs-csi-driver": addon(
                "aws-ebs-csi-driver", service_account_role_arn="${aws_iam_role.disks.arn}", **on_nodes
            ),
        }
    }
