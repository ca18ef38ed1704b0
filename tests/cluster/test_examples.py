"""The stories of examples/ that a real Argo CD follows, each on the smallest of its clusters, the twins on both.

Two by default, which have what no whole release has: serving without profiles, and training on a cloud without
Kubeflow around it. `TEST_RELEASES=all` follows all. Knows what their clouds bring.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cluster.conftest import CHOSEN, built
from tests.cluster.followed import ROOT, Followed, follow, impossible
from tests.cluster.installation import Manifest
from tests.cluster.ledger import Ledger
from tests.cluster.test_releases import BASES
from tests.e2e.harness import ROOT as REPOSITORY

COMPUTE_CLASSES: Manifest = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "computeclasses.cloud.google.com"},
    "spec": {
        "group": "cloud.google.com",
        "names": {"kind": "ComputeClass", "plural": "computeclasses", "singular": "computeclass"},
        "scope": "Cluster",
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
            }
        ],
    },
}
"""What GKE brings, without its schema.
Source: https://cloud.google.com/kubernetes-engine/docs/concepts/about-custom-compute-classes"""

GP3: Manifest = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": "gp3"},
    "provisioner": "ebs.csi.aws.com",
}
"""The class that the example names, which people make: EKS itself has none of that name."""


@dataclass(frozen=True)
class Story:
    """An example: its smallest cluster, the Kubernetes it is tried on, and what is not tried of it."""

    name: str
    cluster: str
    minor: str
    without: str = ""
    brought: tuple[Manifest, ...] = ()

    def text(self, url: str) -> str:
        """Return its platform file for a repository and the Kubernetes that is there."""
        text = (REPOSITORY / "examples" / self.name / "platform.yaml").read_text("utf-8")
        if self.without:
            text, count = re.subn(self.without, "", text)
            assert count == 1
        text, count = re.subn(r"repoURL: \S+", f"repoURL: {url}", text)
        assert count == 1
        return re.sub(r'kubernetes: "[0-9.]+"', f'kubernetes: "{self.minor}"', text)


STORIES = (
    Story("microk8s-evaluation", "server", "1.37"),
    Story("terraform-twins", "train-google", "1.37", brought=(COMPUTE_CLASSES,)),
    Story("minikube-chosen", "laptop", "1.32"),
    Story("local-full", "laptop", "1.37"),
    # What is left out of these is a Helm chart, and no program here renders those.
    Story("terraform-twins", "train-amazon", "1.37", r"    components:\n      gpu-operator: .*\n", (GP3,)),
    Story("gcp-free-tier", "first-gpu", "1.37", r"    secrets:\n(?:      .*\n)+", (COMPUTE_CLASSES,)),
)
WANTED = STORIES if os.environ.get("TEST_RELEASES") == "all" else STORIES[:2]


@pytest.fixture(scope="module", params=WANTED, ids=lambda story: f"{story.name}-{story.cluster}")
def followed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, ledger: Ledger
) -> Iterator[Followed]:
    """Return an example, synced."""
    story: Story = request.param
    if CHOSEN and story.minor not in CHOSEN:
        pytest.skip(f"{story.name} is tried on Kubernetes {story.minor}, which is not chosen")
    built(story.minor)
    why = impossible(*BASES)
    if why:
        pytest.skip(why)
    folder: Path = tmp_path_factory.mktemp("example", numbered=True)
    with follow(story.minor, folder, story.text, cluster=story.cluster, brought=story.brought) as synced:
        ledger.syncs.append(synced.row(f"examples/{story.name}, {story.cluster}"))
        yield synced


def test_an_example_becomes_synced_wave_by_wave(followed: Followed) -> None:
    assert len(followed.argo_cd.applications()) > 5
    assert list(followed.recorder.overtaken(ROOT)) == []
    assert followed.stand_ins.failures == []


def test_nothing_differs_when_all_is_looked_at_again(followed: Followed) -> None:
    assert followed.moved(lambda: followed.argo_cd.refresh(hard=True)) == []
    assert {what: times for what, times in followed.stand_ins.writes.items() if times > 3} == {}
