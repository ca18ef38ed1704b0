"""How kind clusters come to be."""

from __future__ import annotations

import pytest
import yaml

from compiler.model.platform import Trust
from compiler.providers import creation
from compiler.providers.kind.creation import CONFIG
from compiler.providers.kind.images import IMAGES, node_image
from tests.unit.providers.created import command_lines, data, order, said

KEYS = {"kind", "apiVersion", "name", "kubeadmConfigPatches", "nodes"}
NODE_KEYS = {"role", "image", "extraMounts"}
"""Every key that we write. Source: kubernetes-sigs/kind@v0.32.0 pkg/apis/config/v1alpha4/types.go."""


@pytest.mark.parametrize("kubernetes", ["1.19", "1.34", "1.34.2", "1.36", "1.99"])
def test_every_key_is_known(kubernetes: str) -> None:
    config = data(order("kind", kubernetes=kubernetes), CONFIG)
    assert set(config) <= KEYS
    assert (config["apiVersion"], config["kind"]) == ("kind.x-k8s.io/v1alpha4", "Cluster")
    assert all(set(node) <= NODE_KEYS for node in config["nodes"])


@pytest.mark.parametrize(
    ("minor", "extra"),
    [
        (
            19,
            {
                "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
                "service-account-signing-key-file": "/etc/kubernetes/pki/sa.key",
            },
        ),
        (35, {"service-account-issuer": "https://kubernetes.default.svc.cluster.local"}),
        (36, [{"name": "service-account-issuer", "value": "https://kubernetes.default.svc.cluster.local"}]),
    ],
)
def test_arguments_stand_as_kubeadm_of_that_version_has_them(minor: int, extra: object) -> None:
    [patch] = data(order("kind", kubernetes=f"1.{minor}"), CONFIG)["kubeadmConfigPatches"]
    assert yaml.safe_load(patch) == {"kind": "ClusterConfiguration", "apiServer": {"extraArgs": extra}}


def test_images_are_pinned_by_digest() -> None:
    for minor, image in IMAGES.items():
        assert image.startswith(f"v1.{minor}.")
        assert len(image.partition("@sha256:")[2]) == 64
        exact = image.partition("@")[0].removeprefix("v")
        assert node_image(minor, None) == node_image(minor, exact) == f"kindest/node:{image}"
    assert node_image(34, "1.34.2") == "kindest/node:v1.34.2"


def test_an_image_that_nobody_knows_is_asked_for() -> None:
    unknown = order("kind", kubernetes="1.99")
    assert "image" not in data(unknown, CONFIG)["nodes"][0]
    [line] = command_lines(unknown)
    assert "${KIND_IMAGE:?an image of 1.99" in line
    assert "`KIND_IMAGE`" in said(unknown)
    assert "few patch releases" in said(order("kind", kubernetes="1.34.2"))


def test_one_command_is_enough() -> None:
    assert command_lines(order("kind")) == ["kind create cluster --config kind.yaml --wait 300s"]
    assert creation("kind").context(order("kind")) == "kind-prod"
    assert "cloud-provider-kind" in said(order("kind", gateway="LoadBalancer"))
    assert "cloud-provider-kind" not in said(order("kind"))


def test_the_node_trusts_what_the_cluster_trusts() -> None:
    config = data(order("kind", trust=Trust("ca/acme.pem", "PEM")), CONFIG)
    assert all(set(node) <= NODE_KEYS for node in config["nodes"])
    assert config["nodes"][0]["extraMounts"] == [
        {"hostPath": "ca.pem", "containerPath": "/etc/ssl/certs/platform-trust.pem", "readOnly": True}
    ]
