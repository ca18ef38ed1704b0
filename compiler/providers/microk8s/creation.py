"""How MicroK8s comes onto a machine: a launch configuration and a snap, and what to know of GPUs.

Source of keys: canonical/microk8s-cluster-agent@0c84abf0 pkg/k8sinit/testdata/schema/full.yaml; of the place,
canonical/microk8s@d099c907 snap/hooks/install.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compiler.providers.base.creation import Content, Creation, Order
from compiler.providers.base.local import (
    SCRIPT,
    authorities,
    exact_version,
    has_load_balancer,
    issuer,
    keep_kubeconfig,
    script,
    trusting_machine,
)

CONFIG = "microk8s.yaml"
_PLACE = "/var/snap/microk8s/common/.microk8s.yaml"
_FIRST_MINOR_WITH_CONFIG = 27
_ADDONS = ("dns", "hostpath-storage", "rbac")
_KUBELET = {"--cluster-domain": "cluster.local", "--cluster-dns": "10.152.183.10"}
"""What the default configuration has, which ours stands in for.
Source: canonical/microk8s@d099c907 microk8s-resources/microk8s.default.yaml."""
_RANGE = "METALLB_RANGE"


class _MicroK8s(Creation):
    creates = True
    gpu_by_hand = "the addon `nvidia` (`gpu` in older versions) installs the GPU Operator"
    """Source: microk8s.io/docs/addon-gpu."""

    def files(self, order: Order) -> Mapping[str, Content]:
        """Return the launch configuration and the script that installs MicroK8s with it."""
        commands = [
            f"sudo mkdir -p {_PLACE.rpartition('/')[0]}",
            f"sudo cp {CONFIG} {_PLACE}",
            f"sudo snap install microk8s --classic --channel=1.{order.kubernetes_minor}/stable",
            "sudo microk8s status --wait-ready",
        ]
        if order.kubernetes_minor < _FIRST_MINOR_WITH_CONFIG:
            # Launch configurations are younger; addons come by command.
            del commands[:2]
            commands.append(f"sudo microk8s enable {' '.join(_ADDONS)}")
        if has_load_balancer(order.cluster):
            commands.append(f'sudo microk8s enable "metallb:${{{_RANGE}:?free addresses of your network, FIRST-LAST}}"')
        found: dict[str, Content] = {SCRIPT: script(order, commands), **authorities(order)}
        if order.kubernetes_minor >= _FIRST_MINOR_WITH_CONFIG:
            found[CONFIG] = {
                "version": "0.1.0",
                "addons": [{"name": name} for name in _ADDONS],
                "extraKubeletArgs": _KUBELET,
                "extraKubeAPIServerArgs": {"--service-account-issuer": issuer(order.cluster)},
            }
        return found

    def steps(self, order: Order) -> Iterator[str]:
        """Yield what to run, and how kubectl reaches the cluster."""
        yield "On a Linux machine with `snap`:"
        if has_load_balancer(order.cluster):
            yield f"`{_RANGE}` are addresses of your network that nothing else uses, as in"
            yield "`10.64.140.43-10.64.140.49`; load balancers get them."
        yield "\n```sh"
        yield f"sh {SCRIPT}"
        yield from keep_kubeconfig("sudo microk8s config", order)
        yield "```"

    def remarks(self, order: Order) -> Iterator[str]:
        """Yield what the addons are for, and which version comes."""
        yield (
            "Addon `rbac` is what keeps teams apart: without it the API server allows everything. `hostpath-storage` "
            "brings the StorageClass of all volumes."
        )
        yield from trusting_machine(order)
        if exact_version(order) is not None:
            yield f"A channel has the newest 1.{order.kubernetes_minor} only, not {order.cluster.kubernetes} itself."
        if order.kubernetes_minor < _FIRST_MINOR_WITH_CONFIG:
            yield f"Write `serviceAccountIssuer` as `doctor --cluster {order.cluster.name}` says it."

    def context(self, order: Order) -> str:
        """Return the name of the only context in the kubeconfig of MicroK8s."""
        del order
        return "microk8s"


CREATION = _MicroK8s()
