"""What makes the nodes of AKS: node pools by Terraform; Karpenter's objects stand in `karpenter`.

Source of arguments: hashicorp/terraform-provider-azurerm
website/docs/r/kubernetes_cluster_node_pool.html.markdown (4.x).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from compiler.model import names
from compiler.model.manifest import Object
from compiler.model.platform import GpuPool
from compiler.providers.aks import PROVIDER
from compiler.providers.aks.cluster import cluster_terraform, has_karpenter
from compiler.providers.aks.karpenter import karpenter_objects
from compiler.providers.base.creation import ROOT_VOLUME_GIB, Content, NodeMaker, NodePool, Order, Terraform, joined
from compiler.providers.base.terraform import (
    document,
    files,
    label,
    machine_type,
    registries,
    terraform_steps,
    unknown_machines,
)

_MIG_LABEL = "nvidia.com/mig.config"
"""What asks the GPU Operator to cut GPUs that Azure has cut already."""


class _Azure(NodeMaker):
    provider = PROVIDER
    has_driver = True
    mig_software = ("Azure cuts the GPUs itself; the device plugin needs MIG strategy `mixed`.",)

    def files(self, order: Order) -> Mapping[str, Content]:
        """Return the Terraform of the cluster."""
        return files(cluster_terraform(order, self.outside(order)))

    def steps(self, order: Order) -> Iterator[str]:
        """Yield what to have, and the commands from an empty subscription to a kubeconfig."""
        cluster = order.cluster
        group = cluster.resource_group or "GROUP"
        yield "With `terraform` 1.10 or newer and `az`, as an owner of the subscription. STATE_GROUP and ACCOUNT are a"
        yield "resource group and a storage account of yours, CONTAINER a container in it that keeps Terraform's state;"
        yield "without them, `init` stops."
        if cluster.subscription is None:
            yield "The environment variable `ARM_SUBSCRIPTION_ID` names the subscription."
        if cluster.resource_group is None:
            yield "Terraform asks for the resource group that it is to create; GROUP stands for it below."
        for name in registries(order, "acr", "name"):
            yield f"It asks for the id of registry {name}, which this prints:"
            yield f"`az acr show --name={name} --query=id --output=tsv`"
        yield "\n```sh"
        yield "az login"
        yield from terraform_steps(
            "resource_group_name=STATE_GROUP", "storage_account_name=ACCOUNT", "container_name=CONTAINER"
        )
        yield f"az aks get-credentials --resource-group={group} --name={cluster.name}"
        yield "```"

    def remarks(self, order: Order) -> Iterator[str]:
        """Yield what is on, and what becomes of the resource group."""
        yield "Cilium holds pods to NetworkPolicies, which keep teams apart; workload identity is on."
        yield "Terraform creates the resource group: `terraform import` takes one that is there already."
        images = registries(order, "acr", "name")
        if images:
            yield f"The nodes may read the images of {joined(images)}."
        if has_karpenter(order):
            yield (
                "Azure runs Karpenter in the cluster (node auto-provisioning), and then lets no node pool scale: "
                "`system_min_nodes` nodes stay, and Karpenter's own NodePool `default` adds what needs no GPU."
            )

    def node_objects(self, order: Order) -> Sequence[Object]:
        """Return what Karpenter makes nodes from."""
        mine = self.inside(order)
        return karpenter_objects(order, mine, has_operator=_has_operator(order))

    def node_text(self, order: Order, inside: Sequence[NodePool]) -> Iterator[str]:
        """Yield that Karpenter makes the nodes, and what it needs for that."""
        del order
        pools = joined([pool.name for pool in inside])
        yield f"Karpenter makes and removes the nodes of {pools}, by the NodePools of application"
        yield f"`{names.GPU_NODES_APPLICATION}`. Azure runs it where the cluster has node auto-provisioning"
        yield "(`az aks update --node-provisioning-mode=Auto` for one that is there already)."

    def gpu_terraform(self, order: Order, outside: Sequence[NodePool]) -> Terraform:
        """Return a node pool for each GPU pool.

        Azure puts the driver into the node's image and cuts the GPUs, unless the GPU Operator is there for both.
        """
        resources = {
            label(pool): _node_pool(pool, has_operator=_has_operator(order), scales=not has_karpenter(order))
            for pool in outside
        }
        variables: Terraform = {
            "cluster_id": {"type": "string", "description": "Resource id of the cluster."},
            "subnet_id": {"type": "string", "default": None, "description": "Subnet of the nodes, if it is yours."},
        }
        return document(
            variables | unknown_machines(outside), resource={"azurerm_kubernetes_cluster_node_pool": resources}
        )


CREATION = _Azure()


def _has_operator(order: Order) -> bool:
    return "gpu-operator" in order.cluster.installed


def _node_pool(made: NodePool, *, has_operator: bool, scales: bool) -> dict[str, Any]:
    pool = made.pool
    entry: dict[str, Any] = {
        "name": PROVIDER.pool_name.form(pool.name),
        "kubernetes_cluster_id": "${var.cluster_id}",
        "vnet_subnet_id": "${var.subnet_id}",
        "vm_size": machine_type(made),
        "mode": "User",
        "os_sku": "Ubuntu",
        "os_disk_size_gb": ROOT_VOLUME_GIB,
        **(
            {"auto_scaling_enabled": True, "min_count": pool.min_nodes, "max_count": pool.max_nodes}
            if scales
            else {"auto_scaling_enabled": False, "node_count": pool.max_nodes}
        ),
        "node_labels": dict(made.labels),
        "node_taints": [f"{each['key']}={each['value']}:{each['effect']}" for each in made.taints],
    }
    if made.has_nvidia:
        entry["gpu_driver"] = "None" if has_operator else "Install"
    size = _mig_size(pool, (made.accelerator.get("mig") or {}).get("profiles", ()))
    if size and not has_operator:
        entry["gpu_instance"] = size
        del entry["node_labels"][_MIG_LABEL]
    if pool.zones:
        entry["zones"] = sorted({zone.rpartition("-")[2] for zone in pool.zones})
    if pool.spot:
        entry |= {"priority": "Spot", "eviction_policy": "Delete", "spot_max_price": -1}
    return entry


def _mig_size(pool: GpuPool, profiles: Sequence[Mapping[str, Any]]) -> str | None:
    """Return `MIG1g` for the first profile of one slice, and so on; nothing for the special ones of the same size.

    Source: MicrosoftDocs/azure-aks-docs@04921f5f articles/aks/gpu-multi-instance.md.
    """
    if pool.sharing.profile is None:
        return None
    size = pool.sharing.profile.partition(".")[0]
    first = next((each["profile"] for each in profiles if str(each["profile"]).startswith(f"{size}.")), None)
    return f"MIG{size}" if first == pool.sharing.profile else None
