"""The page that says how a cluster is created with the files beside it, and what comes then.

What is particular to a kind of cluster, its provider says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compiler.model.platform import Cluster
from compiler.providers import Providers, creation
from compiler.providers.base.creation import Order

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
        *_needs(cluster),
        "\n## Create it",
        *made.steps(order),
        *_then(cluster, made.context(order)),
    ]
    remarks = list(made.remarks(order))
    if remarks:
        parts += ["\n## Worth knowing", *(f"* {remark}" for remark in remarks)]
    return "\n".join(parts) + "\n"


def _needs(cluster: Cluster) -> Iterator[str]:
    """Yield what nodes need at the least.

    Source: kubeflow/manifests@26.03 README.md, "Prerequisites".
    """
    if any(each.product == _KUBEFLOW for each in cluster.installations):
        yield "The whole of Kubeflow wants 8 CPUs and 16 GB of memory on its nodes, a few of its components 2 to 4 CPUs"
        yield "and 4 to 8 GB, both before anybody works on it."
        yield from _sized(cluster)
    yield "Everything else is what teams may use by their quotas."


def _sized(cluster: Cluster) -> Iterator[str]:
    """Yield what the cluster's size makes of that, or could make of it."""
    size = cluster.parameters.get("size")
    if size == "ha":
        yield "With `size: ha` much of it runs twice, and Argo CD's parts want three nodes to stand apart on."
    elif size == "small":
        yield "With `size: small` the large ones of them ask for less than that."
    elif Providers()[cluster.provider].is_for_trial:
        yield "`size: small` in the platform file lets the large ones of them ask for less."


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
