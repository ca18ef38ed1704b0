"""What the proof takes for granted of our own objects is what those objects say."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from compiler.catalog.load import Catalog
from compiler.lowering import quotas
from compiler.lowering.context import tenant_context
from compiler.lowering.queues import cluster_queue, pool_objects
from compiler.lowering.tenants import lower_tenant
from compiler.model import names
from compiler.model.platform import Cluster, GpuPool
from compiler.placement import pods
from compiler.placement.allowance import quantity
from compiler.placement.nodes import node_labels, node_selector, node_taints, tolerations
from compiler.placement.proof import Ground
from compiler.placement.scheduler import tolerates
from compiler.placement.work import kinds_of, kueue_of
from tests.meta.sources import ROOT
from tests.placement_cases import admitted, platform
from tests.unit.lowering.declared import claim, cluster, namespace, objects, of_kind, pool, tenant

POOLS = [(each, pool) for each in platform().clusters for pool in each.pools]


@pytest.mark.parametrize(("on", "declared"), POOLS, ids=lambda each: each.name)
def test_the_flavor_gives_the_label_and_tolerations_of_the_proof(on: Cluster, declared: GpuPool) -> None:
    (spec,) = (
        each["spec"]
        for each in of_kind(pool_objects(on.pools, tenant_context(on)), "ResourceFlavor")
        if each["metadata"]["name"] == names.resource_flavor(declared.name)
    )
    assert spec["tolerations"] == tolerations(declared, on.provider)
    assert spec["nodeLabels"] == node_selector(declared, on.provider)
    assert spec["nodeLabels"].items() <= node_labels(declared, on.provider).items()
    for taint in node_taints(declared, on.provider):
        assert any(tolerates(each, taint) for each in spec["tolerations"]), taint


@pytest.mark.parametrize(("on", "declared"), POOLS, ids=lambda each: each.name)
def test_the_pod_of_the_proof_is_the_one_that_kueue_lets_go(on: Cluster, declared: GpuPool) -> None:
    for kind in kinds_of(on):
        proven = pods.gpu_pod(kind, declared, on.provider, 1, proxy=Ground(on).proxy)
        assert proven["spec"] == admitted(kind, declared, on, 1)["spec"]


@pytest.mark.parametrize("kueue", [None, "0.16.9"])
def test_the_gpu_quota_of_the_proof_is_that_of_the_namespaces(kueue: str | None) -> None:
    a, b, c = pool("a", capacity=8), pool("b", capacity=6), pool("c", "amd.com/gpu", capacity=4)
    for claims in ([claim(a, 3, 2), claim(b, 1, None)], [claim(c, 2, 9)], [claim(a, 0, None), claim(c, 4)]):
        team = tenant(namespaces=[namespace("lab", pods="9")], claims=claims)
        on = replace(cluster("profiles", kueue=kueue, pools=[a, b, c]), tenants=(team,))
        (profile,) = of_kind(objects(lower_tenant(team, tenant_context(on))), "Profile")
        hard = profile["spec"]["resourceQuotaSpec"]["hard"]
        found = Ground(on).gpu_quotas(team)
        assert {key: value for key, value in hard.items() if "gpu" in key} == {
            f"requests.{resource}": str(found.get(resource, 0)) for resource in ("amd.com/gpu", "nvidia.com/gpu")
        }


def test_containers_that_say_nothing_get_what_the_limit_range_gives() -> None:
    keys = [
        f"{kind}.{resource}" for kind in ("requests", "limits") for resource in ("cpu", "memory", "ephemeral-storage")
    ]
    made = quotas.limit_range("lab", dict.fromkeys(keys, "1"))
    assert made is not None
    (given,) = made["spec"]["limits"]
    mib = 2**20
    assert given["defaultRequest"] == {
        "cpu": f"{pods.DEFAULT_CPU_MILLIS}m",
        "memory": quantity("requests.memory", pods.DEFAULT_MEMORY_MIB * mib),
        "ephemeral-storage": quantity("requests.ephemeral-storage", pods.DEFAULT_DISK_MIB * mib),
    }
    assert given["default"] == {
        "cpu": quantity("limits.cpu", pods.DEFAULT_CPU_LIMIT_MILLIS),
        "memory": quantity("limits.memory", pods.DEFAULT_MEMORY_LIMIT_MIB * mib),
        "ephemeral-storage": quantity("limits.ephemeral-storage", pods.DEFAULT_DISK_LIMIT_MIB * mib),
    }


@pytest.mark.parametrize("version", ["0.13.10", "0.14.8", "0.16.9"])
def test_the_queue_has_the_flavors_that_the_proof_counts(version: str) -> None:
    pools = [pool(f"p{number}") for number in range(5)]
    team = tenant(namespaces=[namespace("lab")], claims=[claim(each, 1) for each in pools])
    context = tenant_context(cluster(kueue=version, pools=pools))
    queue = cluster_queue(team.team, team.namespaces, team.claims, context)
    assert queue is not None
    (group,) = queue["spec"]["resourceGroups"]
    assert len(group["flavors"]) == len(team.claims) + 1


@pytest.mark.parametrize(
    ("version", "file"),
    [
        ("0.13.10", "configuration-v1beta1.yaml"),
        ("0.14.8", "configuration-v1beta1-trainjob.yaml"),
        ("0.16.9", "configuration-v1beta2.yaml"),
    ],
)
def test_what_is_queued_is_what_kueue_is_configured_for(version: str, file: str) -> None:
    text = (ROOT / "compiler/components/kueue/patches" / file).read_text("utf-8")
    frameworks = set(re.findall(r"[a-z.]*/?[a-z]+", text.partition("frameworks:")[2]))
    on = cluster(
        *("notebook-controller", "trainer", "training-operator", "pipelines", "kserve", "knative-serving"),
        kueue=version,
        others=[("kuberay", "1.4.2")],
    )
    kueue = kueue_of(on)
    assert kueue is not None
    for kind in kinds_of(on):
        expected = kind.framework is not None and kueue >= kind.queued_since
        assert (kind.framework in frameworks) is expected, kind.name
    assert not {"kubeflow.org/jaxjob", "ray.io/rayservice"} & frameworks, "then the table of kinds is out of date"


def test_every_component_of_the_table_is_in_the_catalog() -> None:
    known: dict[str, Any] = dict.fromkeys(Catalog().component_ids())
    on = cluster(*("notebook-controller", "trainer", "training-operator", "pipelines", "kserve"))
    # `notebooks-v1` comes with releases that the catalog does not have yet.
    named = {component for kind in kinds_of(on) for component in kind.components}
    assert named - {"notebooks-v1"} <= set(known)


@pytest.mark.parametrize("kubeflow", ["1.8.1", "1.9.1", "1.10.1", "1.10.2", "1.11.0", "26.03"])
@pytest.mark.parametrize("existing", [(), ("istio-install",)])
def test_the_level_of_pod_security_is_that_of_the_namespaces(kubeflow: str, existing: tuple[str, ...]) -> None:
    for components in (("notebook-controller",), ("notebook-controller", "istio-install")):
        on = cluster(*components, kubeflow=kubeflow, existing=existing)
        assert Ground(on).pod_security == tenant_context(on).pod_security


def test_namespaces_carry_the_permission_that_the_policy_asks_for() -> None:
    mine, other = pool("a"), pool("b")
    team = tenant(namespaces=[namespace("lab")], claims=[claim(mine, 1)])
    context = tenant_context(cluster(kueue="0.16.9", pools=[mine, other]))
    (made,) = of_kind(objects(lower_tenant(team, context)), "Namespace")
    labels = made["metadata"]["labels"]
    assert names.pool_permission_label("a") in labels
    assert names.pool_permission_label("b") not in labels
    assert labels["pod-security.kubernetes.io/enforce"] == "baseline"
