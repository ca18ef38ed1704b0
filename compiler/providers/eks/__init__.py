"""Amazon Elastic Kubernetes Service; knows nothing of how its nodes are created."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from compiler.providers.base import (
    ZONE_LABEL,
    Hindrance,
    NameRule,
    PodIdentity,
    Provider,
    Provisioner,
    TokenIssuer,
    Tool,
    plain_gpu_resource,
)
from compiler.providers.eks.quotas import AmazonQuotas

if TYPE_CHECKING:
    from compiler.model.platform import GpuPool


def is_zone_of(zone: str, region: str) -> bool:
    """Return whether the zone is one of the region's, local zones (`us-west-2-lax-1a`) included."""
    return re.fullmatch(re.escape(region) + r"(-[a-z0-9]+-[0-9])?[a-z]", zone) is not None


def gpu_resource(resource: str, strategy: str, mig_resource: str | None) -> str:
    """Return the resource under Karpenter, which counts a shared GPU only under a name of its own.

    Source: kubernetes-sigs/karpenter@v1.14.1 pkg/controllers/nodeoverlay (well-known resources cannot be overlaid);
    NVIDIA/k8s-device-plugin@v0.20.0 README.md (renameByDefault).
    """
    if strategy in {"timeSlicing", "mps"}:
        return f"{resource}.shared"
    return plain_gpu_resource(resource, strategy, mig_resource)


def no_karpenter(pool: GpuPool, beside: Collection[GpuPool], kubernetes_minor: int) -> Hindrance | None:
    """Return why Karpenter cannot make the nodes: its NodePools know no fewest nodes."""
    del beside, kubernetes_minor
    if pool.min_nodes > 0:
        return Hindrance(
            "nodes",
            "a NodePool keeps no fewest nodes",
            "remove `min`, or write `provisioner: nodeGroup`",
            "https://karpenter.sh/docs/concepts/nodepools/",
        )
    return None


PROVIDER = Provider(
    id="eks",
    title="Amazon EKS",
    required=("region",),
    settings=("account", "cloudQuota"),
    cloud="aws",
    cloud_title="AWS",
    cloud_services=("ecr", "s3"),
    quotas=AmazonQuotas(),
    cluster_name=NameRule(
        limit=100, source="https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html"
    ),
    pool_name=NameRule(limit=63, source="https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html"),
    kubernetes_suffix=r"-eks-[0-9a-z]+",
    has_load_balancer=True,
    token_issuer=TokenIssuer.EKS,
    is_zone_of=is_zone_of,
    zone_example="{region}a",
    region=r"[a-z]{2,4}(-[a-z]+)+-[0-9]+",
    region_example="eu-west-1",
    region_sources=("https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html",),
    node_kinds=(("karpenter.k8s.aws", "EC2NodeClass"), ("karpenter.sh", "NodeOverlay"), ("karpenter.sh", "NodePool")),
    gpu_resource=gpu_resource,
    provisioners=(
        Provisioner("karpenter", "Karpenter", in_cluster=True, hindrance=no_karpenter),
        Provisioner("nodeGroup", "Terraform's managed node groups", in_cluster=False),
    ),
    # Layers: kubernetes/cloud-provider-aws tests/e2e/nodes.go.
    topology_labels=(ZONE_LABEL, *(f"topology.k8s.aws/network-node-layer-{layer}" for layer in (1, 2, 3, 4))),
    node_marks=("eks.amazonaws.com/nodegroup", "eks.amazonaws.com/compute-type"),
    dates_kubernetes=True,
    node_registry="ecr",
    # Without `annotateOnly` the controller would rewrite the role's trust policy, which Terraform owns.
    pod_identity=PodIdentity(
        "eks.amazonaws.com/role-arn", "AwsIamForServiceAccount", "awsIamRole", {"annotateOnly": True}
    ),
    tools=(Tool("aws", ("--version",), "logs kubectl in to EKS", "https://docs.aws.amazon.com/cli/"),),
    # `gp3` is a type of EBS volumes, after which people name the class: EKS itself applies none of that name.
    # https://aws.amazon.com/blogs/containers/migrating-amazon-eks-clusters-from-gp2-to-gp3-ebs-volumes/
    # `gp2`: awsdocs/amazon-eks-user-guide@1fe584bb latest/ug/storage/ebs-csi-migration-faq.adoc
    storage_classes=("gp3", "gp2"),
    sources=("https://docs.aws.amazon.com/eks/latest/userguide/", "https://karpenter.sh/docs/concepts/nodepools/"),
)
