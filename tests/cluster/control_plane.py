"""A real Kubernetes control plane on free ports of this machine: starts it, waits for it, ends it for sure.

etcd, kube-apiserver, kube-controller-manager, kube-scheduler, and kwok, which plays the kubelet of nodes that do not
exist. Knows nothing of what is tested on it. Which flags matter was found by trying; the reasons stand beside them.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import trustme

from tests.cluster.api import Api, until
from tests.cluster.processes import Processes
from tools.ensure_cluster import parts_for

HOST = "127.0.0.1"
SERVICES = "127.96.0.0/16"
"""Addresses of Services. On loopback, so that what the API server dials there (webhooks) never leaves the machine and
is refused at once where nobody listens; a test may listen on one of them and play the webhook."""
_OURS = ("KUBECONFIG", "KUBERNETES_")
"""Variables of the environment that would change what the programs do."""


class ControlPlane:
    """The processes of one control plane; a context manager that is ready inside and gone outside."""

    def __init__(self, minor: str, folder: Path) -> None:
        self.minor = minor
        self.folder = folder
        self.programs = {name: part.target / name for part in parts_for(minor) for name in part.programs}
        self.processes = Processes(folder)
        self._token = secrets.token_hex(16)
        self._ports = dict(
            zip(("etcd", "peers", "apiserver", "controller-manager", "scheduler", "kwok"), free_ports(6), strict=True)
        )
        self.api: Api

    @property
    def kubeconfig(self) -> Path:
        """Return the administrator's kubeconfig."""
        return self.folder / "kubeconfig"

    @property
    def url(self) -> str:
        """Return the API server's address."""
        return f"https://{HOST}:{self._ports['apiserver']}"

    def __enter__(self) -> Self:
        """Start everything and return when a namespace gets its service account and a node is ready."""
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """End what runs, the youngest first, and forget it."""
        if hasattr(self, "api"):
            self.api.close()
        self.processes.end()

    def _start(self) -> None:
        authority = trustme.CA()
        authority.cert_pem.write_to_path(self.folder / "ca.crt")
        authority.private_key_pem.write_to_path(self.folder / "ca.key")
        serving = authority.issue_cert(HOST, "localhost", "kubernetes.default.svc")
        serving.private_key_and_cert_chain_pem.write_to_path(self.folder / "serving.pem")
        authority.issue_cert("service-accounts.test").private_key_pem.write_to_path(self.folder / "accounts.key")
        (self.folder / "tokens.csv").write_text(f"{self._token},admin,admin,system:masters\n")
        self.kubeconfig.write_text(json.dumps(self._kubeconfig()))
        self._tls = ssl.create_default_context(cafile=str(self.folder / "ca.crt"))
        self.api = self.connection()
        self._run("etcd", *_etcd(self._ports, self.folder))
        self._run("kube-apiserver", *_apiserver(self._ports, self.folder))
        until("the API server is ready", self._is_ready)
        self._run("kube-controller-manager", *self._controller("controller-manager"), *_controllers(self.folder))
        self._run("kube-scheduler", *self._controller("scheduler"))
        until("the controllers run", lambda: self._serves("v1", "ServiceAccount", "default", "default"))
        self._run("kwok", *_kwok(self._ports, self.kubeconfig))
        self.add_node("plain")

    def connection(self) -> Api:
        """Return another connection to the API server, for a thread of its own."""
        return Api(HOST, self._ports["apiserver"], self._token, self._tls)

    def add_node(
        self,
        name: str,
        *,
        labels: Mapping[str, str] | None = None,
        taints: list[dict[str, str]] | None = None,
        capacity: Mapping[str, str] | None = None,
    ) -> None:
        """Add a node and return when it is ready; `capacity` adds to 32 cores, 256 GiB and 110 pods."""
        every = {"cpu": "32", "memory": "256Gi", "ephemeral-storage": "1Ti", "pods": "110"} | dict(capacity or {})
        # A kubelet labels its node so (kubernetes.io docs/reference/labels-annotations-taints).
        own = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}
        node = {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": name, "labels": own | dict(labels or {})},
            "spec": {"taints": taints or []},
        }
        for answer in (
            self.api.create(node),
            self.api.merge(node, {"status": {"capacity": every, "allocatable": every}}, part="status"),
        ):
            assert answer.ok, answer.message
        until(f"node {name} is ready", lambda: is_true(self.api.get("v1", "Node", None, name).body, "Ready"))

    def _is_ready(self) -> bool:
        self.processes.look()
        try:
            return self.api.request("GET", "/readyz").ok
        except OSError:
            return False

    def _serves(self, api_version: str, kind: str, namespace: str, name: str) -> bool:
        self.processes.look()
        return self.api.get(api_version, kind, namespace, name).ok

    def _run(self, name: str, *words: str) -> None:
        self.processes.start(name, self.programs[name], *words, environment=surroundings())

    def _kubeconfig(self) -> dict[str, Any]:
        server = {"server": self.url}
        authority = {"certificate-authority": str(self.folder / "ca.crt")}
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "test", "cluster": server | authority}],
            "users": [{"name": "admin", "user": {"token": self._token}}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "admin"}}],
            "current-context": "test",
        }

    def _controller(self, port: str) -> list[str]:
        names = ("kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig")
        return [
            *(f"--{name}={self.kubeconfig}" for name in names),
            f"--bind-address={HOST}",
            f"--secure-port={self._ports[port]}",
            "--leader-elect=false",
        ]


def surroundings() -> dict[str, str]:
    """Return this process' environment without what would change the programs of a cluster."""
    return {key: value for key, value in os.environ.items() if not key.startswith(_OURS)}


def _etcd(ports: Mapping[str, int], folder: Path) -> Iterator[str]:
    clients, peers = (f"http://{HOST}:{ports[name]}" for name in ("etcd", "peers"))
    yield from (f"--data-dir={folder / 'etcd'}", "--unsafe-no-fsync", "--log-level=warn")
    yield from (f"--listen-client-urls={clients}", f"--advertise-client-urls={clients}")
    yield from (f"--listen-peer-urls={peers}", f"--initial-advertise-peer-urls={peers}")
    yield f"--initial-cluster=default={peers}"


def _apiserver(ports: Mapping[str, int], folder: Path) -> Iterator[str]:
    yield f"--etcd-servers=http://{HOST}:{ports['etcd']}"
    yield from (f"--bind-address={HOST}", f"--advertise-address={HOST}", f"--secure-port={ports['apiserver']}")
    # An address on loopback is no endpoint to it: the reconciler of its own Service would log errors for ever.
    yield "--endpoint-reconciler-type=none"
    yield from (f"--tls-cert-file={folder / 'serving.pem'}", f"--tls-private-key-file={folder / 'serving.pem'}")
    yield from (f"--client-ca-file={folder / 'ca.crt'}", f"--token-auth-file={folder / 'tokens.csv'}")
    yield "--service-account-issuer=https://kubernetes.default.svc"
    yield f"--service-account-key-file={folder / 'accounts.key'}"
    yield f"--service-account-signing-key-file={folder / 'accounts.key'}"
    yield from (f"--service-cluster-ip-range={SERVICES}", "--authorization-mode=Node,RBAC", "--allow-privileged=true")


def _controllers(folder: Path) -> Iterator[str]:
    yield f"--service-account-private-key-file={folder / 'accounts.key'}"
    yield f"--root-ca-file={folder / 'ca.crt'}"
    yield from (f"--cluster-signing-cert-file={folder / 'ca.crt'}", f"--cluster-signing-key-file={folder / 'ca.key'}")
    yield from ("--kube-api-qps=200", "--kube-api-burst=400")
    # kwok renews a node once a minute; one that counts as lost takes the readiness of its pods along for ever.
    yield "--node-monitor-grace-period=1h"


def _kwok(ports: Mapping[str, int], kubeconfig: Path) -> Iterator[str]:
    yield from (f"--kubeconfig={kubeconfig}", "--manage-all-nodes=true", f"--node-ip={HOST}", "--cidr=10.128.0.1/14")
    yield f"--server-address={HOST}:{ports['kwok']}"


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on right now, all different."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind((HOST, 0))
        return [each.getsockname()[1] for each in sockets]


def is_true(item: Mapping[str, Any], condition: str) -> bool:
    """Return whether an object's status holds a condition."""
    found = item.get("status", {}).get("conditions") or ()
    return any(each["type"] == condition and each["status"] == "True" for each in found)
