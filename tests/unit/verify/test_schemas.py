"""Objects are held to the schemas that a real API server of that version would hold them to."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.verify.schemas import Schemas, UnknownKind, known_minors

CRD: dict[str, Any] = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "widgets.example.com"},
    "spec": {
        "group": "example.com",
        "names": {"kind": "Widget", "plural": "widgets"},
        "scope": "Namespaced",
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "properties": {
                            "spec": {
                                "type": "object",
                                "required": ["size"],
                                "properties": {
                                    "size": {"type": "integer", "minimum": 0, "exclusiveMinimum": True},
                                    "port": {"x-kubernetes-int-or-string": True},
                                    "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
                                    "note": {"type": "string", "nullable": True},
                                },
                            }
                        },
                    }
                },
            },
            {"name": "v1alpha1", "served": False, "storage": False},
        ],
    },
}


def widget(version: str = "v1", **spec: object) -> dict[str, Any]:
    """Return a Widget."""
    return {"apiVersion": f"example.com/{version}", "kind": "Widget", "metadata": {"name": "w"}, "spec": spec}


@pytest.fixture(scope="module")
def schemas() -> Schemas:
    """Return the schemas of a Kubernetes 1.34 with one CRD."""
    return Schemas((1, 34), iter([CRD]))


def test_a_good_object_has_no_problems(schemas: Schemas) -> None:
    assert (
        schemas.problems({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"k": "v"}}) == []
    )
    assert schemas.problems(widget(size=1, port="http", free={"any": 1}, note=None)) == []


@pytest.mark.parametrize(
    "manifest",
    [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "dta": {}},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"k": 1}},
        widget(),
        widget(size=0),
        widget(size=1, sice=2),
        widget(size=1, port=[]),
        {**widget(size=1), "extra": 1},
    ],
)
def test_what_a_server_would_refuse_is_a_problem(schemas: Schemas, manifest: dict[str, Any]) -> None:
    assert schemas.problems(manifest)


@pytest.mark.parametrize(
    "manifest",
    [
        widget("v1alpha1"),
        widget("v9"),
        {"apiVersion": "policy/v1beta1", "kind": "PodSecurityPolicy", "metadata": {"name": "a"}},
        {"apiVersion": "networking.example.com/v1", "kind": "Ingress", "metadata": {"name": "a"}},
    ],
)
def test_what_nobody_serves_is_unknown(schemas: Schemas, manifest: dict[str, Any]) -> None:
    with pytest.raises(UnknownKind):
        schemas.problems(manifest)


def test_the_newest_schemas_not_newer_than_the_cluster_are_used() -> None:
    oldest, newest = known_minors()[0], known_minors()[-1]
    assert Schemas((9, 9), iter(())).minor == newest
    assert Schemas((1, 1), iter(())).minor == oldest
    assert Schemas((1, 33), iter(())).minor == (1, 33)
