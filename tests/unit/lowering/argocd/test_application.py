"""What every Application has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiler.lowering.argocd.application import sync_policy
from compiler.model.platform import Installation
from tests.unit.lowering.argocd.lowered import HERE, WHOLE
from tests.unit.lowering.installed import catalog, cluster, installation, platform

NEWEST = catalog().versions("argo-cd")[-1]


def argo_cd(version: str = NEWEST, existing: str | None = None) -> Installation:
    return installation("argo-cd", version, "argo-cd", existing=existing)


def test_without_automation_nothing_syncs_by_itself() -> None:
    manual = replace(WHOLE, gitops=replace(WHOLE.gitops, sync=replace(WHOLE.gitops.sync, automated=False)))
    assert "automated" not in sync_policy(HERE, manual, ignores=False)


@pytest.mark.parametrize(
    ("installed", "refreshes"),
    [
        ([argo_cd()], True),
        ([argo_cd("3.1.16")], False),
        ([argo_cd(existing="3.2.0")], True),
        ([argo_cd(existing="2.14.1")], False),
        ([], False),
    ],
    ids=["newest", "too old", "existing", "existing, too old", "none"],
)
def test_a_mended_commit_is_what_is_tried_next(installed: list[Installation], refreshes: bool) -> None:
    here = cluster(installed)
    assert sync_policy(here, platform(here), ignores=False)["retry"].get("refresh", False) is refreshes


def test_the_hub_decides_what_it_understands() -> None:
    hub, spoke = cluster([argo_cd("3.1.16")], name="hub"), cluster([argo_cd()], name="spoke")
    assert "refresh" not in sync_policy(spoke, platform(hub, spoke, hub="hub"), ignores=False)["retry"]
