"""How k3s comes onto a machine: its configuration file and its own installer, and what to know of GPUs.

Source of keys: docs.k3s.io/installation/configuration (they are the names of flags).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compiler.providers.base.creation import Content, Creation, Order
from compiler.providers.base.local import (
    SCRIPT,
    authorities,
    exact_version,
    issuer,
    keep_kubeconfig,
    script,
    trusting_machine,
)

CONFIG = "k3s.yaml"
_PLACE = "/etc/rancher/k3s/config.yaml"


class _K3s(Creation):
    creates = True
    gpu_by_hand = "`node-label` and `node-taint` in /etc/rancher/k3s/config.yaml give a node the same when it joins"
    """Source: docs.k3s.io/installation/configuration."""

    def files(self, order: Order) -> Mapping[str, Content]:
        """Return the configuration and the script that installs k3s with it."""
        return {
            CONFIG: {
                "disable": ["traefik"],
                "write-kubeconfig-mode": "0600",
                "kube-apiserver-arg": [f"service-account-issuer={issuer(order.cluster)}"],
            },
            SCRIPT: script(
                order,
                [
                    f"sudo mkdir -p {_PLACE.rpartition('/')[0]}",
                    f"sudo cp {CONFIG} {_PLACE}",
                    f"curl -sfL https://get.k3s.io | {_version(order)} sh -s - server",
                ],
            ),
            **authorities(order),
        }

    def steps(self, order: Order) -> Iterator[str]:
        """Yield what to run on the machine that is to be the server, and how kubectl reaches it."""
        yield "On the machine that becomes the server:"
        yield "\n```sh"
        yield f"sh {SCRIPT}"
        yield from keep_kubeconfig("sudo k3s kubectl config view --raw", order)
        yield "```"

    def remarks(self, order: Order) -> Iterator[str]:
        """Yield what k3s brings along and does without."""
        yield "Traefik is off: Istio is the only ingress. StorageClass `local-path` and load balancers are k3s' own."
        yield "Further machines join as https://docs.k3s.io/quick-start says."
        yield from trusting_machine(order)
        if exact_version(order) is None:
            yield (
                f"The newest k3s {order.cluster.kubernetes} is installed; a whole version in `kubernetes` pins it, as "
                f"in `{order.cluster.kubernetes}.1+k3s1`."
            )

    def context(self, order: Order) -> str:
        """Return the name that k3s gives to the only context of its kubeconfig."""
        del order
        return "default"


CREATION = _K3s()


def _version(order: Order) -> str:
    """Return the variable by which the installer is told the version.

    Source: docs.k3s.io/reference/env-variables.
    """
    exact = exact_version(order)
    if exact is None:
        return f"INSTALL_K3S_CHANNEL=v1.{order.kubernetes_minor}"
    _, _, build = order.cluster.kubernetes.partition("+k3s")
    return f"INSTALL_K3S_VERSION=v{exact}+k3s{build or '1'}"
