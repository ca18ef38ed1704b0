"""How minikube clusters come to be: one command line.

Source of flags: kubernetes/minikube@v1.38.1 site/content/en/docs/commands/start.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compiler.providers.base.creation import Content, Creation, Order
from compiler.providers.base.local import (
    AUTHORITIES,
    FIRST_MINOR_WITH_ISSUER,
    SCRIPT,
    authorities,
    exact_version,
    has_load_balancer,
    issuer,
    recommended,
    script,
)

_DISK = "100g"
"""65 GB of volumes, as upstream measures them, and the images. Source: the same, "Kubeflow Components Versions"."""
_SIGNING_KEY = "/var/lib/minikube/certs/sa.key"
_OLDEST_MINOR = 28
"""The oldest Kubernetes of minikube v1.38.1. Source: pkg/minikube/constants/constants.go."""
_CERTIFICATES = "~/.minikube/certs"
"""What is here is trusted by the nodes. Source: kubernetes/minikube@v1.38.1
site/content/en/docs/handbook/untrusted_certs.md, pkg/minikube/bootstrapper/certs.go."""


class _Minikube(Creation):
    creates = True
    gpu_by_hand = "`minikube start --driver docker --container-runtime docker --gpus all`, no other way has GPUs"
    """Source: kubernetes/minikube@v1.38.1 cmd/minikube/cmd/start_flags.go."""

    def files(self, order: Order) -> Mapping[str, Content]:
        """Return the script with the command line."""
        commands = [" \\\n  ".join(["minikube start", *_flags(order)])]
        if order.cluster.trust:
            commands = [f"mkdir -p {_CERTIFICATES}", f"cp {AUTHORITIES} {_CERTIFICATES}/platform-trust.pem", *commands]
        return {SCRIPT: script(order, commands), **authorities(order)}

    def steps(self, order: Order) -> Iterator[str]:
        """Yield the one command, and which minikube has the Kubernetes."""
        cpus, memory = recommended(order)
        yield f"`minikube` must be on the PATH, and this machine have {cpus} CPUs and {memory} GB of memory to"
        yield "spare for it."
        if order.kubernetes_minor < _OLDEST_MINOR:
            yield f"minikube 1.38 begins with Kubernetes 1.{_OLDEST_MINOR}: take one that still has"
            yield f"{order.cluster.kubernetes}, from https://github.com/kubernetes/minikube/releases."
        yield "\n```sh"
        yield f"sh {SCRIPT}"
        yield "```"

    def remarks(self, order: Order) -> Iterator[str]:
        """Yield how network policies and load balancers work there."""
        yield "Calico is the network, since minikube's own ignores NetworkPolicies, which keep teams apart."
        if has_load_balancer(order.cluster):
            yield f"The gateway's load balancer works while `minikube tunnel --profile {order.cluster.name}` runs."


CREATION = _Minikube()


def _flags(order: Order) -> list[str]:
    minor = order.kubernetes_minor
    cpus, memory = recommended(order)
    found = [
        f"--profile={order.cluster.name}",
        f"--kubernetes-version=v{exact_version(order) or f'1.{minor}'}",
        f"--cpus={cpus}",
        f"--memory={memory}g",
        f"--disk-size={_DISK}",
        "--cni=calico",
        f"--extra-config=apiserver.service-account-issuer={issuer(order.cluster)}",
    ]
    if minor < FIRST_MINOR_WITH_ISSUER:
        found.append(f"--extra-config=apiserver.service-account-signing-key-file={_SIGNING_KEY}")
    if order.pools:
        found += ["--driver=docker", "--container-runtime=docker", "--gpus=all"]
    return found
