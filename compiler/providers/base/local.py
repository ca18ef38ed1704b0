"""What clusters on one's own machines have in common: their token issuer, limits of Linux, a script that creates them.

Knows no distribution.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from compiler.model.footprint import Footprint
from compiler.model.platform import Cluster
from compiler.providers.base import IN_CLUSTER_ISSUER
from compiler.providers.base.creation import Order

SCRIPT = "create.sh"
INOTIFY = {"max_user_instances": 2280, "max_user_watches": 1255360}
"""What Kubeflow's pods need of `fs.inotify`. Source: kubeflow/manifests@26.03 README.md, "Prerequisites"."""
AUTHORITIES = "ca.pem"
"""The file of the cluster's own certificate authorities, beside the script."""
NODE_AUTHORITIES = "/etc/ssl/certs/platform-trust.pem"
"""Where a node that is a container has them, so that its container runtime, a program in Go, trusts registries by them.
Source: https://go.dev/src/crypto/x509/root_linux.go (certDirectories)."""
_KUBERNETES_ASKS = (1000, 300)
"""What Kubernetes' own pods ask at most on one machine, as `Footprint` has it: the control plane of kubeadm 650 and 100
(kubernetes/kubernetes cmd/kubeadm/app/phases/controlplane/manifests.go and etcd/local.go), two of CoreDNS 200 and 140
(cmd/kubeadm/app/phases/addons/dns/manifests.go), kindnet 100 and 50 (kind pkg/build/nodeimage/const_cni.go); with
minikube one of CoreDNS, and Calico 250 (minikube pkg/minikube/cni/calico.yaml). k3s and MicroK8s ask less."""
_RECOMMENDED = (8, 16)
"""CPUs and GB of memory for the whole of Kubeflow. Source: kubeflow/manifests@26.03 README.md, "Prerequisites"."""
FIRST_MINOR_WITH_ISSUER = 20
"""From here on the API server does not start without issuer and signing key, so kubeadm names both.
Source: https://github.com/kubernetes/kops/pull/10284."""


def least(footprint: Footprint) -> tuple[int, int]:
    """Return what one machine must have that everything finds room: thousandths of a processor, and MiB of memory."""
    cpu, memory = footprint.on(1)
    return cpu + _KUBERNETES_ASKS[0], memory + _KUBERNETES_ASKS[1]


def recommended(order: Order) -> tuple[int, int]:
    """Return whole CPUs and GiB for the one machine of a cluster: upstream's, or more where more is asked."""
    cpu, memory = least(order.footprint)
    return max(_RECOMMENDED[0], -(-cpu // 1000)), max(_RECOMMENDED[1], -(-memory // 1024))


def issuer(cluster: Cluster) -> str:
    """Return the issuer of service account tokens: what the file says, else what the overlays expect."""
    return cluster.parameters.get("serviceAccountIssuer", IN_CLUSTER_ISSUER)


def has_load_balancer(cluster: Cluster) -> bool:
    """Return whether the platform file wants the gateway behind a load balancer."""
    gateways = [each.options.get("gateway") for each in cluster.installations]
    return any(isinstance(each, Mapping) and each.get("serviceType") == "LoadBalancer" for each in gateways)


def authorities(order: Order) -> dict[str, str]:
    """Return the file of the cluster's own certificate authorities, by its name; nothing where it has none."""
    return {AUTHORITIES: order.cluster.trust.bundle} if order.cluster.trust else {}


def trusting_machine(order: Order) -> Iterator[str]:
    """Yield what people do where the container runtime trusts what the machine trusts.

    Source: https://manpages.debian.org/bookworm/ca-certificates/update-ca-certificates.8.en.html.
    """
    if order.cluster.trust:
        yield (
            f"The machine must trust `{AUTHORITIES}` before, so that images come from registries that it vouches for: "
            f"on Debian and Ubuntu `sudo cp {AUTHORITIES} /usr/local/share/ca-certificates/platform-trust.crt` and "
            "`sudo update-ca-certificates`; the same on each machine that joins."
        )


def exact_version(order: Order) -> str | None:
    """Return `1.34.2` where the platform file says the whole version, without what a provider adds to it."""
    plain = order.cluster.kubernetes.partition("-")[0].partition("+")[0]
    return plain if plain.count(".") > 1 else None


def keep_kubeconfig(command: str, order: Order) -> Iterator[str]:
    """Yield the lines that keep what a command prints as the user's kubeconfig of the cluster, outside of Git."""
    place = f"~/.kube/{order.cluster.name}"
    yield "mkdir -p ~/.kube"
    yield f"{command} > {place}"
    yield f"export KUBECONFIG={place}"


def script(order: Order, commands: Sequence[str]) -> str:
    """Return a shell script that creates the cluster, and says first where Linux allows too few watches."""
    lines = [
        f"# Creates cluster {order.cluster.name}:",
        f"#   sh {SCRIPT}",
        "set -eu",
        'cd "$(dirname "$0")"',
        "",
        "# Kubeflow's pods watch more files than Linux allows by default.",
        f"for limit in {' '.join(f'{key}={value}' for key, value in INOTIFY.items())}; do",
        '  file="/proc/sys/fs/inotify/${limit%=*}"',
        '  if [ -r "$file" ] && [ "$(cat "$file")" -lt "${limit#*=}" ]; then',
        '    echo "too few for Kubeflow; raise it: sudo sysctl fs.inotify.$limit" >&2',
        "    exit 1",
        "  fi",
        "done",
        "",
        *commands,
    ]
    return "\n".join(lines) + "\n"
