"""Whole releases of Kubeflow that a real Argo CD follows, with the stand-ins for what has no pods here.

Two by default; `TEST_RELEASES` names others, or `all`. Each on the Kubernetes among those that can be built which is
nearest to what upstream tests it with.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.cluster.conftest import CHOSEN, built
from tests.cluster.followed import ROOT, Followed, follow, impossible
from tests.cluster.ledger import Ledger
from tests.conftest import UPSTREAM

RELEASES = {"26.03": "1.37", "1.10.2": "1.32", "1.11.0": "1.37", "1.9.1": "1.32"}
_NAMED = os.environ.get("TEST_RELEASES", "").split() or ["26.03", "1.10.2"]
WANTED = list(RELEASES) if _NAMED == ["all"] else _NAMED
BASES = (UPSTREAM, "https://github.com/kubernetes-sigs/kueue")
PLATFORM = """\
apiVersion: platform/v1alpha1
kind: Platform
metadata: {{name: acme-ml}}
gitops: {{repoURL: {url}}}
distribution: kubeflow
versions: {{kubeflow: "{release}", argo-cd: "3.4"}}
components: {{kueue: {{}}}}
clusters:
  - name: real
    environment: dev
    provider: generic
    kubernetes: "{kubernetes}"
    identity: {{static: {{users: [{{user: dev@acme.com, passwordHashRef: dex-dev-password}}]}}}}
teams:
  - name: vision
    owner: {{user: alice@acme.com}}
    members: [{{user: bob@acme.com, role: editor}}]
    namespaces: [{{name: vision-lab, clusters: [real], quota: {{cpu: "4"}}}}]
"""


@pytest.fixture(scope="module", params=WANTED)
def followed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, ledger: Ledger
) -> Iterator[Followed]:
    """Return a platform with a whole release, synced."""
    release = str(request.param)
    minor = RELEASES[release]
    if CHOSEN and minor not in CHOSEN:
        pytest.skip(f"Kubeflow {release} is tried on Kubernetes {minor}, which is not chosen")
    built(minor)
    why = impossible(*BASES)
    if why:
        pytest.skip(why)
    folder = tmp_path_factory.mktemp("release", numbered=True)
    text = PLATFORM.replace("{release}", release)
    with follow(minor, folder, lambda url: text.format(url=url, kubernetes=minor)) as synced:
        ledger.syncs.append(synced.row(f"kubeflow {release}"))
        yield synced


def test_a_whole_release_becomes_synced_wave_by_wave(followed: Followed) -> None:
    assert len(followed.argo_cd.applications()) > 25
    assert list(followed.recorder.overtaken(ROOT)) == []
    assert followed.stand_ins.failures == []


def test_nothing_differs_when_all_is_looked_at_again(followed: Followed) -> None:
    assert followed.moved(lambda: followed.argo_cd.refresh(hard=True)) == []
    assert {what: times for what, times in followed.stand_ins.writes.items() if times > 3} == {}
