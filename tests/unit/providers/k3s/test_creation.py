"""How k3s comes onto a machine."""

from __future__ import annotations

import pytest

from compiler.providers import creation
from compiler.providers.k3s.creation import CONFIG
from tests.unit.providers.created import command_lines, data, order, said

KEYS = {"disable", "write-kubeconfig-mode", "kube-apiserver-arg"}
"""Every key that we write. Source: docs.k3s.io/cli/server (keys are the names of flags)."""


def test_every_key_is_known_and_nothing_stands_in_istios_way() -> None:
    config = data(order("k3s"), CONFIG)
    assert set(config) == KEYS
    assert config["disable"] == ["traefik"]
    assert config["write-kubeconfig-mode"] == "0600"


@pytest.mark.parametrize(
    ("kubernetes", "said_of_version"),
    [
        ("1.34", "INSTALL_K3S_CHANNEL=v1.34"),
        ("1.34.2", "INSTALL_K3S_VERSION=v1.34.2+k3s1"),
        ("1.34.2+k3s3", "INSTALL_K3S_VERSION=v1.34.2+k3s3"),
    ],
)
def test_the_version_is_pinned_as_far_as_the_file_says_it(kubernetes: str, said_of_version: str) -> None:
    wanted = order("k3s", kubernetes=kubernetes)
    lines = command_lines(wanted)
    assert lines[1] == f"sudo cp {CONFIG} /etc/rancher/k3s/config.yaml"
    assert lines[2] == f"curl -sfL https://get.k3s.io | {said_of_version} sh -s - server"
    assert ("pins it" in said(wanted)) == (kubernetes == "1.34")
    assert creation("k3s").context(wanted) == "default"
