"""Every object of every overlay is taken by a real API server with the real definitions, in the order of the waves."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.cluster.api import Api
from tests.cluster.conftest import Installed
from tests.cluster.installation import SHOWN_ONLY, Manifest, identity

OURS = {
    "": {"Namespace", "ServiceAccount", "LimitRange"},
    "rbac.authorization.k8s.io": {"RoleBinding"},
    "networking.k8s.io": {"NetworkPolicy"},
    "admissionregistration.k8s.io": {"ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"},
    "argoproj.io": {"Application", "AppProject"},
    "kueue.x-k8s.io": {"ResourceFlavor", "ClusterQueue", "LocalQueue", "Cohort", "WorkloadPriorityClass"},
}
"""Kinds that the compiler writes for teams and pools on every cluster, by group."""
SYNC_OPTIONS = "argocd.argoproj.io/sync-options"
KUBEFLOW = {"kubeflow.org": {"Profile"}, "security.istio.io": {"AuthorizationPolicy"}}


def test_the_server_takes_every_object_that_could_be_rendered(installed: Installed) -> None:
    assert installed.installation.refused == []
    assert installed.installation.accepted > 0


def test_every_overlay_was_rendered_and_every_kind_of_ours_was_among_it(installed: Installed) -> None:
    if installed.installation.unreachable:
        pytest.skip(installed.installation.unreachable)
    wanted = OURS | (KUBEFLOW if installed.scenario.is_kubeflow else {})
    taken: dict[str, set[str]] = {}
    for _, item, answer in installed.installation.answers:
        if answer.ok:
            group = item["apiVersion"].rpartition("/")[0]
            taken.setdefault(group, set()).add(item["kind"])
    assert {group: kinds - taken.get(group, set()) for group, kinds in wanted.items()} == {
        group: set() for group in wanted
    }


def test_a_second_sync_changes_nothing(installed: Installed) -> None:
    """What the server and its controllers make of an object must not be what the next sync takes back."""
    stored = [
        item
        for _, item, answer in installed.installation.answers
        # Argo CD leaves the rules of aggregated roles to their controller (`ignoreAggregatedRoles`).
        if answer.ok and item["kind"] not in SHOWN_ONLY and "aggregationRule" not in item
    ]
    assert len(stored) > 50
    assert _drifted(installed.plane.api, stored) == []


def test_a_drift_is_seen(installed: Installed) -> None:
    api = installed.plane.api
    item = next(installed.installation.objects("LimitRange"))
    assert api.merge(item, {"metadata": {"annotations": {SYNC_OPTIONS: "Prune=false"}}}).ok
    assert _drifted(api, [item]) == []  # a field that we do not name is not ours
    limits = [{"type": "Container", "defaultRequest": {"cpu": "3"}}]
    assert api.merge(item, {"spec": {"limits": limits}}).ok
    assert _drifted(api, [item]) == [identity(item)]
    assert api.apply(item).ok
    assert _drifted(api, [item]) == []


def test_an_unknown_field_is_refused(installed: Installed) -> None:
    quota = {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": {"name": "typo", "namespace": "default"},
        "spec": {"limits": [{"type": "Container", "defaultRequests": {"cpu": "1"}}]},
    }
    answer = installed.plane.api.apply(quota, dry_run=True)
    assert answer.code in {400, 500}, answer
    assert "defaultRequests" in answer.message


def _drifted(api: Api, items: Iterable[Manifest]) -> list[str]:
    """Return the objects that applying them again would change."""
    changed = []
    for item in items:
        metadata = item["metadata"]
        now = api.get(item["apiVersion"], item["kind"], metadata.get("namespace", "default"), metadata["name"])
        again = api.apply(item, dry_run=True)
        if not again.ok or _declared(now.body) != _declared(again.body):
            changed.append(identity(item))
    return changed


def _declared(item: Manifest) -> Manifest:
    """Return an object without what the server keeps of its own."""
    volatile = {"managedFields", "resourceVersion", "generation"}
    metadata = {key: value for key, value in item["metadata"].items() if key not in volatile}
    return {key: value for key, value in item.items() if key != "status"} | {"metadata": metadata}
