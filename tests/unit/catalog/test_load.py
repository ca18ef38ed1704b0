"""What the stages read: the compiled catalog, through the one class that reads it."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import FrozenInstanceError

import pytest

from compiler.catalog.load import Catalog
from compiler.catalog.versions import ConstraintMistake, parse_constraint
from compiler.model.release import ComponentRelease, ProductRelease

INSTALLABLE = ("1.9.1", "1.10.0", "1.10.1", "1.10.2", "1.11.0", "26.03")
NEIGHBOURS = (
    "argo-cd", "kueue", "gpu-operator", "external-secrets", "sealed-secrets", "kuberay", "seldon-core",
    "mlflow", "model-registry",
)  # fmt: skip


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog()


def every_release(catalog: Catalog) -> list[ProductRelease]:
    return [
        catalog.release(product, version)
        for product in catalog.products()
        for version in catalog.versions(product, sources=True)
    ]


def test_the_promised_releases_are_there_in_their_own_order(catalog: Catalog) -> None:
    assert catalog.versions("kubeflow") == INSTALLABLE
    assert catalog.versions("kubeflow", sources=True) == ("1.8.1", "1.9.0", *INSTALLABLE)


@pytest.mark.parametrize("product", NEIGHBOURS)
def test_each_neighbour_has_at_least_two_releases(catalog: Catalog, product: str) -> None:
    assert len(catalog.versions(product)) >= 2
    carriers = [name for name in catalog.component_ids() if product in catalog.component(name).products]
    assert product in carriers


def test_unknown_names_are_key_errors(catalog: Catalog) -> None:
    for ask in (
        lambda: catalog.versions("kubeflo"),
        lambda: catalog.release("kubeflow", "26.03.1"),
        lambda: catalog.release("kubeflo", "26.03"),
        lambda: catalog.component("katibb"),
    ):
        with pytest.raises(KeyError):
            ask()
    assert catalog.facts("nothing of this name") == ()


def test_every_release_is_pinned_and_dated(catalog: Catalog) -> None:
    for release in every_release(catalog):
        where = f"{release.product} {release.version}"
        assert re.fullmatch(r"[0-9a-f]{40}", release.commit), where
        assert release.repository.startswith("https://"), where
        assert release.date[:10] <= release.verified, where
        for remote in release.remotes:
            assert re.fullmatch(r"[0-9a-f]{40}", remote.commit), f"{where}: {remote.url}"
            assert remote.path, f"{where}: {remote.url} has no directory that it is made from"


def test_requirements_stay_inside_the_catalog_and_waves_respect_them(catalog: Catalog) -> None:
    known = set(catalog.component_ids())
    for release in every_release(catalog):
        layers = {name: place for place, wave in enumerate(release.waves) for name in wave}
        assert layers.keys() == release.components.keys()
        for name, component in release.components.items():
            for needed in component.requires:
                assert needed in known
                assert layers.get(needed, -1) < layers[name], (
                    f"{release.product} {release.version}: {name} needs {needed}"
                )


def test_default_components_build_and_own_their_objects_alone(catalog: Catalog) -> None:
    for release in every_release(catalog):
        seen: dict[str, str] = {}
        for name in release.defaults:
            component = release.components[name]
            assert component.builds, f"{release.product} {release.version} {name}"
            assert component.objects or component.chart, f"{release.product} {release.version} {name}"
            for identity in component.objects:
                assert seen.setdefault(identity, name) == name, identity


def test_the_facts_that_a_platform_rests_on(catalog: Catalog) -> None:
    release = catalog.release("kubeflow", "26.03")
    assert (release.commit, release.ref) == ("d68ebc7fab366ab40ddd1541d2ec22febb31bc83", "26.03")
    assert sum(len(release.components[name].objects) for name in release.defaults) == 675
    assert release.brings["istio"] == "1.28.0"
    assert release.kubernetes.minimum == "1.33.0"
    kserve = release.components["kserve"]
    assert kserve.own_resources_behind_webhook == {"ClusterServingRuntime.serving.kserve.io": 11}
    assert "CustomResourceDefinition/inferenceservices.serving.kserve.io" in kserve.oversized
    assert "cert-manager" in kserve.requires
    released = [remote for remote in release.remotes if remote.release_file]
    assert {(remote.repository, remote.path) for remote in released} == {
        ("https://github.com/kubernetes-sigs/jobset", "config/default")
    }


def test_facts_have_sources_and_constraints_that_parse(catalog: Catalog) -> None:
    facts = [fact for subject in catalog.subjects() for fact in catalog.facts(subject)]
    assert len({fact.id for fact in facts}) == len(facts) >= 680
    for fact in facts:
        assert fact.source.get("repo") or fact.source.get("url"), fact.id
        for text in fact.requires.values():
            assert not isinstance(parse_constraint(text), ConstraintMistake), fact.id


def test_the_order_of_a_subject_with_two_schemes(catalog: Catalog) -> None:
    order = catalog.order("nvidia-dra-driver")
    assert order.key("25.12.0") < order.key("0.4.0")
    assert catalog.order("kubeflow").key("26.03") > catalog.order("kubeflow").key("1.11.0")


def test_accelerators_and_minors(catalog: Catalog) -> None:
    accelerators = catalog.accelerators()
    assert accelerators["nvidia-a100-80gb"].mig_capable
    assert not accelerators["nvidia-t4"].mig_capable
    assert all(accelerator.memory_gib != 0 for accelerator in accelerators.values())
    minors = list(catalog.kubernetes())
    assert minors == sorted(minors, key=catalog.order("kubernetes").key)
    assert catalog.kubernetes()["1.34"].providers["eks"]["standardSupportUntil"]


def test_nothing_can_be_changed_by_accident(catalog: Catalog) -> None:
    release = catalog.release("kubeflow", "26.03")
    with pytest.raises(FrozenInstanceError):
        release.commit = ""  # type: ignore[misc]
    components: Mapping[str, ComponentRelease] = release.components
    with pytest.raises(TypeError):
        components["katib"] = components["kserve"]  # type: ignore[index]
    assert release.components["katib"] is release.components["katib"]


def test_reading_costs_milliseconds() -> None:
    def once() -> float:
        start = time.perf_counter()
        fresh = Catalog()
        fresh.versions("kubeflow")
        fresh.release("kubeflow", "26.03")
        return time.perf_counter() - start

    assert min(once() for _ in range(15)) < 0.003


@pytest.mark.real(reason="what a process has imported can only be seen in a process of its own")
def test_reading_imports_nothing_heavy() -> None:
    code = "import sys, compiler.catalog.load; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"pydantic", "yaml", "subprocess", "packaging", "cdk8s"} & set(done.stdout.split())
