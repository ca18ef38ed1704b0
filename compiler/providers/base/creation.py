"""The shape of how clusters of a kind, and the nodes of their GPU pools, come to be.

This is what a provider answers that makes nothing: nodes are there already. Plain data and text; knows neither the
catalog nor where files go.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from compiler.frozen import frozen
from compiler.model.footprint import Footprint
from compiler.model.manifest import Object
from compiler.model.platform import Cluster, GpuPool
from compiler.providers.base import Provider

ROOT_VOLUME_GIB = 200
"""Disk of a GPU node: CUDA images fill what clouds give by default, such as the 20 GiB of EKS."""
Content = str | Mapping[str, Any]
"""What a file holds: text as it is, or data."""
Terraform = dict[str, Any]
"""A Terraform configuration as JSON has it."""


@frozen
class NodePool:
    """A GPU pool with what its nodes are made of and carry.

    `accelerator` is the catalog's entry of its GPU as plain data. `types` are the machine types, the smallest first:
    the declared one alone, or those of the table with as many GPUs; empty where nothing is known. `machines` are the
    table's entries of those types. `labels` and `taints` are those that whoever makes a node must give it, `device` is
    the key of the taint that belongs to the device, `units` how many schedulable units a node has.
    """

    pool: GpuPool
    accelerator: Mapping[str, Any]
    types: tuple[str, ...]
    machines: tuple[Mapping[str, Any], ...]
    labels: Mapping[str, str]
    taints: tuple[Mapping[str, Any], ...]
    device: str
    units: int

    @property
    def name(self) -> str:
        """Return the pool's name."""
        return self.pool.name

    @property
    def has_nvidia(self) -> bool:
        """Return whether its devices are NVIDIA's."""
        return self.device == "nvidia.com/gpu"

    @property
    def is_declared(self) -> bool:
        """Return whether the platform file says the machine type."""
        return self.pool.machine_type is not None

    @property
    def is_arm64(self) -> bool:
        """Return whether all of its machines are Arm's."""
        return bool(self.machines) and all(each.get("arch") == "arm64" for each in self.machines)


@frozen
class Order:
    """What is to be made: a cluster with the pools of its GPUs, in the order of their names.

    `kubernetes_minor` is 34 for 1.34. `footprint` is what all that is installed asks of it, `small` what it would ask
    with `size: small`.
    """

    cluster: Cluster
    pools: tuple[NodePool, ...]
    kubernetes_minor: int
    footprint: Footprint = Footprint()
    small: Footprint = Footprint()


class Creation:
    """How clusters of one kind come to be: answers are data and text about an order.

    `provider` is what it makes clusters of, where that has ways to make nodes. `creates` tells that there is a way
    to create a cluster at all. Unless it is a `NodeMaker` people label and taint nodes that are there.
    `shares_gpus` tells that nodes come with their GPUs shared, so that no label has to say it. `has_driver` tells
    that the nodes' images have the driver. `gpu_software` says who installs driver and device plugin where the
    provider does both, `gpu_by_hand` what to know of GPUs where it makes no nodes, `mig_software` what the device
    plugin needs where the provider cuts GPUs, `scaling` who decides on the number of nodes that Terraform made.
    """

    provider: Provider | None = None
    creates = False
    shares_gpus = False
    has_driver = False
    gpu_software: tuple[str, ...] = ()
    gpu_by_hand: str | None = None
    mig_software: tuple[str, ...] = ()
    scaling: tuple[str, ...] = ()

    def files(self, order: Order) -> Mapping[str, Content]:
        """Return what a person runs to create the cluster, by path: text, or data of JSON and YAML files."""
        del order
        return {}

    def steps(self, order: Order) -> Iterator[str]:
        """Yield lines of Markdown: what to run in the folder of those files, and what to know before."""
        del order
        yield from ()

    def remarks(self, order: Order) -> Iterator[str]:
        """Yield what is particular to such a cluster, one item of a list in Markdown each."""
        del order
        yield from ()

    def context(self, order: Order) -> str:
        """Return the name that the cluster then has in a kubeconfig."""
        return order.cluster.name

    def is_outside(self, pool: GpuPool, kubernetes_minor: int) -> bool:
        """Return whether Terraform makes the pool's nodes, and no object in the cluster."""
        maker = self.provider.provisioner(pool, kubernetes_minor) if self.provider else None
        return maker is not None and not maker.in_cluster

    def outside(self, order: Order) -> list[NodePool]:
        """Return the pools whose nodes Terraform makes."""
        return [pool for pool in order.pools if self.is_outside(pool.pool, order.kubernetes_minor)]

    def node_objects(self, order: Order) -> Sequence[Object]:
        """Return the objects from which the cluster's autoscaler makes nodes."""
        del order
        return ()

    def node_text(self, order: Order, inside: Sequence[NodePool]) -> Iterator[str]:
        """Yield lines of Markdown on how the nodes of `inside` come from those objects."""
        del order, inside
        yield from ()


class NodeMaker(Creation, ABC):
    """How clusters come to be whose machines come from the provider, by Terraform or by objects in the cluster."""

    creates = True

    def inside(self, order: Order) -> list[NodePool]:
        """Return the pools whose nodes objects in the cluster make."""
        return [pool for pool in order.pools if not self.is_outside(pool.pool, order.kubernetes_minor)]

    @abstractmethod
    def gpu_terraform(self, order: Order, outside: Sequence[NodePool]) -> Terraform:
        """Return what makes the nodes of the pools of `outside`."""


def joined(items: Sequence[str]) -> str:
    """Return `a, b and c`."""
    *first, last = sorted(items)
    return f"{', '.join(first)} and {last}" if first else last
