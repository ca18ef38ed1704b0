"""How k3d clusters come to be."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from compiler.model.platform import Trust
from compiler.providers import creation
from compiler.providers.base.creation import Order
from compiler.providers.k3d.creation import CONFIG
from tests.components.upstream import checkout
from tests.unit.lowering.declared import pool
from tests.unit.providers.created import command_lines, data, order, said

REPOSITORY = "https://github.com/k3d-io/k3d"
COMMIT = "46f3480daa747ba71c155d0f619ce6aba7b95db9"
"""Holds the schema of v5.9.0."""
ORDERS = [
    order("k3d"),
    order("k3d", kubernetes="1.34.2-k3s3", gateway="LoadBalancer"),
    order("k3d", pool("a"), pool("b", spot=True)),
    order("k3d", pool("a"), trust=Trust("ca/acme.pem", "PEM")),
]
KEYS = {
    "": {"apiVersion", "kind", "metadata", "servers", "agents", "image", "ports", "volumes", "options"},
    "metadata": {"name"},
    "ports[]": {"port", "nodeFilters"},
    "volumes[]": {"volume", "nodeFilters"},
    "options": {"k3d", "k3s", "runtime"},
    "options.k3d": {"wait", "timeout"},
    "options.k3s": {"extraArgs", "nodeLabels"},
    "options.k3s.extraArgs[]": {"arg", "nodeFilters"},
    "options.k3s.nodeLabels[]": {"label", "nodeFilters"},
    "options.runtime": {"gpuRequest"},
}
"""Every key that we write. Source: k3d-io/k3d@v5.9.0 pkg/config/v1alpha5/schema.json."""


def unknown_keys(value: Any, place: str = "") -> list[str]:
    """Return the keys that the table does not have."""
    if isinstance(value, list):
        return [each for item in value for each in unknown_keys(item, f"{place}[]")]
    if not isinstance(value, dict):
        return []
    found = [f"{place}.{key}" for key in value if key not in KEYS.get(place, ())]
    return found + [
        each for key, inner in value.items() for each in unknown_keys(inner, f"{place}.{key}".removeprefix("."))
    ]


@pytest.mark.parametrize("wanted", ORDERS, ids=["plain", "exact", "gpus", "trust"])
def test_every_key_is_known(wanted: Order) -> None:
    assert unknown_keys(data(wanted, CONFIG)) == []
    assert unknown_keys({**data(wanted, CONFIG), "server": 1}) == [".server"]


@pytest.mark.real(reason="the schema is upstream's")
@pytest.mark.upstream(REPOSITORY)
def test_the_tools_own_schema_takes_it(tmp_path: Path) -> None:
    schema = json.loads(
        (checkout(REPOSITORY, COMMIT, tmp_path / "k3d") / "pkg/config/v1alpha5/schema.json").read_text()
    )
    for wanted in ORDERS:
        jsonschema.validate(data(wanted, CONFIG), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**data(ORDERS[0], CONFIG), "server": 1}, schema)


@pytest.mark.parametrize(
    ("kubernetes", "image"),
    [
        ("1.34", "+v1.34"),
        ("1.34.2", "rancher/k3s:v1.34.2-k3s1"),
        ("1.34.2-k3s3", "rancher/k3s:v1.34.2-k3s3"),
        ("1.34.2+k3s3", "rancher/k3s:v1.34.2-k3s3"),
    ],
)
def test_the_version_is_pinned_as_far_as_the_file_says_it(kubernetes: str, image: str) -> None:
    wanted = order("k3d", kubernetes=kubernetes)
    assert data(wanted, CONFIG)["image"] == image
    assert ("pins it" in said(wanted)) == (kubernetes == "1.34")


def test_nothing_stands_in_istios_way() -> None:
    arguments = [each["arg"] for each in data(order("k3d"), CONFIG)["options"]["k3s"]["extraArgs"]]
    assert "--disable=traefik" in arguments
    assert "ports" not in data(order("k3d"), CONFIG)
    behind = order("k3d", gateway="LoadBalancer")
    assert data(behind, CONFIG)["ports"] == [{"port": "8080:80", "nodeFilters": ["loadbalancer"]}]
    assert "Port 8080" in said(behind)


def test_gpus_get_an_agent_with_label_and_taint_and_an_image_that_people_name() -> None:
    wanted = order("k3d", pool("local"))
    config = data(wanted, CONFIG)
    assert (config["agents"], "image" in config) == (1, False)
    k3s = config["options"]["k3s"]
    assert {"label": "platform/gpu-pool=local", "nodeFilters": ["agent:0"]} in k3s["nodeLabels"]
    taint = {"arg": "--node-taint=platform/gpu-pool=local:NoSchedule", "nodeFilters": ["agent:0"]}
    assert taint in k3s["extraArgs"]
    assert config["options"]["runtime"] == {"gpuRequest": "all"}
    [line] = command_lines(wanted)
    assert "${K3S_CUDA_IMAGE:?" in line
    assert "K3S_CUDA_IMAGE" in said(wanted)


def test_one_command_is_enough() -> None:
    assert command_lines(order("k3d")) == ["k3d cluster create --config k3d.yaml"]
    assert creation("k3d").context(order("k3d")) == "k3d-prod"


@pytest.mark.real(reason="an unset variable is a shell's to refuse")
def test_without_an_image_for_gpus_the_script_stops(tmp_path: Path) -> None:
    [line] = command_lines(order("k3d", pool("local")))
    done = subprocess.run(["sh", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "a k3s image with the NVIDIA container toolkit" in done.stderr


def test_every_node_trusts_what_the_cluster_trusts() -> None:
    trust = Trust("ca/acme.pem", "PEM")
    [volume] = data(order("k3d", trust=trust), CONFIG)["volumes"]
    assert volume == {"volume": "${PWD}/ca.pem:/etc/ssl/certs/platform-trust.pem", "nodeFilters": ["server:*"]}
    [volume] = data(order("k3d", pool("a"), trust=trust), CONFIG)["volumes"]
    assert volume["nodeFilters"] == ["server:*", "agent:*"]
