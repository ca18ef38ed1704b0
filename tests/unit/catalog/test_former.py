"""Former names lead to what is there now."""

from __future__ import annotations

import pytest

from compiler.catalog.former import former, former_names
from compiler.catalog.load import Catalog


@pytest.mark.parametrize("name", sorted(former_names()))
def test_a_former_name_is_none_of_now_and_leads_to_one(name: str) -> None:
    known = Catalog().component_ids()
    entry = former_names()[name]
    assert name not in known
    assert entry.now is None or entry.now in known
    assert entry.source.startswith("https://")
    assert not entry.why.endswith(".")


def test_other_spellings_are_known_and_other_names_are_not() -> None:
    found = former("TF_Operator")
    assert found is not None
    assert found.now == "training-operator"
    assert former("katib") is None


def test_what_does_the_work_no_more_is_not_advised() -> None:
    """MXJobs are gone from the training operator of every release since Kubeflow 1.10."""
    found = former("mxnet-operator")
    assert found is not None
    assert found.now is None
