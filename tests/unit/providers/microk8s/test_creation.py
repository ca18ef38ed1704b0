"""How MicroK8s comes onto a machine."""

from __future__ import annotations

from compiler.providers import creation
from compiler.providers.microk8s.creation import CONFIG
from tests.unit.providers.created import command_lines, data, files, order, said

KEYS = {"version", "addons", "extraKubeletArgs", "extraKubeAPIServerArgs"}
"""Every key that we write. Source: canonical/microk8s-cluster-agent@0c84abf0 pkg/k8sinit/testdata/schema/full.yaml."""


def test_every_key_is_known_and_teams_are_kept_apart() -> None:
    config = data(order("microk8s"), CONFIG)
    assert set(config) == KEYS
    assert [each["name"] for each in config["addons"]] == ["dns", "hostpath-storage", "rbac"]
    assert all(key.startswith("--") for key in {**config["extraKubeletArgs"], **config["extraKubeAPIServerArgs"]})


def test_the_configuration_is_there_before_the_snap() -> None:
    lines = command_lines(order("microk8s"))
    assert lines[1:3] == [
        "sudo cp microk8s.yaml /var/snap/microk8s/common/.microk8s.yaml",
        "sudo snap install microk8s --classic --channel=1.34/stable",
    ]
    assert creation("microk8s").context(order("microk8s")) == "microk8s"
    assert "not 1.34.2 itself" in said(order("microk8s", kubernetes="1.34.2"))


def test_before_launch_configurations_addons_come_by_command() -> None:
    old = order("microk8s", kubernetes="1.26")
    assert CONFIG not in files(old)
    assert command_lines(old)[-1] == "sudo microk8s enable dns hostpath-storage rbac"
    assert "doctor --cluster prod" in said(old)


def test_a_load_balancer_gets_addresses_that_people_name() -> None:
    behind = order("microk8s", gateway="LoadBalancer")
    assert "${METALLB_RANGE:?" in command_lines(behind)[-1]
    assert "`METALLB_RANGE`" in said(behind)
    assert "METALLB_RANGE" not in said(order("microk8s"))
