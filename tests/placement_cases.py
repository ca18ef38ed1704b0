"""Pods and nodes with what kube-scheduler must make of them, written down by rule and not by our model of it.

`cases()` returns the questions, `isolated(case)` the same with names and a label of its own, so that all of them can
stand in one cluster at once. The pods are those of real platforms, on every kind of pool: what reaches the scheduler
after Kueue has put the pool's real ResourceFlavor into it. The others are spoilt in one point each.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache

from compiler.catalog.load import Catalog
from compiler.lowering.context import tenant_context
from compiler.lowering.queues import pool_objects
from compiler.model import names
from compiler.model.platform import Cluster, GpuPool, Platform
from compiler.placement.nodes import most_units, node
from compiler.placement.pods import gpu_pod
from compiler.placement.work import Kind, Proxy, kinds_of, proxy_of
from compiler.resolve import resolve
from compiler.source.loader import load
from compiler.spec.validate import validate
from tests.placement_spoils import SPOILS, Case, Manifest

CASE_LABEL = "placement.test/case"
"""On each node of an isolated case, and in its pod's node selector."""

PLATFORM = """\
apiVersion: platform/v1alpha1
kind: Platform
metadata: {name: acme}
gitops: {repoURL: https://github.com/acme/ml-platform.git}
versions: {kubeflow: "26.03", kueue: "0.16"}
components: {kuberay: {}, training-operator: {}}
clusters:
  - {name: goog, environment: dev, provider: gke, kubernetes: "1.34", project: acme-ml, region: europe-west4}
  - {name: amaz, environment: dev, provider: eks, kubernetes: "1.34", region: us-east-1}
  - {name: azur, environment: dev, provider: aks, kubernetes: "1.34", region: westeurope}
  - {name: rack, environment: dev, provider: generic, kubernetes: "1.34"}
gpuPools:
  - {name: g-whole, cluster: goog, accelerator: nvidia-a100-80gb, machineType: a2-ultragpu-4g, nodes: {max: 8}}
  - name: g-time
    cluster: goog
    accelerator: nvidia-l4
    machineType: g2-standard-8
    nodes: {max: 4}
    spot: true
    sharing: {strategy: timeSlicing, replicas: 4}
  - name: g-mps
    cluster: goog
    accelerator: nvidia-l4
    machineType: g2-standard-8
    nodes: {max: 4}
    sharing: {strategy: mps, replicas: 3}
  - name: g-mig
    cluster: goog
    accelerator: nvidia-a100-80gb
    machineType: a2-ultragpu-1g
    nodes: {max: 4}
    sharing: {strategy: mig, profile: 1g.10gb}
  - {name: e-whole, cluster: amaz, accelerator: nvidia-a10g, machineType: g5.12xlarge, nodes: {max: 4}}
  - name: e-time
    cluster: amaz
    accelerator: nvidia-t4
    machineType: g4dn.2xlarge
    nodes: {max: 4}
    sharing: {strategy: timeSlicing, replicas: 2}
  - name: e-mig
    cluster: amaz
    accelerator: nvidia-a100-40gb
    machineType: p4d.24xlarge
    nodes: {max: 1}
    sharing: {strategy: mig, profile: 3g.20gb}
  - name: aspot
    cluster: azur
    accelerator: nvidia-t4
    machineType: Standard_NC64as_T4_v3
    nodes: {max: 2}
    spot: true
  - {name: r-big, cluster: rack, accelerator: nvidia-h100-80gb, gpusPerNode: 8, nodes: {max: 2}}
  - {name: r-amd, cluster: rack, accelerator: amd-mi300x, gpusPerNode: 8, nodes: {max: 1}}
teams:
  - name: vision
    owner: {user: alice@acme.com}
    namespaces: [{name: vision, clusters: [goog, amaz, azur, rack]}]
    gpus:
      - {pool: g-whole, nominal: 8}
      - {pool: g-time, nominal: 4}
      - {pool: g-mps, nominal: 4}
      - {pool: g-mig, nominal: 7}
      - {pool: e-whole, nominal: 4}
      - {pool: e-time, nominal: 2}
      - {pool: e-mig, nominal: 4}
      - {pool: aspot, nominal: 4}
      - {pool: r-big, nominal: 8}
      - {pool: r-amd, nominal: 8}
"""


@cache
def cases() -> tuple[Case, ...]:
    """Return all questions in a fixed order, placed and unplaced ones, each id a DNS label."""
    return (*_as_offered(), *_spoilt())


def isolated(case: Case) -> Case:
    """Return a case that disturbs no other: its objects carry its id in their names and in a label."""
    made = copy.deepcopy(case)

    def named(name: str) -> str:
        return f"{case.id}-{name}"

    for each in made.nodes:
        each["metadata"]["name"] = named(each["metadata"]["name"])
        each["metadata"]["labels"] |= {CASE_LABEL: case.id, "kubernetes.io/hostname": each["metadata"]["name"]}
    for pod in (made.pod, *made.running):
        pod["metadata"]["name"] = named(pod["metadata"]["name"])
        pod["metadata"]["labels"] = {CASE_LABEL: case.id}
        if "nodeName" in pod["spec"]:
            pod["spec"]["nodeName"] = named(pod["spec"]["nodeName"])
    made.pod["spec"]["nodeSelector"] = {**made.pod["spec"].get("nodeSelector", {}), CASE_LABEL: case.id}
    return replace(made, expected=None if case.expected is None else named(case.expected))


@cache
def platform() -> Platform:
    """Return the platform whose pods are asked about, as the real stages understand it."""
    document, findings = load(PLATFORM.encode(), "platform.yaml")
    assert document is not None
    assert not findings
    validated, findings = validate(document)
    assert validated is not None
    assert not findings
    made, _, _ = resolve(validated, Catalog(), None, read=lambda _: None, as_of=date(2026, 11, 1))
    assert made is not None
    assert sum(len(cluster.pools) for cluster in made.clusters) == PLATFORM.count("accelerator:")
    return made


def admitted(kind: Kind, pool: GpuPool, cluster: Cluster, units: int) -> Manifest:
    """Return the pod of a kind of work after Kueue has put the pool's ResourceFlavor, as it is written, into it."""
    pod = gpu_pod(kind, pool, cluster.provider, units, proxy=proxy_of(cluster), name="work")
    (flavor,) = (
        each["spec"]
        for each in pool_objects(cluster.pools, tenant_context(cluster))
        if each["kind"] == "ResourceFlavor" and each["metadata"]["name"] == names.resource_flavor(pool.name)
    )
    pod["spec"]["nodeSelector"] = dict(flavor["nodeLabels"])
    pod["spec"]["tolerations"] = [dict(each) for each in flavor["tolerations"]]
    return pod


def as_written(kind: Kind, pool: GpuPool, cluster: Cluster, namespace: str) -> Manifest:
    """Return the pod of a kind of work as the API server gets it, where nobody says more than the defaults."""
    proxy = proxy_of(cluster) if kind.is_meshed else None
    pod = gpu_pod(kind, pool, cluster.provider, 1, proxy=proxy, name=kind.name.lower().replace(" ", "-"))
    pod["metadata"]["namespace"] = namespace
    said: dict[str, Kind | Proxy | None] = {"main": kind, "istio-proxy": proxy}
    for container in pod["spec"]["containers"]:
        each = said.get(container["name"])
        limits = {pool.resource: "1"} if container["name"] == "main" else {}
        container["resources"] = {"limits": limits}
        if each is not None and each.cpu_millis:
            container["resources"] = {
                "requests": {"cpu": f"{each.cpu_millis}m", "memory": f"{each.memory_mib}Mi"},
                "limits": {**limits, "cpu": f"{each.cpu_limit_millis}m", "memory": f"{each.memory_limit_mib}Mi"},
            }
    return pod


def fleet(pool: GpuPool, cluster: Cluster) -> tuple[Manifest, ...]:
    """Return a node without GPUs or taints, one of another pool of the cluster, and last one of the pool."""
    plain: Manifest = {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": "plain-0", "labels": {}},
        "spec": {},
        "status": {},
    }
    size = {"cpu": "64", "memory": "256Gi", "ephemeral-storage": "1Ti", "pods": "110"}
    plain["status"] = {"capacity": size, "allocatable": dict(size)}
    others = [node(each, cluster.provider) for each in cluster.pools if each is not pool]
    return (plain, *others[:1], node(pool, cluster.provider, vcpus=8))


def _pools() -> Iterator[tuple[Cluster, GpuPool]]:
    for cluster in platform().clusters:
        for pool in cluster.pools:
            yield cluster, pool


def _as_offered() -> Iterator[Case]:
    """Yield each kind of work on each pool with the fewest and the most units that one pod may have: all placed."""
    for cluster, pool in _pools():
        most = most_units(pool, cluster.provider)
        for index, kind in enumerate(kinds_of(cluster)):
            # Each kind of work at both ends on one pool, and at one of them on the others, in turn.
            for units in sorted({1, most}) if pool.name == "g-whole" else ([1, most][index % 2],):
                word = kind.name.lower().replace(" ", "-")
                yield Case(
                    f"{pool.name}-{word}-{units}",
                    admitted(kind, pool, cluster, units),
                    fleet(pool, cluster),
                    f"{pool.name}-0",
                    f"{kind.name} asks for {units} of what {pool.name} has",
                )


def _spoilt() -> Iterator[Case]:
    """Yield pods and nodes that differ in one point from those that fit, on pools of every kind of sharing."""
    for cluster, pool in _pools():
        if pool.name not in {"g-time", "g-mig", "e-whole", "e-time", "aspot", "r-big"}:
            continue
        kind = kinds_of(cluster)[0]
        for name, is_placed, why, spoil in SPOILS:
            sound = Case(
                f"{pool.name}-{name}",
                admitted(kind, pool, cluster, 1),
                fleet(pool, cluster),
                f"{pool.name}-0" if is_placed else None,
                why,
            )
            made = spoil(copy.deepcopy(sound), pool)
            if made is not None:
                yield made
