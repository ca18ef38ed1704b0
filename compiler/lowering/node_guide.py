"""The page that says how nodes come into the GPU pools of a cluster, and what must be there for it.

Text only; what it speaks of is made in `nodes` and `node_files`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from compiler.lowering.admission import FIRST_POLICY_MINOR
from compiler.lowering.device_sharing import PLUGIN_CONFIG_LABEL
from compiler.lowering.nodes import EC2_AMI, pool_labels
from compiler.model import names
from compiler.model.platform import Cluster, GpuPool
from compiler.placement.nodes import device_taint, node_taints, units_per_node
from compiler.providers import Providers

_FILE = "gpu-pools"
_BY_HAND = {
    "k3d": "the cluster is created with `options: {runtime: {gpuRequest: all}}` from a k3s image with NVIDIA's "
    "container toolkit, and pods need `runtimeClassName: nvidia`; `options.k3s.nodeLabels` can give nodes their labels",
    "k3s": "`node-label` and `node-taint` in /etc/rancher/k3s/config.yaml give a node the same when it joins",
    "microk8s": "the addon `nvidia` (`gpu` in older versions) installs the GPU Operator",
    "minikube": "`minikube start --driver docker --container-runtime docker --gpus all`, no other way has GPUs",
}
"""What to know of GPUs where nodes are no cloud's. Source: k3d-io/k3d@v5.9.0 docs/usage/advanced/cuda.md;
docs.k3s.io/installation/configuration; kubernetes/minikube@v1.38.1 cmd/minikube/cmd/start_flags.go;
microk8s.io/docs/addon-gpu."""


def guide(cluster: Cluster, pools: Sequence[GpuPool], outside: Collection[str], kubernetes_minor: int) -> str:
    """Return the page as Markdown; `outside` names the pools whose nodes Terraform makes."""
    parts = [f"# GPU pools of {cluster.name}\n", *_table(cluster, pools), *_making(cluster, pools, outside)]
    parts += _software(cluster, pools)
    parts += _teams(cluster, kubernetes_minor)
    return "\n".join(parts) + "\n"


def _table(cluster: Cluster, pools: Sequence[GpuPool]) -> Iterator[str]:
    yield "| pool | GPUs of a node | pods ask for | of a node | nodes | labels | taints |"
    yield f"|{' --- |' * 7}"
    for pool in pools:
        labels = "<br>".join(f"`{key}={value}`" for key, value in sorted(pool_labels(pool, cluster.provider).items()))
        taints = "<br>".join(
            f"`{each['key']}={each['value']}:{each['effect']}`" for each in node_taints(pool, cluster.provider)
        )
        cells = (
            pool.name,
            f"{pool.gpus_per_node} {pool.accelerator}",
            f"`{pool.resource}`",
            str(units_per_node(pool)),
            f"{pool.min_nodes} to {pool.max_nodes}{', spot' if pool.spot else ''}",
            labels,
            taints,
        )
        yield f"| {' | '.join(cells)} |"
    yield ""
    yield "Every node of a pool must carry all of that pool's labels and taints before pods reach it:"
    yield f"`{names.POOL_KEY}` is what queues, notebooks and the admission policy go by."


def _making(cluster: Cluster, pools: Sequence[GpuPool], outside: Collection[str]) -> Iterator[str]:
    inside = [pool.name for pool in pools if pool.name not in outside]
    provider = cluster.provider
    yield "\n## Nodes"
    if provider not in ("gke", "eks", "aks"):
        title = Providers()[provider].title
        yield f"The nodes are there already, or are made with the cluster; {title} makes none by itself. Once they have"
        yield f"joined, from this folder: `sh {_FILE}.sh POOL NODE...`"
        by_hand = _BY_HAND.get(provider) or Providers()[provider].gpu_by_hand
        if by_hand:
            yield f"\nAs to GPUs on {title}: {by_hand}."
        yield "\nA node of a pool takes only work on GPUs; keep at least one node without the taint for all the rest."
        return
    if inside and provider == "gke":
        yield f"GKE makes and removes the nodes of {_and(inside)} by itself, by the ComputeClasses of application"
        yield f"`{names.GPU_NODES_APPLICATION}`. A ComputeClass has no most nodes: quotas and queues keep teams within"
        yield "the pool."
    if inside and provider == "eks":
        yield f"Karpenter makes and removes the nodes of {_and(inside)}, by the NodePools of application"
        yield f"`{names.GPU_NODES_APPLICATION}`. It must be installed, with"
        yield f"* an IAM role `KarpenterNodeRole-{cluster.name}` for nodes,"
        yield f"* subnets and security groups tagged `karpenter.sh/discovery={cluster.name}`,"
        yield f"* `{EC2_AMI}` available in {cluster.region}."
        if any(pool.resource != device_taint(pool.resource) for pool in pools if pool.name in inside):
            yield "* its feature gate `NodeOverlay`, since some of these pools share GPUs."
    if outside:
        yield f"\nTerraform makes the nodes of {_and(outside)}: `{_FILE}.tf.json` in this folder. Put it into the"
        yield "module that has the cluster, or run `terraform init && terraform apply` here."
        if provider == "eks":
            yield "Between the fewest and the most nodes the Cluster Autoscaler decides, where it is installed."


def _software(cluster: Cluster, pools: Sequence[GpuPool]) -> Iterator[str]:
    yield "\n## Driver and device plugin"
    if cluster.provider == "gke":
        yield "GKE installs both, and shares GPUs as the nodes are made."
        return
    if not any(device_taint(pool.resource) == "nvidia.com/gpu" for pool in pools):
        yield "Pods find their device once its vendor's device plugin runs on the nodes, with a toleration of"
        yield f"`{names.POOL_KEY}`."
        return
    if "gpu-operator" in cluster.installed:
        yield "Component `gpu-operator` installs what the nodes lack, and shares GPUs by the nodes' labels."
        return
    if cluster.provider == "aks" and any(pool.sharing.strategy == "mig" for pool in pools):
        yield "Azure cuts the GPUs itself; the device plugin needs MIG strategy `mixed`."
    driver = "The nodes' images have the driver" if cluster.provider in ("eks", "aks") else "The nodes need the driver"
    yield f"{driver}; NVIDIA's device plugin must be installed, with a toleration of `{names.POOL_KEY}`. Component"
    yield "`gpu-operator` does that."
    if any(PLUGIN_CONFIG_LABEL in pool_labels(pool, cluster.provider) for pool in pools):
        yield f"Without it, the plugin must have a configuration of each name in `{PLUGIN_CONFIG_LABEL}`."


def _teams(cluster: Cluster, kubernetes_minor: int) -> Iterator[str]:
    yield "\n## Teams"
    if kubernetes_minor >= FIRST_POLICY_MINOR:
        yield "The API server refuses pods that ask for a pool on which their team has no claim, and notebooks that"
        yield "name a device but no pool, or more of it than a node has."
    else:
        yield f"Kubernetes 1.{kubernetes_minor} has no admission policies: only quotas keep teams off GPUs they have no"
        yield f"claim on, not off a pool with the same device. Policies begin with 1.{FIRST_POLICY_MINOR}."
    if "kueue" in cluster.installed:
        yield "\nKueue shares the pools fairly: all teams weigh the same; a team takes back at once what it lent; its"
        yield "own work is displaced only by work of higher priority (`kueue.x-k8s.io/priority-class`: `high`,"
        yield "`normal`, `low`); nobody displaces others in order to borrow. Work is queued by the label"
        yield f"`kueue.x-k8s.io/queue-name: {names.LOCAL_QUEUE}`, and gets the labels and tolerations of its pool when"
        yield "it is admitted."


def _and(items: Collection[str]) -> str:
    *first, last = sorted(items)
    return f"{', '.join(first)} and {last}" if first else last
