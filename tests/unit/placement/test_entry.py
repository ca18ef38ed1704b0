"""The API server's own refusals: the pools of other teams by every way to ask for them, and what endangers a node."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.model.names import POOL_KEY
from compiler.placement.entry import BASELINE, PRIVILEGED, policy_refusal, security_refusal
from compiler.placement.pods import gpu_pod
from compiler.placement.work import Proxy, kinds_of
from tests.unit.lowering.declared import cluster, pool


def pod(**spec: Any) -> dict[str, Any]:
    return {"spec": {"containers": [{"name": "main"}], **spec}}


def affinity(*terms: list[dict[str, Any]]) -> dict[str, Any]:
    required = {"nodeSelectorTerms": [{"matchExpressions": each} for each in terms]}
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}


def asks(operator: str, *values: str) -> dict[str, Any]:
    return {"key": POOL_KEY, "operator": operator, **({"values": list(values)} if values else {})}


@pytest.mark.parametrize(
    ("spec", "is_refused"),
    [
        ({}, False),
        ({"tolerations": [{"key": POOL_KEY, "value": "mine"}]}, False),
        ({"tolerations": [{"key": POOL_KEY, "value": "theirs"}]}, True),
        ({"tolerations": [{"key": POOL_KEY, "operator": "Exists"}]}, True),
        ({"tolerations": [{"operator": "Exists"}]}, True),
        ({"tolerations": [{"operator": "Exists", "effect": "NoSchedule"}]}, True),
        ({"tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}]}, False),
        ({"nodeSelector": {POOL_KEY: "mine"}}, False),
        ({"nodeSelector": {POOL_KEY: "theirs"}}, True),
        ({"nodeSelector": {"zone": "theirs"}}, False),
        ({"affinity": affinity([asks("In", "mine")])}, False),
        ({"affinity": affinity([asks("In", "mine")], [asks("In", "mine", "theirs")])}, True),
        ({"affinity": affinity([asks("NotIn", "theirs")], [asks("Exists")])}, False),
        ({"affinity": {}}, False),
        ({"nodeName": "node-7"}, True),
    ],
)
def test_pools_of_others_are_refused(spec: dict[str, Any], *, is_refused: bool) -> None:
    assert (policy_refusal(pod(**spec), {"mine"}) is not None) is is_refused


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({}, None),
        ({"hostNetwork": True}, "hostNetwork"),
        ({"hostPID": False}, None),
        ({"volumes": [{"name": "a", "emptyDir": {}}]}, None),
        ({"volumes": [{"name": "a", "hostPath": {"path": "/"}}]}, "folder of the node"),
        ({"containers": [{"name": "x", "securityContext": {"privileged": True}}]}, "container x is privileged"),
        (
            {"initContainers": [{"name": "x", "securityContext": {"capabilities": {"add": ["NET_RAW"]}}}]},
            "adds NET_RAW",
        ),
        ({"containers": [{"name": "x", "securityContext": {"capabilities": {"add": ["CHOWN"]}}}]}, None),
        ({"containers": [{"name": "x", "ports": [{"containerPort": 1, "hostPort": 1}]}]}, "port of the node"),
    ],
)
def test_what_endangers_a_node_is_refused(spec: dict[str, Any], said: str | None) -> None:
    found = security_refusal(pod(**spec), BASELINE)
    assert said in found if said is not None and found is not None else found is said
    assert security_refusal(pod(**spec), PRIVILEGED) is None


def test_a_mesh_without_its_plugin_needs_the_lowest_level() -> None:
    kinds = {kind.name: kind for kind in kinds_of(cluster("notebook-controller", "pipelines"))}
    old, new = Proxy(100, 128, has_init=True), Proxy(100, 128)
    for name, proxy, is_refused in (("notebook", old, True), ("notebook", new, False), ("pipeline step", old, False)):
        made = gpu_pod(kinds[name], pool("a"), "generic", 1, proxy=proxy)
        assert (security_refusal(made, BASELINE) is not None) is is_refused
