"""A notebook that could never start is refused where the form shows why (the server's own dry run)."""

from __future__ import annotations

import pytest

from tests.cluster.api import until
from tests.cluster.conftest import Installed
from tests.cluster.pods import Manifest, notebook, pod, tolerates
from tests.cluster.scenarios import PEOPLE

VISION = "vision-research"
NO_POOL = "choose one under Tolerations"
TOO_MANY = "ask for fewer"
QUEUED = {"kueue.x-k8s.io/queue-name": "gpu"}

CASES: dict[str, tuple[Manifest, str | None]] = {
    "no device": (pod(VISION), None),
    "one GPU of the team's pool": (pod(VISION, gpus=1, tolerations=tolerates("a100")), None),
    "all GPUs of a node": (pod(VISION, gpus=8, tolerations=tolerates("a100")), None),
    "more GPUs than a node has": (pod(VISION, gpus=9, tolerations=tolerates("a100")), TOO_MANY),
    "a GPU without a pool": (pod(VISION, gpus=1), NO_POOL),
    "too many GPUs without a pool": (pod(VISION, gpus=16), NO_POOL),
}


@pytest.mark.parametrize("what", CASES)
def test_the_form_hears_what_cannot_start(installed: Installed, what: str) -> None:
    if not installed.scenario.is_kubeflow:
        pytest.skip("no notebooks on this platform")
    shown, reason = CASES[what]
    _wait(installed)
    installed.row.judged += 1
    answer = installed.plane.api.create(notebook(VISION, shown["spec"]), dry_run=True, person=PEOPLE["bob"])
    assert answer.ok == (reason is None), answer.message
    assert (reason or "") in answer.message


def test_queued_notebooks_need_no_pool(installed: Installed) -> None:
    if not installed.scenario.is_kubeflow:
        pytest.skip("no notebooks on this platform")
    _wait(installed)
    for gpus, is_possible in ((1, True), (9, False)):
        item = notebook(VISION, pod(VISION, gpus=gpus)["spec"])
        item["metadata"]["labels"] = QUEUED
        installed.row.judged += 1
        answer = installed.plane.api.create(item, dry_run=True, person=PEOPLE["bob"])
        assert answer.ok == is_possible, answer.message


def _wait(installed: Installed) -> None:
    shown, _ = CASES["a GPU without a pool"]
    asked = notebook(VISION, shown["spec"])
    until("the policy of notebooks works", lambda: not installed.plane.api.create(asked, dry_run=True).ok)
