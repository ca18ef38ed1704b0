"""What pods ask, from rendered workloads."""

from __future__ import annotations

import json
from typing import Any

from compiler.catalog.importer.requests import injected_namespaces, proxy_requests, workloads


def workload(kind: str = "Deployment", pod: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    template = {"metadata": more.pop("metadata", {}), "spec": pod or {"containers": [{"name": "main"}]}}
    place = {"name": "web", "namespace": more.pop("namespace", "kubeflow")}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": place, "spec": {"template": template, **more}}


def asks(**resources: dict[str, str]) -> dict[str, Any]:
    return {"name": "main", "resources": resources}


def test_a_limit_alone_is_a_request_and_a_request_counts_more() -> None:
    (found,) = workloads([workload(pod={"containers": [asks(limits={"cpu": "1", "memory": "1Gi"})]})], (), "")
    assert found == {"workload": "Deployment/web", "containers": {"main": {"cpu": "1", "memory": "1Gi"}}}
    both = asks(limits={"cpu": "1"}, requests={"cpu": "10m", "nvidia.com/gpu": "1"})
    (found,) = workloads([workload(pod={"containers": [both]})], (), "")
    assert found["containers"] == {"main": {"cpu": "10m"}}


def test_what_lasts_is_told_from_what_runs_first() -> None:
    side = {"name": "side", "restartPolicy": "Always", "resources": {"requests": {"cpu": "5m"}}}
    first = {"name": "first", "resources": {"requests": {"cpu": "2"}}}
    pod = {"containers": [asks()], "initContainers": [side, first, {"name": "idle"}]}
    (found,) = workloads([workload(pod=pod)], (), "")
    assert found["containers"] == {"main": {}, "side": {"cpu": "5m"}}
    assert found["first"] == {"first": {"cpu": "2"}}


def test_copies_are_those_that_the_autoscaler_keeps() -> None:
    reference = {"kind": "Deployment", "name": "web"}
    scaler = {
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "x", "namespace": "kubeflow"},
        "spec": {"scaleTargetRef": reference, "minReplicas": 3},
    }
    (found,) = workloads([workload(replicas=2), scaler], (), "")
    assert found["copies"] == 3
    elsewhere = {**scaler, "metadata": {"name": "x", "namespace": "other"}}
    (found,) = workloads([workload(replicas=0), elsewhere], (), "")
    assert found["copies"] == 0


def test_one_of_each_node_is_no_copy_and_jobs_come_and_go() -> None:
    (found,) = workloads([workload("DaemonSet"), workload("Job")], (), "")
    assert found == {"workload": "DaemonSet/web", "eachNode": True, "containers": {"main": {}}}


def test_a_proxy_comes_by_namespace_unless_the_pod_says_otherwise() -> None:
    labels = {"istio-injection": "enabled"}
    spaces = [{"kind": "Namespace", "metadata": {"name": "kubeflow", "labels": labels}}]
    spaces.append({"kind": "Namespace", "metadata": {"name": "auth"}})
    injected = injected_namespaces(spaces)
    assert injected == {"kubeflow"}
    opted_out = {"annotations": {"sidecar.istio.io/inject": "false"}}
    opted_in = {"labels": {"sidecar.istio.io/inject": "true"}}
    for one, proxied in (
        (workload(), True),
        (workload(namespace="auth"), False),
        (workload(namespace=""), True),
        (workload(metadata=opted_out), False),
        (workload(namespace="auth", metadata=opted_in), True),
    ):
        (found,) = workloads([one], injected, "kubeflow")
        assert found.get("proxied", False) is proxied


def test_what_a_proxy_asks_stands_in_the_values_of_the_injector() -> None:
    values = {"global": {"proxy": {"resources": {"requests": {"cpu": "10m", "memory": "40Mi"}}}}}
    injector = {
        "kind": "ConfigMap",
        "metadata": {"name": "istio-sidecar-injector"},
        "data": {"values": json.dumps(values)},
    }
    assert proxy_requests([injector]) == {"cpu": "10m", "memory": "40Mi"}
    assert proxy_requests([{**injector, "data": {}}]) == {}
    assert proxy_requests([]) == {}
