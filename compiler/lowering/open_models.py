"""Models that are asked from outside of their namespace: what the mesh must allow, as nobody else may say it.

Neither the gateway by which KServe routes every question nor Knative's activator says on whose behalf it asks, so they
are let in for the models that the platform file names, and for no others.
Source: kserve/kserve@v0.16.0 pkg/controller/v1beta1/inferenceservice/components/predictor.go (the label, in all modes
and since v0.11.2); kubeflow/manifests@26.03 tests/kserve_test.sh; knative-extensions/net-istio issue 554.
"""

from __future__ import annotations

from collections.abc import Iterable

from compiler.lowering.context import TenantContext
from compiler.lowering.rbac import ISTIO_API
from compiler.model.manifest import Object

MODEL_LABEL = "serving.kserve.io/inferenceservice"
"""The label of a model's pods, with its name."""
_ASKING = ("istio-system", "knative-serving")
"""Namespaces of the gateways and of the activator."""


def open_models(namespace: str, models: Iterable[str], context: TenantContext) -> list[Object]:
    """Return the mesh policy of each open model, in their order; none where there is no mesh or no KServe."""
    if not (context.has_istio and context.has_kserve):
        return []
    return [
        {
            "apiVersion": ISTIO_API,
            "kind": "AuthorizationPolicy",
            "metadata": {"name": f"open-model-{model}", "namespace": namespace},
            "spec": {
                "action": "ALLOW",
                "selector": {"matchLabels": {MODEL_LABEL: model}},
                "rules": [{"from": [{"source": {"namespaces": list(_ASKING)}}]}],
            },
        }
        for model in models
    ]
