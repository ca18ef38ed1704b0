"""Models that may be asked from outside of their namespace: who is let in, to what, and where nothing is to be said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiler.lowering.open_models import open_models
from compiler.lowering.tenants import lower_tenant
from tests.unit.lowering.declared import KUBEFLOW, context, namespace, objects, of_kind, tenant

SERVING = (*KUBEFLOW, "kserve")


def test_an_open_model_is_asked_by_gateways_and_the_activator() -> None:
    policy, other = open_models("lab", ("ranker", "tagger"), context(*SERVING))
    assert policy["metadata"] == {"name": "open-model-ranker", "namespace": "lab"}
    assert policy["spec"] == {
        "action": "ALLOW",
        "selector": {"matchLabels": {"serving.kserve.io/inferenceservice": "ranker"}},
        "rules": [{"from": [{"source": {"namespaces": ["istio-system", "knative-serving"]}}]}],
    }
    assert other["spec"]["selector"]["matchLabels"] == {"serving.kserve.io/inferenceservice": "tagger"}


@pytest.mark.parametrize("components", [("kserve",), KUBEFLOW])
def test_without_a_mesh_or_models_there_is_nothing_to_open(components: tuple[str, ...]) -> None:
    assert open_models("lab", ("ranker",), context(*components)) == []


def test_only_what_is_named_is_opened() -> None:
    lab = replace(namespace("lab"), open_models=("ranker",))
    made = lower_tenant(tenant(namespaces=[lab, namespace("free")]), context(*SERVING))
    names = {
        file: [each["metadata"]["name"] for each in of_kind(objects(made, file), "AuthorizationPolicy")]
        for file in ("lab.yaml", "free.yaml")
    }
    assert names == {"lab.yaml": ["open-model-ranker"], "free.yaml": []}
