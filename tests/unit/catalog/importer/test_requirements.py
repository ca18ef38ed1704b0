"""What components need of each other."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.catalog.importer.requirements import derive, waves


def thing(api: str, kind: str, name: str, namespace: str = "", **rest: Any) -> dict[str, Any]:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {}), **rest.pop("metadata", {})}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **rest}


def definition(group: str, kind: str, plural: str) -> dict[str, Any]:
    spec = {"group": group, "scope": "Namespaced", "names": {"kind": kind, "plural": plural}}
    return thing("apiextensions.k8s.io/v1", "CustomResourceDefinition", f"{plural}.{group}", spec=spec)


def hook(name: str, group: str, resource: str, **rest: Any) -> dict[str, Any]:
    rule = {"operations": ["CREATE"], "apiGroups": [group], "apiVersions": ["*"], "resources": [resource]}
    return thing(
        "admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", name, webhooks=[{"rules": [rule], **rest}]
    )


def deployment(name: str, namespace: str, **pod: Any) -> dict[str, Any]:
    spec = {"template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "c"}], **pod}}}
    return thing("apps/v1", "Deployment", name, namespace, spec=spec)


def test_hard_needs_carry_their_reasons() -> None:
    requires, uses, unmet = derive(
        {
            "base": [
                definition("cert-manager.io", "Certificate", "certificates"),
                hook("guard", "cert-manager.io", "certificates"),
                thing("v1", "Namespace", "home"),
                thing("v1", "Secret", "key", "home"),
                thing("networking.istio.io/v1", "Gateway", "door", "home"),
                thing("rbac.authorization.k8s.io/v1", "ClusterRole", "reader"),
            ],
            "app": [
                thing("cert-manager.io/v1", "Certificate", "c", "home", spec={"issuerRef": {"name": "nobody"}}),
                thing("unknown.io/v1", "Odd", "o", "home"),
                thing("networking.istio.io/v1", "VirtualService", "v", "home",
                      spec={"gateways": ["home/door", "mesh"]}),
                thing(
                    "rbac.authorization.k8s.io/v1", "RoleBinding", "b", "home",
                    roleRef={"kind": "ClusterRole", "name": "reader"},
                ),
                deployment("d", "home", volumes=[{"secret": {"secretName": "key"}}]),
            ],
        },
        {},
    )  # fmt: skip
    assert requires["app"] == {
        "base": [
            "CR Certificate.cert-manager.io",
            "ClusterRole reader",
            "Gateway home/door",
            "Secret home/key",
            "namespace home",
            "webhook guard (Fail) admits Certificate",
        ]
    }
    assert requires["base"] == {}
    assert unmet["app"] == {"CR": ["CR Odd.unknown.io", "CR VirtualService.networking.istio.io"]}
    assert uses["app"] == {}


def test_soft_links_do_not_repeat_hard_ones() -> None:
    rules = [{"apiGroups": ["play.io"], "resources": ["toys/status"], "verbs": ["get"]}]
    components = {
        "owner": [definition("play.io", "Toy", "toys"), thing("v1", "Service", "api", "shop")],
        "mesh": [
            thing("v1", "Namespace", "shop", metadata={"labels": {"inject": "yes"}}),
            hook("injector", "", "pods", namespaceSelector={"matchLabels": {"inject": "yes"}}),
        ],
        "caller": [
            thing("rbac.authorization.k8s.io/v1", "ClusterRole", "r", rules=rules),
            thing("v1", "ConfigMap", "c", "shop", data={"url": "http://api.shop.svc:80", "other": "myapi.shop"}),
            deployment("d", "shop"),
        ],
        "people": [
            thing(
                "rbac.authorization.k8s.io/v1", "ClusterRole", "edit", rules=rules,
                metadata={"labels": {"rbac.authorization.k8s.io/aggregate-to-edit": "true"}},
            )
        ],
    }  # fmt: skip
    requires, uses, _ = derive(components, {})
    assert requires["caller"] == {"mesh": ["namespace shop"]}
    assert uses["caller"] == {"owner": ["RBAC on toys.play.io", "Service api.shop"]}
    assert uses["people"] == {}
    del components["caller"][2]
    components["caller"][1]["metadata"]["namespace"] = "default"
    components["caller"].append(deployment("e", ""))
    _, uses, _ = derive(components, {"caller": "shop"})
    assert uses["caller"].keys() == {"owner"}


def test_the_first_component_owns_what_several_have() -> None:
    namespace = thing("v1", "Namespace", "n")
    requires, _, _ = derive({"a": [namespace], "b": [namespace, deployment("x", "n")], "c": [deployment("y", "n")]}, {})
    assert requires["b"] == {}
    assert requires["c"] == {"a": ["namespace n"]}


def test_waves_are_layers() -> None:
    assert waves({"c": ["b"], "b": ["a"], "a": [], "d": ["elsewhere"]}) == [["a", "d"], ["b"], ["c"]]
    with pytest.raises(ValueError, match="circle: a, b"):
        waves({"a": ["b"], "b": ["a"], "c": []})
