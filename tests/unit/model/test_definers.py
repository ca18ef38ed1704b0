"""Who defines the kinds of teams' work, held against what the releases of the catalog hold."""

from __future__ import annotations

import pytest

from compiler.model.definers import NOTEBOOK, POD_DEFAULT, PROFILE, is_defined
from tests.unit.lowering.installed import catalog, cluster, installation

KINDS = {"notebooks.kubeflow.org": NOTEBOOK, "poddefaults.kubeflow.org": POD_DEFAULT, "profiles.kubeflow.org": PROFILE}


@pytest.mark.parametrize("definition", KINDS)
def test_whatever_holds_the_definition_is_named(definition: str) -> None:
    found = {
        component
        for version in catalog().versions("kubeflow", sources=True)
        for component, pin in catalog().release("kubeflow", version).components.items()
        if definition in pin.crds
    }
    assert found
    assert found <= set(KINDS[definition])


def test_one_definer_on_the_cluster_is_enough() -> None:
    notebooks = cluster([installation("notebook-controller", "26.03")])
    assert is_defined(NOTEBOOK, notebooks)
    assert not is_defined(POD_DEFAULT, notebooks)
