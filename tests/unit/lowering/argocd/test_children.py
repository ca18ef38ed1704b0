"""Which components Argo CD is told of."""

from __future__ import annotations

from tests.unit.lowering.argocd.lowered import HERE, WHOLE, children


def test_what_is_there_already_or_replaced_gets_no_application() -> None:
    assert [child.name for child in children(HERE, WHOLE)] == ["istio-install", "kserve"]
