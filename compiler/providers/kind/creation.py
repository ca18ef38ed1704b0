"""How kind clusters come to be: a configuration file, and what to know of their GPUs.

Source of fields: kubernetes-sigs/kind@v0.32.0 pkg/apis/config/v1alpha4/types.go; of the version of kubeadm's
configuration, pkg/cluster/internal/kubeadm/config.go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compiler.providers.base.creation import Content, Creation, Order
from compiler.providers.base.local import (
    AUTHORITIES,
    FIRST_MINOR_WITH_ISSUER,
    NODE_AUTHORITIES,
    SCRIPT,
    authorities,
    exact_version,
    has_load_balancer,
    issuer,
)
from compiler.providers.base.local import script as script_of
from compiler.providers.kind import PROVIDER
from compiler.providers.kind.images import KIND, node_image

CONFIG = "kind.yaml"
_FIRST_MINOR_OF_V1BETA4 = 36
"""From this Kubernetes on kind writes kubeadm's v1beta4, whose `extraArgs` are a list; before, a mapping."""
_SIGNING_KEY = "/etc/kubernetes/pki/sa.key"
_IMAGE = "KIND_IMAGE"
_RELEASES = "https://github.com/kubernetes-sigs/kind/releases"


class _Kind(Creation):
    creates = True
    gpu_by_hand = PROVIDER.gpu_by_hand

    def files(self, order: Order) -> Mapping[str, Content]:
        """Return the configuration and the script that uses it."""
        command = f"kind create cluster --config {CONFIG} --wait 300s"
        image = _image(order)
        if image is None:
            command += f' --image "${{{_IMAGE}:?an image of {order.cluster.kubernetes} from {_RELEASES}}}"'
        return {CONFIG: _config(order, image), SCRIPT: script_of(order, [command]), **authorities(order)}

    def steps(self, order: Order) -> Iterator[str]:
        """Yield the one command, and the image where none is known."""
        yield f"Docker must run, and `kind` {KIND} or newer be on the PATH."
        if _image(order) is None:
            yield f"No image of kind's with Kubernetes {order.cluster.kubernetes} is known here: set `{_IMAGE}` to one"
            yield f"of {_RELEASES}."
        yield "\n```sh"
        yield f"sh {SCRIPT}"
        yield "```"

    def remarks(self, order: Order) -> Iterator[str]:
        """Yield what there is of a load balancer, and which images there are."""
        if has_load_balancer(order.cluster):
            yield (
                "The gateway wants a load balancer, which kind does not have: `cloud-provider-kind` brings one "
                "(https://kind.sigs.k8s.io/docs/user/loadbalancer/)."
            )
        exact, image = exact_version(order), _image(order)
        if exact is not None and image is not None and "@" not in image:
            yield f"kind releases images of few patch releases; where v{exact} has none, take one of {_RELEASES}."

    def context(self, order: Order) -> str:
        """Return kind's name of the context.

        Source: kubernetes-sigs/kind@v0.32.0 pkg/cluster/internal/kubeconfig/internal/kubeconfig/helpers.go.
        """
        return f"kind-{order.cluster.name}"


CREATION = _Kind()


def _image(order: Order) -> str | None:
    return node_image(order.kubernetes_minor, exact_version(order))


def _config(order: Order, image: str | None) -> Content:
    node: dict[str, Any] = {"role": "control-plane", **({"image": image} if image else {})}
    if order.cluster.trust:
        # The path is taken from where the script runs. Source: kubernetes-sigs/kind@v0.32.0
        # pkg/cluster/internal/providers/docker/provision.go, site/content/docs/user/configuration.md (extraMounts).
        node["extraMounts"] = [{"hostPath": AUTHORITIES, "containerPath": NODE_AUTHORITIES, "readOnly": True}]
    return {
        "kind": "Cluster",
        "apiVersion": "kind.x-k8s.io/v1alpha4",
        "name": order.cluster.name,
        "kubeadmConfigPatches": [_patch(order)],
        "nodes": [node],
    }


def _patch(order: Order) -> str:
    """Return the patch that names issuer and, where kubeadm does not, signing key of service account tokens.

    It names no version of kubeadm's configuration, so that it meets whichever kind writes.
    Source: kubernetes-sigs/kind@v0.32.0 pkg/internal/patch/kubeyaml.go.
    """
    arguments: dict[str, Any] = {"service-account-issuer": issuer(order.cluster)}
    if order.kubernetes_minor < FIRST_MINOR_WITH_ISSUER:
        arguments["service-account-signing-key-file"] = _SIGNING_KEY
    if order.kubernetes_minor < _FIRST_MINOR_OF_V1BETA4:
        lines = [f"    {key}: {value}" for key, value in arguments.items()]
    else:
        lines = [f"    - name: {key}\n      value: {value}" for key, value in arguments.items()]
    return "\n".join(["kind: ClusterConfiguration", "apiServer:", "  extraArgs:", *lines]) + "\n"
