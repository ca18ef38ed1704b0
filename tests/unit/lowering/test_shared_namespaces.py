"""Namespaces of no team."""

from __future__ import annotations

from compiler.lowering.shared_namespaces import lower_shared_namespaces
from compiler.model.platform import Access, SharedNamespace
from tests.unit.lowering.declared import KUBEFLOW, context, member, namespace, objects, of_kind, pool

BOB = member("user", "bob@acme.com", "editor")
ACCESS = (
    Access("vision", "editor", (BOB, member("group", "readers", "viewer")), ()),
    Access("speech", "viewer", (BOB, member("user", "carol@acme.com", "viewer")), ()),
)


def test_a_shared_namespace_is_whole() -> None:
    shared = SharedNamespace(namespace("shared-datasets", requests_storage="10Ti"), ACCESS)
    application = lower_shared_namespaces([shared], context(*KUBEFLOW, kubeflow="1.9.1", pools=[pool("a100")]))
    assert application is not None
    assert (application.name, application.origin) == ("shared-namespaces", "namespaces")
    assert [(chart.file, chart.origin) for chart in application.charts] == [
        ("shared-datasets.yaml", "namespaces.shared-datasets")
    ]
    found = objects(application)
    assert [(each["kind"], each["metadata"]["name"]) for each in found] == [
        ("Namespace", "shared-datasets"),
        ("RoleBinding", "group-readers-clusterrole-view"),
        ("RoleBinding", "user-bob-acme-com-clusterrole-edit"),
        ("RoleBinding", "user-carol-acme-com-clusterrole-view"),
        ("ResourceQuota", "kf-resource-quota"),
        ("NetworkPolicy", "platform-isolation"),
    ]
    assert found[0]["metadata"] == {
        "name": "shared-datasets",
        "annotations": {
            "argocd.argoproj.io/compare-options": "IgnoreExtraneous",
            "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
            "argocd.argoproj.io/sync-wave": "-2",
        },
        "labels": {
            "istio-injection": "disabled",
            "platform/tenant": "shared",
            "pod-security.kubernetes.io/enforce": "baseline",
        },
    }
    assert of_kind(found, "ResourceQuota")[0]["spec"]["hard"] == {
        "requests.storage": "10Ti",
        "requests.nvidia.com/gpu": "0",
    }


def test_without_quota_and_pools_nothing_is_limited() -> None:
    application = lower_shared_namespaces([SharedNamespace(namespace("data"), ())], context())
    assert application is not None
    assert [each["kind"] for each in objects(application)] == ["Namespace", "NetworkPolicy"]


def test_without_shared_namespaces_there_is_no_application() -> None:
    assert lower_shared_namespaces([], context()) is None
