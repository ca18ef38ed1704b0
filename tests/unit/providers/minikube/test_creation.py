"""How minikube clusters come to be."""

from __future__ import annotations

import shlex

import pytest

from compiler.model.platform import Trust
from compiler.providers import creation
from tests.unit.lowering.declared import pool
from tests.unit.providers.created import command_lines, order, said


def flags(**changes: str) -> list[str]:
    [line] = command_lines(order("minikube", **changes))
    return shlex.split(line)[2:]


@pytest.mark.parametrize(("kubernetes", "flag"), [("1.34", "v1.34"), ("1.34.2", "v1.34.2")])
def test_the_version_is_the_files(kubernetes: str, flag: str) -> None:
    assert f"--kubernetes-version={flag}" in flags(kubernetes=kubernetes)


def test_network_policies_work_and_the_machine_is_large_enough() -> None:
    assert {"--profile=prod", "--cni=calico", "--cpus=8", "--memory=16g", "--disk-size=100g"} <= set(flags())


def test_only_an_old_api_server_is_told_its_signing_key() -> None:
    key = "--extra-config=apiserver.service-account-signing-key-file=/var/lib/minikube/certs/sa.key"
    assert key in flags(kubernetes="1.19")
    assert key not in flags(kubernetes="1.20")
    assert "minikube 1.38 begins with Kubernetes 1.28" in said(order("minikube", kubernetes="1.27"))
    assert "begins with" not in said(order("minikube", kubernetes="1.28"))


def test_gpus_come_with_docker_only() -> None:
    [line] = command_lines(order("minikube", pool("local")))
    assert {"--driver=docker", "--container-runtime=docker", "--gpus=all"} <= set(shlex.split(line))
    assert not [flag for flag in flags() if flag.startswith(("--driver", "--gpus"))]


def test_a_load_balancer_needs_a_tunnel() -> None:
    assert "minikube tunnel --profile prod" in said(order("minikube", gateway="LoadBalancer"))
    assert "minikube tunnel" not in said(order("minikube"))
    assert creation("minikube").context(order("minikube")) == "prod"


def test_the_nodes_trust_what_the_cluster_trusts() -> None:
    before, copied, start = command_lines(order("minikube", trust=Trust("ca/acme.pem", "PEM")))
    assert (before, copied) == ("mkdir -p ~/.minikube/certs", "cp ca.pem ~/.minikube/certs/platform-trust.pem")
    assert start.startswith("minikube start ")
