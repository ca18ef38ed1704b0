"""From each release of Kubeflow to the next on one API server: Argo CD brings all along but what the catalog says.

What the catalog tells to do by hand is done as it is printed, and shown to be needed; whatever holds data is there
afterwards. One step by default; `TEST_RELEASES=all` goes the whole way. On the newest Kubernetes: the newest release
refuses what is called fine for the oldest, and 1.37 is no error for any (`matrix`).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from compiler.user_cache import cache_directory
from tests.cluster.api import Api, until
from tests.cluster.conftest import CHOSEN, built
from tests.cluster.followed import FIRST_SYNC_S, ROOT, Followed, follow, impossible
from tests.cluster.installation import Manifest, identity
from tests.cluster.ledger import Ledger
from tests.cluster.test_releases import BASES, PLATFORM

WAY = ("1.9.1", "1.10.2", "1.11.0", "26.03")
LET_GO = {
    "1.10.2": ("{crd: mxjobs.kubeflow.org, cluster: real, reason: nobody trains with MXNet}",),
    "1.11.0": (
        "{pvc: kubeflow/minio-pvc, cluster: real, reason: artifacts were moved to SeaweedFS}",
        "{component: training-operator, cluster: real, reason: trainer takes over}",
    ),
}
"""What must be let go on the way to a release, as `build` asks for it; all of it stays in the cluster."""
MINOR = "1.37"
STEPS = tuple(pairwise(WAY)) if os.environ.get("TEST_RELEASES") == "all" else ((WAY[0], WAY[1]),)
NAMESPACE = "vision-lab"
_POD = {"containers": [{"name": "main", "image": "busybox"}]}
_CLAIM = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
_MODEL = {"modelFormat": {"name": "sklearn"}, "storageUri": "pvc://kept/model"}
_TRIAL = {
    "primaryContainerName": "main",
    "trialSpec": {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "spec": {"template": {"spec": _POD | {"restartPolicy": "Never"}}},
    },
}
_REPLICAS = {"Master": {"replicas": 1, "template": {"spec": {"containers": [{"name": "pytorch", "image": "busybox"}]}}}}
WORK = (
    ("v1", "PersistentVolumeClaim", _CLAIM),
    ("kubeflow.org/v1", "Notebook", {"template": {"spec": _POD}}),
    ("serving.kserve.io/v1beta1", "InferenceService", {"predictor": {"model": _MODEL}}),
    (
        "kubeflow.org/v1beta1",
        "Experiment",
        {"objective": {"type": "maximize", "objectiveMetricName": "accuracy"}, "trialTemplate": _TRIAL},
    ),
    ("kubeflow.org/v1alpha1", "PodDefault", {"selector": {"matchLabels": {"a": "b"}}}),
    ("kubeflow.org/v1alpha1", "PVCViewer", {"pvc": "kept", "podSpec": _POD}),
    ("tensorboard.kubeflow.org/v1alpha1", "Tensorboard", {"logspath": "pvc://kept/logs"}),
    ("kubeflow.org/v1", "PyTorchJob", {"pytorchReplicaSpecs": _REPLICAS}),
    (
        "argoproj.io/v1alpha1",
        "Workflow",
        {"entrypoint": "a", "templates": [{"name": "a", "container": {"image": "b"}}]},
    ),
)
"""What people of a team have made, in the API versions of the oldest release."""
_DATA = (
    ("v1", "Namespace"),
    ("v1", "PersistentVolumeClaim"),
    ("v1", "PersistentVolume"),
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
    ("kubeflow.org/v1", "Profile"),
)
_PATIENCE_S = 300


@dataclass
class ByHand:
    """What the compiler tells to do by hand: commands, and the Applications that wait for them."""

    commands: list[str]
    applications: set[str]


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory, ledger: Ledger) -> Iterator[Followed]:
    """Return the platform with the oldest release, synced, with what people have made on it."""
    if CHOSEN and MINOR not in CHOSEN:
        pytest.skip(f"upgrades are tried on Kubernetes {MINOR}, which is not chosen")
    built(MINOR)
    why = impossible(*BASES)
    if why:
        pytest.skip(why)
    text = PLATFORM.replace("{release}", WAY[0]).replace('argo-cd: "3.4"', 'argo-cd: "3.4", kueue: "0.16"')
    folder = tmp_path_factory.mktemp("upgrade")
    with follow(MINOR, folder, lambda url: text.format(url=url, kubernetes=MINOR)) as synced:
        ledger.syncs.append(synced.row(f"kubeflow {WAY[0]}, to be upgraded"))
        for item in _work():
            answer = synced.plane.api.create(item)
            assert answer.ok, f"{identity(item)}: {answer.message}"
        yield synced


@pytest.mark.parametrize(("old", "new"), STEPS, ids=[new for _, new in STEPS])
def test_a_release_comes_to_the_next(followed: Followed, ledger: Ledger, old: str, new: str) -> None:
    held = _held(followed.plane.api)
    followed.repo.edit(f'kubeflow: "{old}"', f'kubeflow: "{new}"')
    followed.let_go(*LET_GO.get(new, ()))
    by_hand = _by_hand(followed)
    followed.build()
    started = time.monotonic()
    followed.push(f"Kubeflow {new}")
    _until_only_these_wait(followed, by_hand.applications)
    for command in by_hand.commands:
        _run(followed, command)
    followed.argo_cd.until_synced(timeout_s=FIRST_SYNC_S)
    followed.seconds = time.monotonic() - started
    # Argo CD may say Synced of what it could not compare; asked anew it tells.
    assert followed.moved(followed.argo_cd.refresh) == []
    ledger.syncs.append(followed.row(f"kubeflow {old} to {new}"))
    assert held.items() - _held(followed.plane.api).items() == set()
    assert _lost_versions(followed.plane.api) == []


def _by_hand(followed: Followed) -> ByHand:
    """Return what is told when the lock moves; nothing where the way is free."""
    told = json.loads(followed.repo.run("check", "--format", "json").out)["findings"]
    found = [each["help"] for each in told if each["code"] == "upgrade-by-hand"]
    lines = [line.strip() for said in found for line in said.splitlines()[1:]]
    named = re.findall(r"annotate applications\.argoproj\.io ([a-z -]+?) --", "\n".join(lines))
    return ByHand(lines, {name for names in named for name in names.split()})


def _until_only_these_wait(followed: Followed, names: set[str]) -> None:
    """Wait until every other Application has come along; fails unless these have not, each time they are asked."""

    def have_others() -> bool:
        return {line.partition(":")[0] for line in followed.argo_cd.unfinished()} <= {*names, ROOT}

    def are_told() -> bool:
        followed.argo_cd.refresh()
        lines = [line for line in followed.argo_cd.unfinished() if not line.startswith(f"{ROOT}:")]
        return {line.partition(":")[0] for line in lines} == names and all(
            "Failed to compare" in line for line in lines
        )

    until("the others are synced", have_others, timeout_s=FIRST_SYNC_S, pause_s=1)
    until(f"{sorted(names)} cannot be compared, and nothing else", are_told, timeout_s=_PATIENCE_S, pause_s=5)


def _run(followed: Followed, command: str) -> None:
    """Run a command as it was printed, in the folder of the platform file."""
    programs = (followed.plane.programs["kubectl"], Path(sys.executable))
    folders = [*(str(program.parent) for program in programs), os.environ["PATH"]]
    done = subprocess.run(
        ["sh", "-c", f"set -e; {command}"],
        cwd=followed.repo.path,
        env=followed.repo.environment(
            PATH=":".join(folders),
            KUBECONFIG=str(followed.plane.kubeconfig),
            PLATFORM_COMPILER_CACHE=str(cache_directory()),
        ),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=_PATIENCE_S,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def _work() -> Iterator[Manifest]:
    for api_version, kind, spec in WORK:
        place = {"namespace": NAMESPACE, "name": "kept"}
        yield {"apiVersion": api_version, "kind": kind, "metadata": place, "spec": spec}


def _held(api: Api) -> dict[str, str]:
    """Return what holds data and stays, with the identity that only the same object has."""
    found = {}
    for api_version, kind in _DATA:
        for item in api.get(api_version, kind, None).body["items"]:
            if "deletionTimestamp" not in item["metadata"]:
                place = f"{kind} {item['metadata'].get('namespace', '')}/{item['metadata']['name']}"
                found[place] = item["metadata"]["uid"]
    for item in _work():
        answer = api.get(item["apiVersion"], item["kind"], NAMESPACE, "kept")
        assert answer.ok, f"{identity(item)}: {answer.message}"
        assert "deletionTimestamp" not in answer.body["metadata"]
        found[identity(item)] = answer.body["metadata"]["uid"]
    return found


def _lost_versions(api: Api) -> list[str]:
    """Return each definition that no longer has a version in which objects are stored."""
    definitions = api.get("apiextensions.k8s.io/v1", "CustomResourceDefinition", None).body["items"]
    return [
        item["metadata"]["name"]
        for item in definitions
        if not set(item["status"]["storedVersions"]) <= {each["name"] for each in item["spec"]["versions"]}
    ]
