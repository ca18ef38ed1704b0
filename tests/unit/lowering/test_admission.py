"""What the API server refuses in the namespaces of tenants."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from compiler.lowering.admission import lower_admission, network_policy_guard, pool_access_policies
from compiler.model import names
from compiler.model.platform import Sharing
from tests.unit.lowering.declared import context, objects, pool

LONG = "x" * 63
BINDING = {
    "validationActions": ["Deny"],
    "matchResources": {"namespaceSelector": {"matchExpressions": [{"key": "platform/tenant", "operator": "Exists"}]}},
}


def policies(*components: str, kubernetes: str = "1.34", provider: str = "generic") -> list[Any]:
    pools = [pool("t4"), pool("a100"), pool(LONG)]
    return list(pool_access_policies(pools, context(*components, kubernetes=kubernetes, provider=provider)))


def variables(policy: Any) -> dict[str, str]:
    return {each["name"]: each["expression"] for each in policy["spec"]["variables"]}


def test_a_policy_and_its_binding_concern_the_namespaces_of_tenants_only() -> None:
    policy, binding = policies()
    assert policy["metadata"]["name"] == binding["spec"]["policyName"] == "platform-gpu-pool-access"
    assert binding["spec"] == {"policyName": "platform-gpu-pool-access", **BINDING}
    assert policy["spec"]["failurePolicy"] == "Fail"
    assert policy["spec"]["matchConstraints"]["resourceRules"] == [
        {"apiGroups": [""], "apiVersions": ["*"], "operations": ["CREATE", "UPDATE"], "resources": ["pods"]}
    ]


def test_pools_are_known_by_the_label_that_namespaces_carry() -> None:
    found = variables(policies()[0])
    label = names.pool_permission_label(LONG)
    assert len(label.partition("/")[2]) == names.LABEL_LIMIT
    assert found["labels"] == f"{{'a100': 'platform/gpu-pool.a100', 't4': 'platform/gpu-pool.t4', '{LONG}': '{label}'}}"
    assert found["allowed"].startswith(f"['a100', 't4', '{LONG}'].filter(pool, ")


@pytest.mark.parametrize(
    "way",
    [
        "t.key != 'platform/gpu-pool'",
        "!(key in variables.spec.nodeSelector) || variables.spec.nodeSelector[key] in variables.allowed",
        "!has(variables.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution) || ",
        "t.operator == 'Exists' && (!has(t.key) || t.key == '')",
        "!has(variables.spec.nodeName)",
    ],
)
def test_each_way_to_a_pool_is_looked_at(way: str) -> None:
    validations = policies()[0]["spec"]["validations"]
    assert sum(way in each["expression"] for each in validations) == 1
    assert len(validations) == 5
    assert all(each["message"] for each in validations)


def test_an_update_that_leaves_the_spec_alone_passes() -> None:
    [condition] = policies()[0]["spec"]["matchConditions"]
    assert condition["expression"] == "request.operation != 'UPDATE' || object.spec != oldObject.spec"


@pytest.mark.parametrize("component", ["notebook-controller", "notebooks-v1"])
def test_the_spawner_hears_of_it_at_once(component: str) -> None:
    _, _, policy, binding = policies(component)
    assert binding["spec"] == {"policyName": "platform-gpu-pool-access-notebooks", **BINDING}
    assert policy["spec"]["matchConstraints"]["resourceRules"][0]["resources"] == ["notebooks"]
    assert variables(policy)["spec"] == "object.spec.template.spec"
    assert [each["expression"] for each in policy["spec"]["matchConditions"]] == [
        "has(object.spec.template) && has(object.spec.template.spec)",
        "request.operation != 'UPDATE' || object.spec.template.spec != oldObject.spec.template.spec",
    ]


def test_a_notebook_must_ask_for_what_a_pool_has() -> None:
    whole = replace(pool("whole"), gpus_per_node=8, max_nodes=2, capacity=16)
    shared = replace(pool("shared"), sharing=Sharing("timeSlicing", 16), capacity=128)
    slices = pool("slices", "nvidia.com/mig-1g.10gb", 56)
    found = pool_access_policies([whole, shared, slices], context("notebook-controller"))
    pods, _, notebooks, _ = (dict(each) for each in found)
    offer = variables(notebooks)
    assert offer["devices"] == "{'nvidia.com/gpu': ['shared', 'whole'], 'nvidia.com/mig-1g.10gb': ['slices']}"
    assert offer["most"] == "{'shared': '1', 'slices': '1', 'whole': '8'}"
    messages = [each["message"] for each in notebooks["spec"]["validations"][-2:]]
    assert "choose one under Tolerations" in messages[0]
    assert "ask for fewer" in messages[1]
    assert "most" not in variables(pods)


def test_on_gke_the_compute_class_of_a_pool_is_a_way_to_it() -> None:
    here, elsewhere = policies(provider="gke")[0], policies()[0]
    assert "'cloud.google.com/compute-class'" in here["spec"]["validations"][1]["expression"]
    assert "'cloud.google.com/compute-class'" in here["spec"]["validations"][2]["expression"]
    assert "compute-class" not in str(elsewhere)


def test_before_1_30_there_are_no_policies() -> None:
    assert policies(kubernetes="1.29") == []
    assert len(policies(kubernetes="1.30")) == 2
    assert lower_admission(context(kubernetes="1.29")) is None


def test_without_pools_there_is_nothing_to_refuse() -> None:
    assert pool_access_policies([], context()) == []


def test_isolation_is_changed_only_by_those_who_may_delete_namespaces() -> None:
    policy, binding = network_policy_guard()
    spec = policy["spec"]
    assert spec["matchConstraints"]["objectSelector"] == {"matchLabels": {names.GUARD_LABEL: "true"}}
    assert spec["matchConstraints"]["resourceRules"][0]["operations"] == ["CREATE", "UPDATE", "DELETE"]
    assert spec["validations"][0]["expression"] == (
        "authorizer.group('').resource('namespaces').check('delete').allowed()"
    )
    assert binding["spec"] == {"policyName": policy["metadata"]["name"], **BINDING}
    application = lower_admission(context())
    assert application is not None
    assert (application.name, application.cluster) == ("tenant-admission", "prod")
    assert objects(application) == [policy, binding]
