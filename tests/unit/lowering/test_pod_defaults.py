"""What people may tick in the form of a new notebook."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from compiler.checks.repeated_variable import _OF_PIPELINES, _OF_TRUST
from compiler.lowering.pod_defaults import pod_defaults, trusted_authorities
from compiler.model.manifest import Object
from compiler.model.platform import Variable
from tests.unit.lowering.declared import context

PARTS = ("env", "volumes", "volumeMounts", "labels", "annotations", "tolerations")


def test_the_token_of_pipelines_is_found_under_upstreams_name() -> None:
    [found] = pod_defaults("lab", context("admission-webhook", "pipelines"))
    assert (found["apiVersion"], found["kind"]) == ("kubeflow.org/v1alpha1", "PodDefault")
    assert found["metadata"] == {"name": "access-ml-pipeline", "namespace": "lab"}
    assert found["spec"]["selector"] == {"matchLabels": {"access-ml-pipeline": "true"}}
    [mount], [volume] = found["spec"]["volumeMounts"], found["spec"]["volumes"]
    assert mount["name"] == volume["name"]
    [source] = volume["projected"]["sources"]
    token = source["serviceAccountToken"]
    assert found["spec"]["env"][0]["value"] == f"{mount['mountPath']}/{token['path']}"
    assert token["audience"] == "pipelines.kubeflow.org"


@pytest.mark.parametrize("components", [(), ("pipelines",), ("admission-webhook",)])
def test_without_webhook_or_pipelines_there_is_none(components: tuple[str, ...]) -> None:
    assert pod_defaults("lab", context(*components)) == []


def test_identities_of_azure_need_a_label_on_pods() -> None:
    there = context("admission-webhook", "pipelines", provider="aks")
    assert [each["metadata"]["name"] for each in pod_defaults("lab", there)] == ["access-ml-pipeline"]
    found = pod_defaults("lab", replace(there, workload_identity="id"))
    assert [each["metadata"]["name"] for each in found] == ["access-ml-pipeline", "azure-workload-identity"]


def test_no_two_of_them_set_the_same_thing() -> None:
    there = context("admission-webhook", "pipelines", provider="aks")
    there = replace(there, workload_identity="id", trusted="PEM")
    for one, other in combinations(pod_defaults("lab", there), 2):
        assert one["spec"]["selector"] != other["spec"]["selector"]
        assert not any(_named(one, part) & _named(other, part) for part in PARTS)


def _named(pod_default: Object, part: str) -> set[str]:
    """Return what a PodDefault sets of a part of pods, by its names."""
    held = pod_default["spec"].get(part, ())
    return set(held) if isinstance(held, dict) else {each.get("mountPath") or each["name"] for each in held}


def test_the_variables_of_a_team_are_offered_by_value_and_by_reference() -> None:
    variables = [
        Variable("REGION", "eu", None, ()),
        Variable("EMPTY", "", None, ()),
        Variable("TOKEN", None, ("Secret", "wandb", "api-key"), ()),
        Variable("HOST", None, ("ConfigMap", "tracking", "HOST"), ()),
    ]
    assert pod_defaults("lab", context(), "vision", variables) == []
    [_, found] = pod_defaults("lab", context("admission-webhook", "pipelines"), "vision", variables)
    assert found["metadata"] == {"name": "team-environment", "namespace": "lab"}
    assert found["spec"]["selector"] == {"matchLabels": {"team-environment": "true"}}
    assert found["spec"]["env"] == [
        {"name": "REGION", "value": "eu"},
        {"name": "EMPTY", "value": ""},
        {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "wandb", "key": "api-key"}}},
        {"name": "HOST", "valueFrom": {"configMapKeyRef": {"name": "tracking", "key": "HOST"}}},
    ]


def test_no_variable_of_the_platform_can_be_a_teams() -> None:
    """The webhook refuses a pod for which two PodDefaults give one variable two values."""
    there = replace(context("admission-webhook", "pipelines"), trusted="PEM")
    ours = {entry["name"] for each in pod_defaults("lab", there) for entry in each["spec"]["env"]}
    assert ours == _OF_PIPELINES | _OF_TRUST


def test_what_the_cluster_trusts_is_where_the_pods_that_ask_find_it() -> None:
    there = replace(context("admission-webhook"), trusted="PEM")
    [found] = pod_defaults("lab", there)
    [config_map] = trusted_authorities("lab", there)
    assert config_map["metadata"] == {"name": "trust", "namespace": "lab"}
    [volume], [mount] = found["spec"]["volumes"], found["spec"]["volumeMounts"]
    assert volume["configMap"]["name"] == config_map["metadata"]["name"]
    folder = mount["mountPath"]
    variables = {each["name"]: each["value"] for each in found["spec"]["env"]}
    assert variables["NODE_EXTRA_CA_CERTS"] in {f"{folder}/{key}" for key in config_map["data"]}
    assert variables["SSL_CERT_DIR"].split(":")[0] == folder
    assert trusted_authorities("lab", context("admission-webhook")) == []
