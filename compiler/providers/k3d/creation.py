"""How k3d clusters come to be: a configuration file, and what to know of their GPUs.

Source of fields: k3d-io/k3d@v5.9.0 pkg/config/v1alpha5/schema.json.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compiler.providers.base.creation import Content, Creation, Order
from compiler.providers.base.local import (
    AUTHORITIES,
    NODE_AUTHORITIES,
    SCRIPT,
    authorities,
    exact_version,
    has_load_balancer,
    issuer,
    script,
)

CONFIG = "k3d.yaml"
_SERVERS = ["server:*"]
_AGENTS = ["agent:*"]
_HTTP_PORT = "8080:80"
_TIMEOUT = "300s"
_CUDA_IMAGE = "K3S_CUDA_IMAGE"


class _K3d(Creation):
    creates = True
    gpu_by_hand = (
        "the cluster is created with `options: {runtime: {gpuRequest: all}}` from a k3s image with NVIDIA's "
        "container toolkit, and pods need `runtimeClassName: nvidia`; `options.k3s.nodeLabels` can give nodes their "
        "labels"
    )
    """Source: k3d-io/k3d@v5.9.0 docs/usage/advanced/cuda.md."""

    def files(self, order: Order) -> Mapping[str, Content]:
        """Return the configuration and the script that uses it."""
        command = f"k3d cluster create --config {CONFIG}"
        if order.pools:
            command += f' --image "${{{_CUDA_IMAGE}:?a k3s image with the NVIDIA container toolkit}}"'
        return {CONFIG: _config(order), SCRIPT: script(order, [command]), **authorities(order)}

    def steps(self, order: Order) -> Iterator[str]:
        """Yield the one command, and the image that GPUs need."""
        yield "Docker must run, and `k3d` 5.9 or newer be on the PATH."
        if order.pools:
            yield f"For GPUs, set `{_CUDA_IMAGE}` to an image of k3s that holds NVIDIA's container toolkit:"
            yield "https://k3d.io/stable/usage/advanced/cuda/ says how to build one."
        yield "\n```sh"
        yield f"sh {SCRIPT}"
        yield "```"

    def remarks(self, order: Order) -> Iterator[str]:
        """Yield what k3s does without, and where its version comes from."""
        yield "Traefik is off: Istio is the only ingress."
        if has_load_balancer(order.cluster):
            yield f"Port {_HTTP_PORT.partition(':')[0]} of this machine reaches the gateway."
        if order.pools:
            yield (
                "Every node container sees all GPUs of the machine: let one pool have them all. Its nodes are agents, "
                "with label and taint from the start."
            )
        elif exact_version(order) is None:
            yield (
                f"The image is the newest k3s {order.cluster.kubernetes} when the cluster is created; a whole version "
                "in `kubernetes` pins it."
            )

    def context(self, order: Order) -> str:
        """Return k3d's name of the context.

        Source: k3d-io/k3d@v5.9.0 pkg/client/kubeconfig.go.
        """
        return f"k3d-{order.cluster.name}"


CREATION = _K3d()


def _config(order: Order) -> Content:
    arguments: list[dict[str, Any]] = [
        {"arg": "--disable=traefik", "nodeFilters": _SERVERS},
        {"arg": f"--kube-apiserver-arg=service-account-issuer={issuer(order.cluster)}", "nodeFilters": _SERVERS},
    ]
    labels: list[dict[str, Any]] = []
    for index, pool in enumerate(order.pools):
        agent = [f"agent:{index}"]
        labels += [{"label": f"{key}={value}", "nodeFilters": agent} for key, value in sorted(pool.labels.items())]
        arguments += [
            {"arg": f"--node-taint={taint['key']}={taint['value']}:{taint['effect']}", "nodeFilters": agent}
            for taint in pool.taints
        ]
    k3s: dict[str, Any] = {"extraArgs": arguments}
    options: dict[str, Any] = {"k3d": {"wait": True, "timeout": _TIMEOUT}, "k3s": k3s}
    if labels:
        k3s["nodeLabels"] = labels
        options["runtime"] = {"gpuRequest": "all"}
    config: dict[str, Any] = {
        "apiVersion": "k3d.io/v1alpha5",
        "kind": "Simple",
        "metadata": {"name": order.cluster.name},
        "servers": 1,
        "agents": len(order.pools),
    }
    if not order.pools:
        config["image"] = _image(order)
    if has_load_balancer(order.cluster):
        config["ports"] = [{"port": _HTTP_PORT, "nodeFilters": ["loadbalancer"]}]
    if order.cluster.trust:
        # Variables are put in by k3d. Sources: k3d-io/k3d@v5.9.0 docs/faq/faq.md, docs/usage/configfile.md.
        nodes = [*_SERVERS, *(_AGENTS if order.pools else ())]
        config["volumes"] = [{"volume": f"${{PWD}}/{AUTHORITIES}:{NODE_AUTHORITIES}", "nodeFilters": nodes}]
    return {**config, "options": options}


def _image(order: Order) -> str:
    """Return the image of k3s: that of the whole version, else `+v1.34`, the newest of a channel.

    Source: k3d-io/k3d@v5.9.0 pkg/config/transform.go (`+`), docs/usage/configfile.md (tags).
    """
    exact = exact_version(order)
    if exact is None:
        return f"+v1.{order.kubernetes_minor}"
    _, mark, build = order.cluster.kubernetes.partition("k3s")
    return f"rancher/k3s:v{exact}-{mark or 'k3s'}{build or '1'}"
