"""Google Kubernetes Engine; knows nothing of how its nodes are created."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
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
)
from compiler.providers.gke.quotas import GoogleQuotas

if TYPE_CHECKING:
    from compiler.model.platform import GpuPool

FIRST_COMPUTE_CLASS_MINOR = 31
"""GKE serves ComputeClass from 1.30.3-gke.1451000 on, so every release of this minor does."""
_FIRST_SHARING_MINOR = 36
"""`gpuSharing` needs 1.35.2-gke.1485000, so all of this minor have it (github.com/kcl-lang/modules pull 358)."""
_SHORTEST_TAINT_VALUE = 3
"""The type's pattern takes taint values of one character, or of three and more."""
_COMPUTE_CLASSES = "https://cloud.google.com/kubernetes-engine/docs/concepts/about-custom-compute-classes"


def is_zone_of(zone: str, region: str) -> bool:
    """Return whether the zone is the region plus one letter, as in `europe-west4-a`."""
    return re.fullmatch(re.escape(region) + "-[a-z]", zone) is not None


def gpu_resource(resource: str, strategy: str, mig_resource: str | None) -> str:
    """Return the plain resource: Google's device plugin names shared GPUs and MIG instances like whole ones.

    Source: GoogleCloudPlatform/container-engine-accelerators@992db812 pkg/gpu/nvidia/manager.go.
    """
    del strategy, mig_resource
    return resource


COMPUTE_CLASS = "cloud.google.com/compute-class"
"""Label and taint of the nodes of a compute class; a pod that asks for it makes the autoscaler act.
Source: https://cloud.google.com/kubernetes-engine/docs/concepts/about-custom-compute-classes."""


def pool_marks(pool: str, *, spot: bool) -> Mapping[str, str]:
    """Return the compute class that stands for the pool."""
    del spot
    return {COMPUTE_CLASS: pool}


def no_compute_class(pool: GpuPool, beside: Collection[GpuPool], kubernetes_minor: int) -> Hindrance | None:
    """Return why a ComputeClass cannot make the nodes: it knows no fewest nodes, the rest depends on GKE's release."""
    del beside

    def hindrance(key: str, why: str, help: str) -> Hindrance:
        return Hindrance(key, why, f"{help}, or write `provisioner: nodePool`", _COMPUTE_CLASSES)

    if kubernetes_minor < FIRST_COMPUTE_CLASS_MINOR:
        first = f"1.{FIRST_COMPUTE_CLASS_MINOR}"
        return hindrance("provisioner", f"GKE has ComputeClasses from {first} on", f"raise `kubernetes` to {first}")
    if pool.min_nodes > 0:
        return hindrance("nodes", "a ComputeClass keeps no fewest nodes", "remove `min`")
    if len(pool.name) == _SHORTEST_TAINT_VALUE - 1:
        return hindrance("name", "a ComputeClass takes no taint value of two characters", "rename the pool")
    if pool.sharing.strategy != "none" and kubernetes_minor < _FIRST_SHARING_MINOR:
        first = f"1.{_FIRST_SHARING_MINOR}"
        why = f"a ComputeClass shares GPUs in every GKE from {first} on"
        return hindrance("sharing", why, f"raise `kubernetes` to {first}")
    return None


# Cluster and node pool names: up to 40 lowercase letters, digits and hyphens, a letter first.
_NAME = NameRule(
    limit=40,
    starts_with_letter=True,
    source="https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters",
)

PROVIDER = Provider(
    id="gke",
    title="Google Kubernetes Engine",
    required=("project", "region"),
    settings=("project", "cloudQuota"),
    cloud="gcp",
    cloud_title="Google Cloud",
    cloud_services=("gar",),
    quotas=GoogleQuotas(),
    cluster_name=_NAME,
    pool_name=_NAME,
    kubernetes_suffix=r"-gke\.[0-9]+",
    has_load_balancer=True,
    token_issuer=TokenIssuer.PUBLIC,
    max_shared_clients=48,
    is_zone_of=is_zone_of,
    zone_example="{region}-a",
    region=r"[a-z]+(-[a-z]+)+[0-9]+",
    region_example="europe-west4",
    region_sources=("https://cloud.google.com/compute/docs/regions-zones",),
    node_kinds=(("cloud.google.com", "ComputeClass"),),
    gpu_resource=gpu_resource,
    # Blocks: https://cloud.google.com/ai-hypercomputer/docs/workloads/schedule-gke-workloads-tas.
    topology_labels=(ZONE_LABEL, *(f"cloud.google.com/gce-topology-{part}" for part in ("block", "subblock", "host"))),
    node_marks=("cloud.google.com/gke-nodepool",),
    pool_marks=pool_marks,
    selecting_marks=(COMPUTE_CLASS,),
    # Google installs its own plugin (google/container-engine-accelerators@992db812 cmd/nvidia_gpu); for MPS see its
    # pkg/gpu/nvidia/gpusharing/gpusharing.go.
    serves_gpus=True,
    mps_gives_several=True,
    provisioners=(
        Provisioner("computeClass", "a ComputeClass", in_cluster=True, hindrance=no_compute_class),
        Provisioner("nodePool", "Terraform's node pools", in_cluster=False),
    ),
    dates_kubernetes=True,
    node_registry="gar",
    pod_identity=PodIdentity("iam.gke.io/gcp-service-account", "WorkloadIdentity", "gcpServiceAccount"),
    tools=(
        Tool("gcloud", ("--version",), "logs in to Google Cloud", "https://cloud.google.com/sdk/docs/install"),
        Tool(
            "gke-gcloud-auth-plugin",
            ("--version",),
            "logs kubectl in to GKE",
            "gcloud components install gke-gcloud-auth-plugin",
        ),
    ),
    # google/skills@b60b072d skills/cloud/gke-storage/SKILL.md (Default StorageClasses)
    storage_classes=("standard-rwo", "premium-rwo", "standard-rwx", "premium-rwx"),
    sources=(
        # Clients 2..48: google/k8s GKE docs and the autoscaler's own check.
        "https://cloud.google.com/kubernetes-engine/docs/concepts/timesharing-gpus",
        "https://github.com/GoogleCloudPlatform/container-engine-accelerators",
    ),
)
