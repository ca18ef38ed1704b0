"""Who makes a cluster's nodes show the devices of its pools: the kind of cluster, a component, or nobody in the file.

Knows no team and no work. A node has a GPU for Kubernetes only once a device plugin runs on it, which must tolerate the
pool's own taint. Sources, beside those of the providers that bring one: the images of EKS' AL2023 nodes have the driver
alone (awsdocs/amazon-eks-user-guide@07d09a00 latest/ug/ml/ml-eks-optimized-ami.adoc), and those of AKS too
(MicrosoftDocs/azure-aks-docs@04921f5f articles/aks/use-nvidia-gpu.md).
"""

from __future__ import annotations

from compiler.frozen import frozen
from compiler.model.platform import Cluster, GpuPool
from compiler.placement.nodes import device_taint
from compiler.providers import Providers

_COMPONENTS = {"nvidia.com/gpu": "gpu-operator"}
"""The component that brings a device's plugin."""


@frozen
class Server:
    """Who serves the device of a pool: `by_provider`, else the `component` that does or could; `None`: there is none.

    `serves` says whether somebody does, as far as the platform file tells.
    """

    device: str
    by_provider: bool
    component: str | None
    serves: bool


def server_of(pool: GpuPool, cluster: Cluster) -> Server:
    """Return who makes the nodes of a pool show their devices; slices of a GPU come from the whole GPU's plugin."""
    device = device_taint(pool.resource)
    component = _COMPONENTS.get(device)
    by_provider = Providers()[cluster.provider].serves_gpus
    return Server(device, by_provider, component, by_provider or component in cluster.installed)


def unserved(cluster: Cluster) -> dict[str, list[GpuPool]]:
    """Return the pools whose devices nobody in the file serves, by device."""
    found: dict[str, list[GpuPool]] = {}
    for pool in cluster.pools:
        server = server_of(pool, cluster)
        if not server.serves:
            found.setdefault(server.device, []).append(pool)
    return found
