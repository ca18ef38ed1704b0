"""A shipped release, derived again from upstream, gives the shipped entry byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.catalog import schema
from compiler.catalog.compile import CATALOG, COMPONENTS
from compiler.catalog.importer import tree
from compiler.catalog.importer.derive import import_release
from compiler.catalog.importer.render import find_kustomize
from compiler.catalog.importer.write import entry_text
from compiler.diagnostics.failure import EnvironmentFailure
from compiler.registry import scan_folders


def derive_again(product: str, version: str, folder: Path) -> tuple[str, str]:
    try:
        find_kustomize()
    except EnvironmentFailure as missing:
        pytest.skip(missing.message)
    described = schema.read_product(CATALOG / "products" / f"{product}.yaml")
    ref = described.releases[version].ref
    tree.fetch(described.repository, ref, folder / "clone")
    components = [schema.read_component(rib) for rib in scan_folders(COMPONENTS, "component.yaml")]
    derived = import_release(described, components, ref, folder / "clone")
    return entry_text(derived.entry), (CATALOG / "releases" / product / f"{version}.yaml").read_text()


@pytest.mark.upstream("https://github.com/kubeflow/manifests")
def test_a_release_of_kubeflow(tmp_path: Path) -> None:
    derived, shipped = derive_again("kubeflow", "1.9.1", tmp_path)
    assert derived == shipped


@pytest.mark.upstream("https://github.com/argoproj/argo-workflows")
@pytest.mark.upstream("https://github.com/kubernetes-sigs/jobset")
@pytest.mark.upstream("https://github.com/kubernetes-sigs/lws")
@pytest.mark.upstream("https://github.com/kubeflow/manifests")
def test_a_release_of_kubeflow_that_takes_bases_from_elsewhere(tmp_path: Path) -> None:
    derived, shipped = derive_again("kubeflow", "26.03", tmp_path)
    assert derived == shipped


@pytest.mark.upstream("https://github.com/kubernetes-sigs/kueue")
def test_a_release_of_a_neighbour(tmp_path: Path) -> None:
    derived, shipped = derive_again("kueue", "0.16.9", tmp_path)
    assert derived == shipped


@pytest.mark.upstream("https://github.com/bitnami-labs/sealed-secrets")
def test_a_release_that_is_a_chart(tmp_path: Path) -> None:
    derived, shipped = derive_again("sealed-secrets", "2.18.5", tmp_path)
    assert derived == shipped
