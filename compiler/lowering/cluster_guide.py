"""The page that says how a cluster is created with the files beside it, and what comes then.

What is particular to a kind of cluster, its provider says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compiler.model.footprint import gibibytes, processors
from compiler.model.platform import Cluster
from compiler.providers import Providers, creation
from compiler.providers.base.creation import Order
from compiler.providers.base.local import least

_KUBEFLOW = "kubeflow"


def guide(order: Order, files: Sequence[str]) -> str:
    """Return the page as Markdown; `files` are those beside it."""
    cluster = order.cluster
    title = Providers()[cluster.provider].title
    made = creation(cluster.provider)
    parts = [
        f"# How {cluster.name} comes to be\n",
        f"These files create the cluster on {title}, with Kubernetes {cluster.kubernetes} as the platform file says;",
        "Argo CD does not sync them. Where the cluster is there already, leave them alone: only what stands under",
        '"Worth knowing" must hold for it too.\n',
        *(f"* [{file}]({file})" for file in files),
        "\n## What it takes",
        *_needs(order),
        "\n## Create it",
        *made.steps(order),
        *_then(cluster, made.context(order)),
    ]
    remarks = list(made.remarks(order))
    if remarks:
        parts += ["\n## Worth knowing", *(f"* {remark}" for remark in remarks)]
    return "\n".join(parts) + "\n"


def _needs(order: Order) -> Iterator[str]:
    """Yield what nodes need at the least, and what upstream recommends.

    Source: kubeflow/manifests@26.03 README.md, "Prerequisites".
    """
    asked, cluster = order.footprint, order.cluster
    if asked.pods:
        containers = "container asks" if len(asked.silent) == 1 else "containers ask"
        yield f"What is installed asks for {processors(asked.cpu)} and {gibibytes(asked.memory)} of memory in"
        yield f"{asked.pods} pods before anybody works on it" + (
            f", and for {processors(asked.each_node_cpu)} and {gibibytes(asked.each_node_memory)} on each node."
            if asked.each_node_cpu or asked.each_node_memory
            else "."
        )
        if asked.silent:
            yield f"{len(asked.silent)} {containers} for no CPU or no memory and take what is left."
        if asked.unknown:
            yield f"Not counted: what the charts of {', '.join(asked.unknown)} make."
    if asked.pods and Providers()[cluster.provider].is_for_trial:
        cpu, memory = least(asked)
        yield f"With Kubernetes' own pods that is {processors(cpu)} and {gibibytes(memory)}: on less something never"
        yield "starts. Where Docker runs in a virtual machine, it is that machine which needs them."
    yield from _sized(order)
    if any(each.product == _KUBEFLOW for each in cluster.installations):
        yield "Upstream recommends 8 CPUs and 16 GB of memory for the whole of Kubeflow, 2 to 4 CPUs and 4 to 8 GB for"
        yield "a few of its components."
    yield "Everything else is what teams may use by their quotas."


def _sized(order: Order) -> Iterator[str]:
    """Yield what the cluster's size makes of that, or could make of it."""
    size = order.cluster.parameters.get("size")
    if size == "ha":
        yield "With `size: ha` much of it runs twice, and Argo CD's parts want three nodes to stand apart on."
    elif size is None and order.small.pods and Providers()[order.cluster.provider].is_for_trial:
        small = order.small
        yield f"`size: small` in the platform file lets what is installed ask for {processors(small.cpu)} and"
        yield f"{gibibytes(small.memory)}."


def _then(cluster: Cluster, context: str) -> Iterator[str]:
    hub = " --hub-context HUB" if cluster.server else ""
    yield "\n## Then"
    yield "From the folder of the platform file, once what `build` wrote is pushed:"
    yield "\n```sh"
    yield f"python -m compiler doctor --cluster {cluster.name} --context {context}"
    yield f"python -m compiler bootstrap {cluster.name} --run --context {context}{hub}"
    yield "```"
    yield "\nThe first tells where the cluster differs from what the platform file says of it, the second starts Argo"
    yield "CD, which does all the rest."
