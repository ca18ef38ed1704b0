"""A cluster offers the kinds of work that its components bring, queued as its Kueue knows them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiler.model.platform import Cluster, Installation
from compiler.placement.work import INFERENCE_SERVICE, is_knative, is_queued, kinds_of, kueue_of, proxy_of
from tests.unit.lowering.declared import cluster


def names(on: Cluster) -> list[str]:
    return [kind.name for kind in kinds_of(on)]


def versioned(on: Cluster, component: str, version: str) -> Cluster:
    installed: list[Installation] = [
        replace(each, version=version) if each.component == component else each for each in on.installations
    ]
    return replace(on, installations=tuple(installed))


def test_jobs_are_everywhere_and_the_rest_comes_with_its_component() -> None:
    assert names(cluster()) == ["Job"]
    assert names(cluster("notebook-controller")) == ["notebook", "Job"]
    assert names(cluster("notebooks-v1")) == ["notebook", "Job"]
    assert names(cluster("trainer")) == ["Job", "TrainJob"]
    assert names(cluster("pipelines", "kserve")) == ["Job", "pipeline step", "inference service"]
    assert names(cluster("ray")) == names(cluster(others=[("kuberay", "1.4.2")])) == ["Job", "RayJob"]


def test_a_kind_is_there_from_its_version_on() -> None:
    old = versioned(cluster("training-operator"), "training-operator", "1.8.1")
    new = versioned(cluster("training-operator"), "training-operator", "v1.9.2")
    assert set(names(new)) - set(names(old)) == {"JAXJob"}
    assert "PyTorchJob" in names(old)


@pytest.mark.parametrize(
    ("version", "kind", "expected"),
    [
        ("0.13.10", "TrainJob", False),
        ("0.14.8", "TrainJob", True),
        ("0.9.5", "notebook", True),
        ("0.16.9", "PyTorchJob", True),
        ("0.16.9", "MPIJob", False),
        (None, "Job", False),
    ],
)
def test_what_kueue_knows_is_queued(version: str | None, kind: str, *, expected: bool) -> None:
    on = cluster("notebook-controller", "trainer", "training-operator", kueue=version)
    (found,) = (each for each in kinds_of(on) if each.name == kind)
    assert is_queued(found, kueue_of(on)) is expected


def test_models_are_served_by_knative_where_it_is_unless_told_otherwise() -> None:
    serverless = cluster("kserve", "knative-serving")
    assert is_knative(serverless)
    assert not is_knative(cluster("kserve"))
    assert not is_knative(cluster("knative-serving"))
    told = replace(
        serverless,
        installations=tuple(
            replace(each, options={"deploymentMode": "RawDeployment"}) for each in serverless.installations
        ),
    )
    assert not is_knative(told)
    frameworks = [
        kind.framework for on in (serverless, told) for kind in kinds_of(on) if kind.name == INFERENCE_SERVICE
    ]
    assert frameworks == ["pod", "deployment"]


def test_the_proxy_is_there_with_istio_and_small_in_one_release() -> None:
    assert proxy_of(cluster()) is None
    small, usual = (proxy_of(cluster("istio-install", kubeflow=version)) for version in ("1.11.0", "26.03"))
    assert small is not None
    assert usual is not None
    assert (small.cpu_millis, usual.cpu_millis) == (10, 100)
