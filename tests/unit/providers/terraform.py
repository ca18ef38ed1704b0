"""What Terraform's providers take of what we write, and a judge of configurations by it.

The providers' own schemas need Terraform; these tables say for each kind of block which arguments and blocks it has,
as far as we use them, and which it must have. They were taken from the places that are named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

META = frozenset({"depends_on", "for_each", "lifecycle"})
"""What every resource takes (https://developer.hashicorp.com/terraform/language/meta-arguments)."""
_GOOGLE = "hashicorp/terraform-provider-google@v7.45.0 website/docs/r/"
_AZURE = "hashicorp/terraform-provider-azurerm v4.81.0 and v5.2.0 website/docs/r/"
_AWS = "hashicorp/aws 6.25.0, by cdktf-cdktf-provider-aws 21.22.1"

ARGUMENTS: Mapping[str, tuple[str, str]] = {
    # kind: (its source, its arguments; those with ! are required, a path leads into a block)
    "google_compute_network": (f"{_GOOGLE}compute_network", "name! auto_create_subnetworks project"),
    "google_compute_subnetwork": (
        f"{_GOOGLE}compute_subnetwork",
        "name! network! ip_cidr_range region project private_ip_google_access secondary_ip_range",
    ),
    "google_compute_subnetwork.secondary_ip_range": ("", "range_name! ip_cidr_range"),
    "google_service_account": (f"{_GOOGLE}google_service_account", "account_id! display_name project"),
    "google_project_iam_member": (f"{_GOOGLE}google_project_iam", "project! role! member!"),
    "google_container_cluster": (
        f"{_GOOGLE}container_cluster",
        (
            "name! location node_locations project network subnetwork min_master_version release_channel "
            "remove_default_node_pool initial_node_count networking_mode datapath_provider ip_allocation_policy "
            "workload_identity_config node_config deletion_protection"
        ),
    ),
    "google_container_cluster.release_channel": ("", "channel!"),
    "google_container_cluster.ip_allocation_policy": ("", "cluster_secondary_range_name services_secondary_range_name"),
    "google_container_cluster.workload_identity_config": ("", "workload_pool"),
    "google_container_cluster.node_config": ("", "service_account"),
    "google_container_node_pool": (
        f"{_GOOGLE}container_node_pool",
        "cluster! name location project node_locations initial_node_count autoscaling management node_config",
    ),
    "google_container_node_pool.autoscaling": ("", "total_min_node_count total_max_node_count location_policy"),
    "google_container_node_pool.management": ("", "auto_repair auto_upgrade"),
    "google_container_node_pool.node_config": (
        f"{_GOOGLE}container_cluster",
        (
            "machine_type disk_size_gb disk_type service_account oauth_scopes workload_metadata_config spot labels "
            "taint guest_accelerator"
        ),
    ),
    "google_container_node_pool.node_config.workload_metadata_config": ("", "mode!"),
    "google_container_node_pool.node_config.taint": ("", "key! value! effect!"),
    "google_container_node_pool.node_config.guest_accelerator": (
        "",
        "type! count! gpu_driver_installation_config gpu_partition_size gpu_sharing_config",
    ),
    "google_container_node_pool.node_config.guest_accelerator.gpu_driver_installation_config": (
        "",
        "gpu_driver_version!",
    ),
    "google_container_node_pool.node_config.guest_accelerator.gpu_sharing_config": (
        "",
        "gpu_sharing_strategy! max_shared_clients_per_gpu!",
    ),
    "aws_vpc": (_AWS, "cidr_block enable_dns_support enable_dns_hostnames tags"),
    "aws_internet_gateway": (_AWS, "vpc_id tags"),
    "aws_subnet": (_AWS, "vpc_id! availability_zone cidr_block map_public_ip_on_launch tags"),
    "aws_eip": (_AWS, "domain"),
    "aws_nat_gateway": (_AWS, "allocation_id subnet_id tags"),
    "aws_route_table": (_AWS, "vpc_id! tags"),
    "aws_route": (_AWS, "route_table_id! destination_cidr_block gateway_id nat_gateway_id"),
    "aws_route_table_association": (_AWS, "route_table_id! subnet_id"),
    "aws_iam_role": (_AWS, "assume_role_policy! name"),
    "aws_iam_role_policy_attachment": (_AWS, "policy_arn! role!"),
    "aws_iam_openid_connect_provider": (_AWS, "client_id_list! url!"),
    "aws_eks_cluster": (_AWS, "name! role_arn! vpc_config! access_config version deletion_protection"),
    "aws_eks_cluster.vpc_config": ("", "subnet_ids! endpoint_private_access"),
    "aws_eks_cluster.access_config": ("", "authentication_mode bootstrap_cluster_creator_admin_permissions"),
    "aws_ec2_tag": (_AWS, "key! resource_id! value!"),
    "aws_eks_addon": (
        _AWS,
        (
            "addon_name! cluster_name! configuration_values service_account_role_arn resolve_conflicts_on_create "
            "resolve_conflicts_on_update"
        ),
    ),
    "aws_eks_node_group": (
        _AWS,
        (
            "cluster_name! node_role_arn! scaling_config! subnet_ids! ami_type capacity_type disk_size instance_types "
            "labels node_group_name taint version"
        ),
    ),
    "aws_eks_node_group.scaling_config": ("", "desired_size! max_size! min_size!"),
    "aws_eks_node_group.taint": ("", "effect! key! value"),
    "aws_autoscaling_group_tag": (_AWS, "autoscaling_group_name! tag!"),
    "aws_autoscaling_group_tag.tag": ("", "key! propagate_at_launch! value!"),
    "data.aws_availability_zones": (_AWS, "filter"),
    "data.aws_availability_zones.filter": ("", "name! values!"),
    "azurerm_resource_group": (f"{_AZURE}resource_group", "name! location!"),
    "azurerm_virtual_network": (f"{_AZURE}virtual_network", "name! resource_group_name! location! address_space"),
    "azurerm_subnet": (f"{_AZURE}subnet", "name! resource_group_name! virtual_network_name! address_prefixes"),
    "azurerm_role_assignment": (f"{_AZURE}role_assignment", "scope! principal_id! role_definition_name"),
    "azurerm_kubernetes_cluster": (
        f"{_AZURE}kubernetes_cluster",
        # `node_provisioning_profile` is required from 5.0 on.
        (
            "name! location! resource_group_name! default_node_pool! node_provisioning_profile! dns_prefix "
            "kubernetes_version identity network_profile oidc_issuer_enabled workload_identity_enabled"
        ),
    ),
    "azurerm_kubernetes_cluster.default_node_pool": (
        "",
        (
            "name! vm_size vnet_subnet_id os_disk_size_gb auto_scaling_enabled min_count max_count node_count zones "
            "temporary_name_for_rotation"
        ),
    ),
    "azurerm_kubernetes_cluster.identity": ("", "type!"),
    "azurerm_kubernetes_cluster.network_profile": (
        "",
        "network_plugin! network_plugin_mode network_policy network_data_plane",
    ),
    "azurerm_kubernetes_cluster.node_provisioning_profile": ("", "mode"),
    "azurerm_kubernetes_cluster_node_pool": (
        f"{_AZURE}kubernetes_cluster_node_pool",
        (
            "name! kubernetes_cluster_id! vm_size vnet_subnet_id mode os_sku os_disk_size_gb auto_scaling_enabled "
            "min_count max_count node_count node_labels node_taints gpu_driver gpu_instance zones priority "
            "eviction_policy spot_max_price"
        ),
    ),
}
_MAPS = frozenset({"tags", "labels", "node_labels"})
"""Arguments whose keys are ours."""
_EXPRESSION = re.compile(r"\$\{(.*?)\}(?!\})", re.DOTALL)
_REFERENCE = re.compile(r"(?<![\w.\"-])(?:(data)\.)?([a-z][a-z0-9_]*)\.([A-Za-z][\w-]*)")
_OWN = frozenset({"each", "subnet"})
"""What iteration brings into scope."""


def problems(configuration: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a configuration: arguments that no table has, missing ones, broken references."""
    found = []
    for kind, resources in configuration.get("resource", {}).items():
        for name, body in resources.items():
            found += _unknown(kind, {key: each for key, each in body.items() if key not in META}, f"{kind}.{name}")
    for kind, sources in configuration.get("data", {}).items():
        for name, body in sources.items():
            found += _unknown(f"data.{kind}", body, f"data.{kind}.{name}")
    return found + list(_broken(configuration))


def _unknown(kind: str, body: Mapping[str, Any], place: str) -> list[str]:
    if kind not in ARGUMENTS:
        return [f"{place}: nobody knows {kind}"]
    words = ARGUMENTS[kind][1].split()
    found = [f"{place}: {word[:-1]} is missing" for word in words if word.endswith("!") and word[:-1] not in body]
    known = {word.rstrip("!") for word in words}
    for key, value in body.items():
        if key not in known:
            found.append(f"{place}: {key} is no argument")
        blocks = value if isinstance(value, list) else [value]
        for block in blocks:
            if isinstance(block, dict) and key not in _MAPS:
                found += _unknown(f"{kind}.{key}", block, f"{place}.{key}")
    return found


def _broken(configuration: Mapping[str, Any]) -> Iterator[str]:
    """Yield the references to what the configuration does not declare, and variables that nothing reads."""
    read = set()
    for text in _texts({key: each for key, each in configuration.items() if key != "variable"}):
        for expression in _EXPRESSION.findall(text):
            for data, kind, name in _REFERENCE.findall(expression):
                read.add((kind, name))
                if not data and (kind in _OWN or _is_declared(configuration, kind, name)):
                    continue
                if not (data and name in configuration.get("data", {}).get(kind, {})):
                    yield f"{expression}: {kind}.{name} is not declared"
    for waited in _waited(configuration):
        kind, _, name = waited.partition(".")
        if not _is_declared(configuration, kind, name):
            yield f"depends_on {waited}: not declared"
    for name in configuration.get("variable", {}):
        if ("var", name) not in read:
            yield f"variable {name} is never read"


def _is_declared(configuration: Mapping[str, Any], kind: str, name: str) -> bool:
    if kind == "var":
        return name in configuration.get("variable", {})
    if kind == "local":
        return name in configuration.get("locals", {})
    return name in configuration.get("resource", {}).get(kind, {})


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield key
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _waited(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from inner if key == "depends_on" else _waited(inner)
