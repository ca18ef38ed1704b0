"""The control plane itself: it is the version it says, runs what is scheduled, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cluster import keeper
from tests.cluster.api import until
from tests.cluster.control_plane import ControlPlane, free_ports, is_true
from tests.cluster.pods import GPU, POOL, Manifest, pod, tolerates
from tools.ensure_cluster import all_parts


def test_the_server_is_the_pinned_version(plane: ControlPlane) -> None:
    said = plane.api.request("GET", "/version").body
    version = all_parts()[f"kubernetes-{plane.minor}"].version
    assert said["gitVersion"] == f"v{version}"
    assert f"{said['major']}.{said['minor']}" == plane.minor


def test_a_deployment_becomes_available(plane: ControlPlane) -> None:
    labels = {"app": "shown"}
    template = {"metadata": {"labels": labels}, "spec": pod("default")["spec"]}
    item = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "shown", "namespace": "default"},
        "spec": {"replicas": 2, "selector": {"matchLabels": labels}, "template": template},
    }
    assert plane.api.apply(item).ok
    until(
        "the deployment is available",
        lambda: is_true(plane.api.get("apps/v1", "Deployment", "default", "shown").body, "Available"),
    )
    assert plane.api.delete(item).ok


def test_gpus_are_counted_and_taints_are_kept(plane: ControlPlane) -> None:
    taint = {"key": POOL, "value": "a100", "effect": "NoSchedule"}
    plane.add_node("gpu", labels={POOL: "a100"}, taints=[taint], capacity={GPU: "2"})
    where: Manifest = {"nodeSelector": {POOL: "a100"}, "tolerations": tolerates("a100")}
    placed = [pod("default", f"placed-{number}", gpus=1, **where) for number in range(2)]
    for item in placed:
        assert plane.api.create(item).ok
        _wait_for(plane, item, "PodScheduled", "True")
    too_many = pod("default", "too-many", gpus=1, **where)
    shy = pod("default", "shy", nodeSelector={POOL: "a100"})
    for item, reason in ((too_many, f"Insufficient {GPU}"), (shy, "untolerated taint")):
        assert plane.api.create(item).ok
        assert reason in _wait_for(plane, item, "PodScheduled", "False")
    for item in (*placed, too_many, shy):
        assert plane.api.delete(item).ok


def test_a_namespace_goes_away(plane: ControlPlane) -> None:
    item = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "short-lived"}}
    assert plane.api.apply(item).ok
    assert plane.api.delete(item).ok
    until("the namespace is gone", lambda: not plane.api.get("v1", "Namespace", None, "short-lived").ok)


def test_what_does_not_start_says_why(plane: ControlPlane, tmp_path: Path) -> None:
    broken = ControlPlane(plane.minor, tmp_path)
    broken.programs = broken.programs | {"etcd": Path("/bin/false")}
    with pytest.raises(AssertionError, match="etcd ended with 1"), broken:
        pass


@pytest.mark.real(reason="ends processes")
def test_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    """The one that starts is killed without a chance to clean up."""
    script = (
        "import subprocess, sys, time\n"
        f"words = [sys.executable, {keeper.__file__!r}]\n"
        "keeper = subprocess.Popen(words, stdin=subprocess.PIPE, start_new_session=True)\n"
        "child = subprocess.Popen(['sleep', '600'], start_new_session=True)\n"
        "keeper.stdin.write(f'{child.pid}\\n'.encode()); keeper.stdin.flush()\n"
        "print(child.pid, flush=True); time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=tmp_path) as starter:
        assert starter.stdout is not None
        child = int(starter.stdout.readline())
        os.kill(child, 0)
        starter.send_signal(signal.SIGKILL)
    until("the child is gone", lambda: _is_gone(child), timeout_s=20)


def test_free_ports_differ() -> None:
    assert len(set(free_ports(20))) == 20


def _wait_for(plane: ControlPlane, item: Manifest, condition: str, status: str) -> str:
    """Return the message of a condition once it has a status."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = plane.api.get("v1", "Pod", "default", item["metadata"]["name"]).body
        for each in found.get("status", {}).get("conditions", ()):
            if each["type"] == condition and each["status"] == status:
                return str(each.get("message", ""))
        time.sleep(0.1)
    raise TimeoutError(f"{item['metadata']['name']}: {condition} never became {status}")


def _is_gone(process: int) -> bool:
    """Return whether a process has ended; one that nobody waits for stays as a zombie where process 1 collects none."""
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0] == "Z"
    except ProcessLookupError:
        return True
    except FileNotFoundError:  # no /proc on this system, or gone just now
        return False
