"""What clusters on one's own machines have in common."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from compiler.model.platform import Trust
from compiler.providers.base.local import INOTIFY, exact_version, has_load_balancer, issuer
from tests.unit.providers.created import SCRIPT, files, order, said

LOCAL = ("k3d", "k3s", "kind", "microk8s", "minikube")


@pytest.mark.parametrize(
    ("kubernetes", "exact"), [("1.34", None), ("1.34.2", "1.34.2"), ("1.34.2+k3s1", "1.34.2"), ("1.34-k3s1", None)]
)
def test_a_whole_version_is_told_from_a_minor(kubernetes: str, exact: str | None) -> None:
    assert exact_version(order("k3s", kubernetes=kubernetes)) == exact


def test_the_issuer_is_the_one_that_overlays_expect_unless_the_file_says_another() -> None:
    assert issuer(order("kind").cluster) == "https://kubernetes.default.svc.cluster.local"
    said = {"serviceAccountIssuer": "https://issuer.acme.com"}
    assert issuer(order("kind", parameters=said).cluster) == "https://issuer.acme.com"


@pytest.mark.parametrize("provider", LOCAL)
def test_every_local_cluster_signs_tokens_as_the_file_says(provider: str) -> None:
    wanted = order(provider, parameters={"serviceAccountIssuer": "https://issuer.acme.com"})
    assert "https://issuer.acme.com" in repr(files(wanted))


def test_a_load_balancer_is_what_the_gateway_asks_for() -> None:
    assert has_load_balancer(order("k3d", gateway="LoadBalancer").cluster)
    assert not has_load_balancer(order("k3d", gateway="NodePort").cluster)
    assert not has_load_balancer(order("k3d").cluster)


@pytest.mark.real(reason="the script is a shell's to judge")
@pytest.mark.parametrize("is_enough", [True, False])
@pytest.mark.parametrize("provider", LOCAL)
def test_the_script_runs_after_a_look_at_the_limits(provider: str, tmp_path: Path, *, is_enough: bool) -> None:
    script = files(order(provider))[SCRIPT]
    assert isinstance(script, str)
    limits = tmp_path / "inotify"
    limits.mkdir()
    for name, least in INOTIFY.items():
        (limits / name).write_text(f"{least if is_enough else least - 1}\n")
    (tmp_path / SCRIPT).write_text(script.replace("/proc/sys/fs/inotify", str(limits)))
    for tool in ("k3d", "kind", "minikube", "sudo", "curl"):
        (tmp_path / tool).write_text(f'#!/bin/sh\necho "{tool} $*" >> "{tmp_path}/ran"\n')
        (tmp_path / tool).chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    done = subprocess.run(
        ["sh", str(tmp_path / SCRIPT)], cwd="/", env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode == 0) == is_enough, done.stderr
    assert (tmp_path / "ran").exists() == is_enough
    assert ("sudo sysctl fs.inotify.max_user_instances=2280" in done.stderr) == (not is_enough)


@pytest.mark.parametrize("provider", LOCAL)
def test_the_authorities_of_a_cluster_stand_where_its_nodes_are_made_to_trust_them(provider: str) -> None:
    wanted = order(provider, trust=Trust("ca/acme.pem", "PEM"))
    assert files(wanted)["ca.pem"] == "PEM"
    told = str([text for name, text in files(wanted).items() if name != "ca.pem"])
    assert "platform-trust" in told + said(wanted)
    assert "ca.pem" not in files(order(provider))
    assert "platform-trust" not in str(files(order(provider))) + said(order(provider))
