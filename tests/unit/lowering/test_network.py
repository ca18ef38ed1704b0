"""Who reaches the pods of a namespace."""

from __future__ import annotations

from typing import Any

from compiler.lowering.network import isolation


def reaches(policy: Any, labels: dict[str, str], *, same_namespace: bool = False) -> bool:
    """Return whether pods of a namespace with these labels get in, as the API describes peers."""
    assert policy["spec"]["podSelector"] == {}
    assert policy["spec"]["policyTypes"] == ["Ingress"]
    return any(
        _selects(peer["namespaceSelector"], labels) if "namespaceSelector" in peer else same_namespace
        for rule in policy["spec"]["ingress"]
        for peer in rule["from"]
    )


def _selects(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    if any(labels.get(key) != value for key, value in selector.get("matchLabels", {}).items()):
        return False
    tests = {
        "DoesNotExist": lambda each: each["key"] not in labels,
        "NotIn": lambda each: labels.get(each["key"]) not in each["values"],
    }
    return all(tests[each["operator"]](each) for each in selector.get("matchExpressions", []))


def of(name: str, **labels: str) -> dict[str, str]:
    return {"kubernetes.io/metadata.name": name} | {f"platform/{key}": value for key, value in labels.items()}


POLICY = isolation("vision-research", ["vision"])


def test_a_team_reaches_its_own_namespaces() -> None:
    assert reaches(POLICY, of("vision-research", tenant="team", team="vision"), same_namespace=True)
    assert reaches(POLICY, of("vision-serving", tenant="team", team="vision"))


def test_other_tenants_do_not_get_in() -> None:
    assert not reaches(POLICY, of("speech", tenant="team", team="speech"))
    assert not reaches(POLICY, of("shared-datasets", tenant="shared"))


def test_the_platform_gets_in_under_any_name() -> None:
    for name in ("istio-system", "knative-serving", "kubeflow", "monitoring", "some-operator"):
        assert reaches(POLICY, of(name))
    assert not reaches(POLICY, of("default"))


def test_a_shared_namespace_is_open_to_the_teams_with_access() -> None:
    policy = isolation("shared-datasets", ["vision", "speech", "vision"])
    assert reaches(policy, of("a", tenant="team", team="vision"))
    assert reaches(policy, of("b", tenant="team", team="speech"))
    assert not reaches(policy, of("c", tenant="team", team="robots"))
    assert policy == isolation("shared-datasets", ["speech", "vision"])


def test_it_stands_under_the_guard() -> None:
    assert POLICY["metadata"] == {
        "name": "platform-isolation",
        "namespace": "vision-research",
        "labels": {"platform/guarded": "true"},
    }
