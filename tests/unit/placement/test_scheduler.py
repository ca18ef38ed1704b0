"""The model of the scheduler decides each written-down question as its rule says."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.placement.scheduler import place, requests, tolerates, why_not
from tests.placement_cases import CASE_LABEL, cases, isolated
from tests.placement_spoils import Case

TAINT = {"key": "pool", "value": "a", "effect": "NoSchedule"}


def node(name: str = "n", *taints: dict[str, str], **allocatable: str) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "labels": {"zone": name}},
        "spec": {"taints": list(taints)},
        "status": {"allocatable": {"cpu": "4", "pods": "10", **allocatable}},
    }


def pod(**spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "main"}], **spec}}


def test_there_are_many_questions_of_both_answers() -> None:
    found = cases()
    assert len({case.id for case in found}) == len(found) >= 300
    assert min(sum(case.expected is None for case in found), sum(case.expected is not None for case in found)) >= 100


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_a_pod_goes_where_the_rule_says(case: Case) -> None:
    assert place(case.pod, case.nodes, case.running) == case.expected, case.why
    asked = isolated(case)
    assert place(asked.pod, asked.nodes, asked.running) == asked.expected, case.why


def test_isolated_cases_share_nothing() -> None:
    asked = [isolated(case) for case in cases()]
    names = [each["metadata"]["name"] for case in asked for each in case.nodes]
    assert len(names) == len(set(names))
    assert all(len(name) <= 63 for name in names)
    for case in asked:
        assert {each["metadata"]["labels"][CASE_LABEL] for each in case.nodes} == {case.id}
    assert all(CASE_LABEL not in case.pod["spec"].get("nodeSelector", {}) for case in cases()), "the cases are copied"


@pytest.mark.parametrize(
    ("toleration", "expected"),
    [
        ({"operator": "Exists"}, True),
        ({"key": "pool", "operator": "Exists"}, True),
        ({"key": "pool", "value": "a"}, True),
        ({"key": "pool", "operator": "Equal", "value": "a", "effect": "NoSchedule"}, True),
        ({"key": "pool", "value": "b"}, False),
        ({"key": "pool"}, False),
        ({"key": "other", "operator": "Exists"}, False),
        ({"key": "pool", "operator": "Exists", "effect": "NoExecute"}, False),
    ],
)
def test_a_toleration_covers_a_taint(toleration: dict[str, str], *, expected: bool) -> None:
    assert tolerates(toleration, TAINT) is expected


def test_the_filter_that_says_no_is_named() -> None:
    assert why_not(pod(), node("n", TAINT)) == "no toleration for taint pool=a:NoSchedule"
    assert why_not(pod(nodeSelector={"zone": "m"}), node()) == "the node has no label zone=m"
    assert why_not(pod(nodeName="m"), node()) == "it names node m"
    big = pod(containers=[{"resources": {"requests": {"cpu": "3"}}}])
    assert why_not(big, node()) is None
    assert why_not(big, node(), [big]) == "it asks for 3 of cpu, the node has 4, 3 of them taken"
    assert why_not(pod(), node(pods="0")) == "it asks for 1 of pods, the node has 0"


def test_the_first_node_by_name_is_taken() -> None:
    assert place(pod(), [node("b"), node("a"), node("c")]) == "a"
    assert place(pod(nodeSelector={"zone": "c"}), [node("b"), node("c")]) == "c"
    assert place(pod(), []) is None


def test_requests_are_those_of_the_heaviest_moment() -> None:
    def container(cpu: str, **more: str) -> dict[str, Any]:
        return {"resources": {"requests": {"cpu": cpu}}, **more}

    both = {"containers": [container("1"), container("500m")]}
    assert requests(pod(**both))["cpu"] == 1.5
    assert requests(pod(**both, initContainers=[container("4")]))["cpu"] == 4
    sidecar = container("1", restartPolicy="Always")
    assert requests(pod(**both, initContainers=[sidecar]))["cpu"] == 2.5
    assert requests(pod(**both, initContainers=[sidecar, container("3")]))["cpu"] == 4
    assert requests(pod(**both, initContainers=[container("3"), sidecar]))["cpu"] == 3
    assert requests(pod(**both, overhead={"cpu": "250m"}))["cpu"] == 1.75
    assert requests(pod(containers=[{"resources": {"limits": {"cpu": "2"}}}]))["cpu"] == 2


def test_a_term_without_expressions_matches_nothing() -> None:
    def asks(*terms: dict[str, Any]) -> dict[str, Any]:
        required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": list(terms)}}
        return pod(affinity={"nodeAffinity": required})

    assert place(asks({}), [node()]) is None
    assert place(asks({"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n"]}]}), [node()]) == "n"
    numbered = node()
    numbered["metadata"]["labels"]["size"] = "8"
    for operator, value, expected in (("Gt", "7", "n"), ("Gt", "8", None), ("Lt", "9", "n"), ("Lt", "8", None)):
        expression = {"key": "size", "operator": operator, "values": [value]}
        assert place(asks({"matchExpressions": [expression]}), [numbered]) == expected
