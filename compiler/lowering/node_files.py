"""What people run to get the nodes of GPU pools: Terraform JSON of a cloud, a script for nodes that are there already.

Everything here is outside the cluster; objects that make nodes are in `nodes`. Knows nothing of queues and teams.
"""

from __future__ import annotations

from collections.abc import Sequence

from compiler.lowering.node_guide import guide
from compiler.providers import creation
from compiler.providers.base.creation import Content, NodeMaker, NodePool, Order

TERRAFORM = "gpu-pools.tf.json"
SCRIPT = "gpu-pools.sh"
GUIDE = "gpu-pools.md"


def node_files(order: Order) -> dict[str, Content]:
    """Return what is run from outside for the pools of a cluster, by path; nothing without pools."""
    if not order.pools:
        return {}
    made = creation(order.cluster.provider)
    outside = made.outside(order)
    files: dict[str, Content] = {}
    if not isinstance(made, NodeMaker):
        files[SCRIPT] = _script(order.pools)
    elif outside:
        files[TERRAFORM] = made.gpu_terraform(order, outside)
    files[GUIDE] = guide(order, outside)
    return files


def _script(pools: Sequence[NodePool]) -> str:
    """Return a shell script that makes nodes which are there already nodes of a pool."""
    lines = [
        "# Makes nodes part of a GPU pool, in kubectl's current context:",
        f"#   sh {SCRIPT} POOL NODE...",
        "set -eu",
        'pool="${1:?name a GPU pool}"',
        "shift",
        'case "$pool" in',
    ]
    for pool in pools:
        labels = " ".join(f"{key}={value}" for key, value in sorted(pool.labels.items()))
        taints = " ".join(f"{each['key']}={each['value']}:{each['effect']}" for each in pool.taints)
        lines += [f"{pool.name})", f'  labels="{labels}"', f'  taints="{taints}"', "  ;;"]
    lines += [
        "*)",
        '  echo "no GPU pool $pool on this cluster" >&2',
        "  exit 2",
        "  ;;",
        "esac",
        'for node in "$@"; do',
        "  # shellcheck disable=SC2086 # each word is an argument",
        '  kubectl label --overwrite node "$node" $labels',
        "  # shellcheck disable=SC2086",
        '  kubectl taint --overwrite node "$node" $taints',
        "done",
    ]
    return "\n".join(lines) + "\n"
