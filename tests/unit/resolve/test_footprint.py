"""What a cluster's components ask together, from small releases and from the shipped ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiler.model.footprint import Footprint, gibibytes, processors
from compiler.model.release import ComponentRelease, ProductRelease, Workload
from compiler.resolve.footprint import footprint
from tests.unit.lowering.installed import catalog, cluster, installation

ONE = Workload("Deployment/a", 2, {"x": {"cpu": "100m", "memory": "64Mi"}, "y": {"cpu": "0.05"}}, proxied=True)
FIRST = Workload("StatefulSet/b", 1, {"z": {}}, {"early": {"cpu": "1", "memory": "1Gi"}})
EVERYWHERE = Workload("DaemonSet/c", 1, {"n": {"cpu": "30m", "memory": "10M"}}, each_node=True)


def release(*workloads: Workload) -> ProductRelease:
    some = catalog().release("kubeflow", "26.03")
    web = ComponentRelease("katib", "p", default=True, workloads=workloads)
    istio = ComponentRelease("istio-install", "p", default=True, proxy_requests={"cpu": "10m", "memory": "40Mi"})
    return replace(some, components={"katib": web, "istio-install": istio})


def test_containers_proxies_and_copies_are_added() -> None:
    here = cluster([installation("katib", "26.03"), installation("istio-install", "26.03")])
    found = footprint(here, lambda *_: release(ONE))
    assert found == Footprint(2 * 160, 2 * 104, pods=2, silent=("katib: Deployment/a y",))


def test_without_istio_no_proxy_is_counted() -> None:
    found = footprint(cluster([installation("katib", "26.03")]), lambda *_: release(ONE))
    assert (found.cpu, found.memory) == (300, 128)


def test_what_runs_first_counts_where_it_is_more() -> None:
    found = footprint(cluster([installation("katib", "26.03")]), lambda *_: release(FIRST))
    assert (found.cpu, found.memory, found.pods) == (1000, 1024, 1)


def test_pods_of_each_node_stand_apart_until_nodes_are_known() -> None:
    found = footprint(cluster([installation("katib", "26.03")]), lambda *_: release(EVERYWHERE, FIRST))
    assert (found.each_node_cpu, found.each_node_memory) == (30, 10)
    assert found.on(3) == (1090, 1054)


def test_what_is_there_already_is_not_counted() -> None:
    there = replace(installation("katib", "26.03"), existing="1.0")
    assert footprint(cluster([there]), lambda *_: release(ONE)) == Footprint()


def test_a_chart_is_named_instead_of_counted() -> None:
    version = catalog().versions("sealed-secrets")[-1]
    here = cluster([installation("sealed-secrets", version, "sealed-secrets")])
    assert footprint(here, catalog().release) == Footprint(unknown=("sealed-secrets",))


@pytest.mark.parametrize(("size", "cpu", "pods"), [("small", 10, 1), (None, 1000, 2), ("ha", 1000, 2)])
def test_a_size_changes_requests_and_copies(size: str | None, cpu: int, pods: int) -> None:
    scaled = Workload("Deployment/istiod", 2, {"discovery": {"cpu": "500m", "memory": "2Gi"}})
    istio = ComponentRelease("istio-install", "p", default=True, workloads=(scaled,))
    some = replace(catalog().release("kubeflow", "26.03"), components={"istio-install": istio})
    here = cluster([installation("istio-install", "26.03")], parameters={"size": size} if size else {})
    found = footprint(here, lambda *_: some)
    assert (found.cpu, found.pods) == (cpu, pods)
    assert footprint(here, lambda *_: some, "small").cpu == 10


def test_every_component_that_is_rendered_tells_its_workloads() -> None:
    for product in ("kubeflow", "argo-cd", "kueue", "kuberay"):
        for version in catalog().versions(product):
            for component in catalog().release(product, version).components.values():
                makes = [each for each in component.objects if each.split(".", maxsplit=1)[0] in _LASTING]
                assert len(component.workloads) == len(makes), (product, version, component.id)


_LASTING = {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"}


def test_amounts_are_rounded_up() -> None:
    assert (processors(4001), processors(4000), processors(40)) == ("4.1 CPUs", "4 CPUs", "0.1 CPUs")
    assert (gibibytes(8342), gibibytes(1024)) == ("8.2 GiB", "1 GiB")
