"""The page that says how nodes come into the GPU pools of a cluster, and what must be there for it.

Text only; what it speaks of is made in `nodes` and `node_files`, what is a provider's own it says itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compiler.lowering.admission import FIRST_POLICY_MINOR
from compiler.lowering.device_sharing import PLUGIN_CONFIG_LABEL
from compiler.model import names
from compiler.model.platform import Cluster
from compiler.providers import Providers, creation
from compiler.providers.base.creation import NodeMaker, NodePool, Order, joined

_FILE = "gpu-pools"


def guide(order: Order, outside: Sequence[NodePool]) -> str:
    """Return the page as Markdown; `outside` are the pools whose nodes Terraform makes."""
    parts = [f"# GPU pools of {order.cluster.name}\n", *_table(order.pools), *_making(order, outside)]
    parts += _software(order)
    parts += _teams(order.cluster, order.kubernetes_minor)
    return "\n".join(parts) + "\n"


def _table(pools: Sequence[NodePool]) -> Iterator[str]:
    yield "| pool | GPUs of a node | pods ask for | of a node | nodes | labels | taints |"
    yield f"|{' --- |' * 7}"
    for made in pools:
        pool = made.pool
        cells = (
            pool.name,
            f"{pool.gpus_per_node} {pool.accelerator}",
            f"`{pool.resource}`",
            str(made.units),
            f"{pool.min_nodes} to {pool.max_nodes}{', spot' if pool.spot else ''}",
            "<br>".join(f"`{key}={value}`" for key, value in sorted(made.labels.items())),
            "<br>".join(f"`{each['key']}={each['value']}:{each['effect']}`" for each in made.taints),
        )
        yield f"| {' | '.join(cells)} |"
    yield ""
    yield "Every node of a pool must carry all of that pool's labels and taints before pods reach it:"
    yield f"`{names.POOL_KEY}` is what queues, notebooks and the admission policy go by."


def _making(order: Order, outside: Sequence[NodePool]) -> Iterator[str]:
    made = creation(order.cluster.provider)
    yield "\n## Nodes"
    if not isinstance(made, NodeMaker):
        title = Providers()[order.cluster.provider].title
        yield f"The nodes are there already, or are made with the cluster; {title} makes none by itself. Once they have"
        yield f"joined, from this folder: `sh {_FILE}.sh POOL NODE...`"
        if made.gpu_by_hand:
            yield f"\nAs to GPUs on {title}: {made.gpu_by_hand}."
        yield "\nA node of a pool takes only work on GPUs; keep at least one node without the taint for all the rest."
        return
    inside = [pool for pool in order.pools if pool not in outside]
    if inside:
        yield from made.node_text(order, inside)
    if outside:
        pools = joined([pool.name for pool in outside])
        yield f"\nTerraform makes the nodes of {pools}: `{_FILE}.tf.json` in this folder. What creates the"
        yield "cluster calls it; for one that is there already, put it into the module that has the cluster, or run"
        yield "`terraform init && terraform apply` here."
        yield from made.scaling


def _software(order: Order) -> Iterator[str]:
    made = creation(order.cluster.provider)
    yield "\n## Driver and device plugin"
    if made.gpu_software:
        yield from made.gpu_software
        return
    if not any(pool.has_nvidia for pool in order.pools):
        yield "Pods find their device once its vendor's device plugin runs on the nodes, with a toleration of"
        yield f"`{names.POOL_KEY}`."
        return
    if "gpu-operator" in order.cluster.installed:
        yield "Component `gpu-operator` installs what the nodes lack, and shares GPUs by the nodes' labels."
        return
    if any(pool.pool.sharing.strategy == "mig" for pool in order.pools):
        yield from made.mig_software
    driver = "The nodes' images have the driver" if made.has_driver else "The nodes need the driver"
    yield f"{driver}; NVIDIA's device plugin must be installed, with a toleration of `{names.POOL_KEY}`. Component"
    yield "`gpu-operator` does that."
    if any(PLUGIN_CONFIG_LABEL in pool.labels for pool in order.pools):
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
        yield from _topologies(cluster)


def _topologies(cluster: Cluster) -> Iterator[str]:
    """Yield how work asks for pods that are close together.

    Source: https://kueue.sigs.k8s.io/docs/concepts/topology_aware_scheduling/.
    """
    leveled = [pool for pool in sorted(cluster.pools, key=lambda pool: pool.name) if pool.topology]
    if not leveled:
        return
    levels = "; ".join(f"{pool.name}: {', '.join(f'`{label}`' for label in pool.topology)}" for pool in leveled)
    yield f"\nKueue knows where the nodes of these pools stand ({levels}). A job whose pods must not be further apart"
    yield "says so by an annotation of their template: `kueue.x-k8s.io/podset-required-topology: LABEL`, or"
    yield "`kueue.x-k8s.io/podset-preferred-topology: LABEL`. All other work goes wherever there is room. A node that"
    yield "lacks one of the labels gets none."
