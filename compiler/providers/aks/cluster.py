"""The Terraform of an AKS cluster: group, network, control plane, nodes, workload identity, access to images.

Source of arguments: hashicorp/terraform-provider-azurerm v4.81.0 and v5.2.0 website/docs/r/{kubernetes_cluster,
virtual_network,subnet,resource_group,role_assignment}.html.markdown, which agree in all that is written here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from compiler.providers.aks import KARPENTER
from compiler.providers.base.creation import NodePool, Order, Terraform
from compiler.providers.base.terraform import (
    document,
    gpu_module,
    registries,
    settings,
    system_variables,
    unknown_machines,
)

VERSION = ">= 4.81.0, < 6.0.0"
_MACHINE = "Standard_D4s_v5"
_DISK_GIB = 100
_PREFIX_LIMIT = 54
"""Longest `dns_prefix`."""
_GROUP = "${azurerm_resource_group.cluster.name}"


def cluster_terraform(order: Order, outside: Sequence[NodePool]) -> Terraform:
    """Return the configuration; `outside` are the pools whose nodes the module beside it makes.

    Cilium makes NetworkPolicies work, which keep teams apart.
    """
    cluster = order.cluster
    location = "${azurerm_resource_group.cluster.location}"
    images = registries(order, "acr", "name")
    return document(
        {
            **resource_group_variable(order),
            **{
                f"acr_{name}_id": {"type": "string", "description": f"Resource id of the container registry {name}."}
                for name in images
            },
            **_system_variables(order),
            **unknown_machines(outside),
        },
        terraform=settings("azurerm", VERSION, "azurerm", {"key": f"platform/{cluster.name}.tfstate"}),
        provider={
            "azurerm": {
                "features": {},
                **({"subscription_id": cluster.subscription} if cluster.subscription else {}),
            }
        },
        resource={
            "azurerm_resource_group": {"cluster": {"name": resource_group(order), "location": cluster.region}},
            "azurerm_virtual_network": {
                "cluster": {
                    "name": cluster.name,
                    "location": location,
                    "resource_group_name": _GROUP,
                    "address_space": ["10.224.0.0/12"],
                }
            },
            "azurerm_subnet": {
                "nodes": {
                    "name": "nodes",
                    "resource_group_name": _GROUP,
                    "virtual_network_name": "${azurerm_virtual_network.cluster.name}",
                    "address_prefixes": ["10.224.0.0/16"],
                }
            },
            "azurerm_kubernetes_cluster": {"cluster": {"location": location, **_cluster(order)}},
            "azurerm_role_assignment": {
                "network": {
                    "scope": "${azurerm_subnet.nodes.id}",
                    "role_definition_name": "Network Contributor",
                    "principal_id": "${azurerm_kubernetes_cluster.cluster.identity[0].principal_id}",
                },
                **{
                    f"images-{name}": {
                        "scope": f"${{var.acr_{name}_id}}",
                        "role_definition_name": "AcrPull",
                        "principal_id": "${azurerm_kubernetes_cluster.cluster.kubelet_identity[0].object_id}",
                    }
                    for name in images
                },
            },
        },
        module=gpu_module(
            outside,
            "azurerm_kubernetes_cluster.cluster",
            cluster_id="${azurerm_kubernetes_cluster.cluster.id}",
            subnet_id="${azurerm_subnet.nodes.id}",
        ),
    )


def has_karpenter(order: Order) -> bool:
    """Return whether Karpenter makes nodes of the cluster; then Azure lets no node pool scale.

    Source: https://learn.microsoft.com/dotnet/api/azure.resourcemanager.containerservice.models.nodeprovisioningmode.
    """
    return any(pool.pool.provisioner == KARPENTER for pool in order.pools)


def _system_variables(order: Order) -> Terraform:
    variables = system_variables(_MACHINE)
    if has_karpenter(order):
        # More than these come from Karpenter's own NodePool `default`.
        del variables["system_max_nodes"]
    return variables


def resource_group(order: Order) -> str:
    """Return the resource group of the cluster, or the variable that stands for it."""
    return order.cluster.resource_group or "${var.resource_group}"


def resource_group_variable(order: Order) -> Terraform:
    """Return the variable, where the platform file does not name the group."""
    if order.cluster.resource_group:
        return {}
    return {"resource_group": {"type": "string", "description": "Resource group of the cluster."}}


def _cluster(order: Order) -> Terraform:
    cluster = order.cluster
    return {
        "name": cluster.name,
        "resource_group_name": _GROUP,
        "dns_prefix": cluster.name[:_PREFIX_LIMIT].rstrip("-"),
        "kubernetes_version": re.split("[+-]", cluster.kubernetes)[0],
        "default_node_pool": [
            {
                "name": "system",
                "temporary_name_for_rotation": "systemnext",
                "vm_size": "${var.system_machine_type}",
                "vnet_subnet_id": "${azurerm_subnet.nodes.id}",
                "os_disk_size_gb": _DISK_GIB,
                **(
                    {"auto_scaling_enabled": False, "node_count": "${var.system_min_nodes}"}
                    if has_karpenter(order)
                    else {
                        "auto_scaling_enabled": True,
                        "min_count": "${var.system_min_nodes}",
                        "max_count": "${var.system_max_nodes}",
                    }
                ),
                **({"zones": sorted({zone.rpartition("-")[2] for zone in cluster.zones})} if cluster.zones else {}),
            }
        ],
        "identity": [{"type": "SystemAssigned"}],
        "network_profile": [
            {
                "network_plugin": "azure",
                "network_plugin_mode": "overlay",
                "network_policy": "cilium",
                "network_data_plane": "cilium",
            }
        ],
        "node_provisioning_profile": [{"mode": "Auto" if has_karpenter(order) else "Manual"}],
        "oidc_issuer_enabled": True,
        "workload_identity_enabled": True,
    }
