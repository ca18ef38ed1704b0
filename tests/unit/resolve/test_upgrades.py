"""Steps by hand on the way from one release to another: whose, in which order, and how they are told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from compiler.diagnostics.model import Diagnostic, Severity
from compiler.live.steps import APPLY
from compiler.model.gitops import Gitops, SyncPolicy
from compiler.model.platform import Installation
from compiler.model.release import UpgradeStep
from compiler.resolve.facts import Facts
from compiler.resolve.lock import LockedCluster, LockedProduct
from compiler.resolve.upgrades import upgrade_findings
from compiler.resolve.wishes import ClusterWishes, VersionWish
from tests.unit.resolve.fakes import FakeCatalog, catalog

DELETE = UpgradeStep("katib", "Deployment.apps/kubeflow/katib-db", (), "its selector changes", "https://example.com/a")
CLUSTER_WIDE = UpgradeStep(
    "katib", "ClusterRole.rbac.authorization.k8s.io/katib", (), "its name", "https://example.com/b"
)
DEFINE = UpgradeStep("pipelines", "", ("runs.kubeflow.org",), "its runs have new fields", "https://example.com/c")

CARRY = UpgradeStep(
    "pipelines", "", (), "another store", "https://example.com/d", carry="copy the bucket", unless="objectStore"
)

REFRESH = "--namespace argocd --overwrite argocd.argoproj.io/refresh=normal"

GITOPS = Gitops(
    "https://github.com/acme/ml-platform.git",
    "main",
    "argocd",
    None,
    SyncPolicy(automated=True, prune=True, self_heal=True),
)


def _catalog(**steps: tuple[UpgradeStep, ...]) -> FakeCatalog:
    """Return the catalog whose versions of Kubeflow (with _ for .) ask for steps."""
    known = catalog()
    wanted = {version.removeprefix("v").replace("_", "."): found for version, found in steps.items()}
    assert wanted.keys() <= {each.version for each in known.releases if each.product == "kubeflow"}
    releases = [
        replace(each, upgrade=wanted.get(each.version, ())) if each.product == "kubeflow" else each
        for each in known.releases
    ]
    return replace(known, releases=releases)


def _told(
    source: FakeCatalog, old: str, new: str, *components: str, hub: str | None = None, options: Any = None
) -> list[Diagnostic]:
    installed = [
        Installation(each, "kubeflow", new, None, 0, options or {}, (), (), ("components", each)) for each in components
    ]
    before = LockedCluster({"kubeflow": LockedProduct(old, None)})
    wish = VersionWish("kubeflow", new, ("versions", "kubeflow"), "versions.kubeflow")
    wishes = ClusterWishes("dev", "kubeflow", {}, {"kubeflow": wish})
    return list(upgrade_findings(before, wishes, installed, replace(GITOPS, hub=hub), Facts(source)))


def test_a_step_of_an_installed_component_is_told_with_its_commands() -> None:
    (finding,) = _told(_catalog(v26_03=(DELETE, CLUSTER_WIDE)), "1.10.2", "26.03", "katib")
    assert (finding.code, finding.severity) == ("upgrade-by-hand", Severity.WARNING)
    assert finding.path == ("versions", "kubeflow")
    assert finding.message == "from kubeflow 1.10.2 to 26.03 on cluster dev, Argo CD cannot bring katib along by itself"
    assert finding.notes == ("katib: its selector changes", "katib: its name")
    assert finding.help is not None
    assert finding.help.splitlines()[1:] == [
        "    kubectl delete deployment.apps katib-db --namespace kubeflow",
        "    kubectl delete clusterrole.rbac.authorization.k8s.io katib",
        f"    kubectl annotate applications.argoproj.io katib {REFRESH}",
    ]
    assert finding.sources == ("https://example.com/a", "https://example.com/b")


def test_data_that_is_left_behind_is_told_of_by_itself() -> None:
    hand, left = _told(_catalog(v26_03=(DELETE, CARRY)), "1.10.2", "26.03", "katib", "pipelines")
    assert hand.code == "upgrade-by-hand"
    assert "pipelines" not in hand.message
    assert (left.code, left.severity, left.help) == ("data-left-behind", Severity.WARNING, "copy the bucket")
    assert left.message == "from kubeflow 1.10.2 to 26.03 on cluster dev, pipelines leaves its data behind"
    assert left.notes == ("pipelines: another store",)


def test_nothing_is_left_behind_where_the_data_stand_outside() -> None:
    outside = {"objectStore": {"type": "s3"}}
    assert _told(_catalog(v26_03=(CARRY,)), "1.10.2", "26.03", "pipelines", options=outside) == []


def test_definitions_are_applied_once_for_all() -> None:
    (finding,) = _told(
        _catalog(v26_03=(DEFINE, replace(DEFINE, component="katib"))), "1.10.2", "26.03", "katib", "pipelines"
    )
    assert finding.help is not None
    assert finding.help.count(f"bootstrap dev --definitions | kubectl {' '.join(APPLY)} -f -") == 1
    assert "applications.argoproj.io katib pipelines " in finding.help


@pytest.mark.parametrize(
    ("old", "new", "components"),
    [
        ("26.03", "26.03", ("katib",)),
        ("26.03", "1.10.2", ("katib",)),
        ("1.10.2", "26.03", ("pipelines",)),
        ("27.09", "26.03", ("katib",)),
    ],
    ids=["nothing moves", "on the way back", "not installed", "from what nobody knows"],
)
def test_nothing_is_told_where_nothing_is_to_do(old: str, new: str, components: tuple[str, ...]) -> None:
    assert _told(_catalog(v26_03=(DELETE,)), old, new, *components) == []


def test_a_step_is_told_on_every_way_past_its_release() -> None:
    source = _catalog(v1_10_2=(DELETE,))
    assert _told(source, "1.10.1", "26.03", "katib") != []
    assert _told(source, "1.10.2", "26.03", "katib") == []


def test_the_application_of_a_managed_cluster_is_asked_where_its_hub_is() -> None:
    (finding,) = _told(_catalog(v26_03=(DELETE,)), "1.10.2", "26.03", "katib", hub="central")
    assert finding.help is not None
    assert finding.help.startswith("once Argo CD has seen the commit, run, the last one in the context of central:")
    assert "applications.argoproj.io dev-katib --namespace argocd" in finding.help
