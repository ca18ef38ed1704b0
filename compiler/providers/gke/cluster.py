"""The Terraform of a GKE cluster: network, control plane, nodes, workload identity, access to images.

Source of arguments: hashicorp/terraform-provider-google@v7.45.0 website/docs/r/{container_cluster,container_node_pool,
compute_network,compute_subnetwork,google_service_account,google_project_iam}.html.markdown.
"""

from __future__ import annotations

from collections.abc import Sequence

from compiler.model import names
from compiler.providers.base.creation import NodePool, Order, Terraform
from compiler.providers.base.terraform import (
    document,
    gpu_module,
    is_kept,
    registries,
    settings,
    system_variables,
    unknown_machines,
)

VERSION = "~> 7.45"
_ACCOUNT_LIMIT = 30
"""Longest id of a service account (google_service_account, `account_id`)."""
_MACHINE = "e2-standard-4"
_DISK_GIB = 100
_PODS, _SERVICES = "pods", "services"
_NODE_ROLE = "roles/container.defaultNodeServiceAccount"
"""All that a node's own account needs.
Source: https://cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster#use_least_privilege_sa."""
_READER = "roles/artifactregistry.reader"
_MEMBER = "serviceAccount:${google_service_account.nodes.email}"


def cluster_terraform(order: Order, outside: Sequence[NodePool]) -> Terraform:
    """Return the configuration; `outside` are the pools whose nodes the module beside it makes.

    Dataplane V2 makes NetworkPolicies work, which keep teams apart.
    """
    cluster = order.cluster
    place = {"project": cluster.project}
    return document(
        system_variables(_MACHINE) | unknown_machines(outside),
        terraform=settings("google", VERSION, "gcs", {"prefix": f"platform/{cluster.name}"}),
        provider={"google": {"project": cluster.project, "region": cluster.region}},
        resource={
            "google_compute_network": {
                "cluster": {**place, "name": cluster.name, "auto_create_subnetworks": False},
            },
            "google_compute_subnetwork": {
                "nodes": {
                    **place,
                    "name": cluster.name,
                    "region": cluster.region,
                    "network": "${google_compute_network.cluster.id}",
                    "ip_cidr_range": "10.0.0.0/20",
                    "private_ip_google_access": True,
                    "secondary_ip_range": [
                        {"range_name": _PODS, "ip_cidr_range": "10.4.0.0/14"},
                        {"range_name": _SERVICES, "ip_cidr_range": "10.8.0.0/20"},
                    ],
                }
            },
            "google_service_account": {
                "nodes": {
                    **place,
                    "account_id": names.shorten(f"{cluster.name}-nodes", _ACCOUNT_LIMIT),
                    "display_name": f"Nodes of {cluster.name}",
                }
            },
            "google_project_iam_member": {
                "nodes": {**place, "role": _NODE_ROLE, "member": _MEMBER},
                **{
                    f"images-{project}": {"project": project, "role": _READER, "member": _MEMBER}
                    for project in registries(order, "gar", "project")
                },
            },
            "google_container_cluster": {"cluster": _cluster(order)},
            "google_container_node_pool": {"system": _system(order)},
        },
        module=gpu_module(
            outside, "google_container_cluster.cluster", node_service_account="${google_service_account.nodes.email}"
        ),
    )


def _cluster(order: Order) -> Terraform:
    cluster = order.cluster
    return {
        "project": cluster.project,
        "name": cluster.name,
        "location": cluster.region,
        **({"node_locations": sorted(cluster.zones)} if cluster.zones else {}),
        "network": "${google_compute_network.cluster.id}",
        "subnetwork": "${google_compute_subnetwork.nodes.id}",
        "min_master_version": cluster.kubernetes,
        "release_channel": [{"channel": "REGULAR"}],
        "remove_default_node_pool": True,
        "initial_node_count": 1,
        "networking_mode": "VPC_NATIVE",
        "datapath_provider": "ADVANCED_DATAPATH",
        "ip_allocation_policy": [{"cluster_secondary_range_name": _PODS, "services_secondary_range_name": _SERVICES}],
        "workload_identity_config": [{"workload_pool": f"{cluster.project}.svc.id.goog"}],
        "node_config": [{"service_account": "${google_service_account.nodes.email}"}],
        "deletion_protection": is_kept(cluster),
        # The node pool that is removed at once, and what GKE makes of its settings, are no concern later.
        "lifecycle": [{"ignore_changes": ["initial_node_count", "node_config"]}],
    }


def _system(order: Order) -> Terraform:
    cluster = order.cluster
    return {
        "project": cluster.project,
        "name": "system",
        "location": cluster.region,
        "cluster": "${google_container_cluster.cluster.name}",
        "autoscaling": [
            {
                "total_min_node_count": "${var.system_min_nodes}",
                "total_max_node_count": "${var.system_max_nodes}",
                "location_policy": "BALANCED",
            }
        ],
        "management": [{"auto_repair": True, "auto_upgrade": True}],
        "node_config": [
            {
                "machine_type": "${var.system_machine_type}",
                "disk_size_gb": _DISK_GIB,
                "service_account": "${google_service_account.nodes.email}",
                "oauth_scopes": ["https://www.googleapis.com/auth/cloud-platform"],
                "workload_metadata_config": [{"mode": "GKE_METADATA"}],
            }
        ],
        "lifecycle": [{"ignore_changes": ["initial_node_count"]}],
    }
