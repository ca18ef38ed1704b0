"""Google Kubernetes Engine; knows nothing of how its nodes are created."""

from __future__ import annotations

import re
from collections.abc import Mapping

from compiler.providers.base import NameRule, Provider, TokenIssuer


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
    api_groups=("cloud.google.com",),
    gpu_resource=gpu_resource,
    node_marks=("cloud.google.com/gke-nodepool",),
    pool_marks=pool_marks,
    selecting_marks=(COMPUTE_CLASS,),
    # Google installs its own plugin (google/container-engine-accelerators@992db812 cmd/nvidia_gpu); for MPS see its
    # pkg/gpu/nvidia/gpusharing/gpusharing.go.
    serves_gpus=True,
    mps_gives_several=True,
    sources=(
        # Clients 2..48: google/k8s GKE docs and the autoscaler's own check.
        "https://cloud.google.com/kubernetes-engine/docs/concepts/timesharing-gpus",
        "https://github.com/GoogleCloudPlatform/container-engine-accelerators",
    ),
)
