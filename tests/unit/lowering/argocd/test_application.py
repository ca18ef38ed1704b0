"""What every Application has."""

from __future__ import annotations

from dataclasses import replace

from compiler.lowering.argocd.application import sync_policy
from tests.unit.lowering.argocd.lowered import WHOLE


def test_without_automation_nothing_syncs_by_itself() -> None:
    manual = replace(WHOLE, gitops=replace(WHOLE.gitops, sync=replace(WHOLE.gitops.sync, automated=False)))
    assert "automated" not in sync_policy(manual, ignores=False)
