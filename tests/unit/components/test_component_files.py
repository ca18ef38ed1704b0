"""Every rib says what it is, and agrees with the releases that carry it."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.catalog import schema
from compiler.catalog.compile import COMPONENTS
from compiler.catalog.importer import globs
from compiler.catalog.load import Catalog
from compiler.registry import scan_folders

RIBS = scan_folders(COMPONENTS, "component.yaml")


@pytest.mark.parametrize("rib", RIBS, ids=[rib.name for rib in RIBS])
def test_a_component_is_carried_by_a_release_and_its_roots_own_its_paths(rib: Path) -> None:
    component = schema.read_component(rib)
    assert not component.summary.endswith(".")
    assert component.docs.startswith("https://")
    catalog, carriers = Catalog(), 0
    for product, upstream in component.upstream.items():
        for version in catalog.versions(product, sources=True):
            found = catalog.release(product, version).components.get(component.id)
            if found is None:
                continue
            carriers += 1
            assert any(globs.depth_below(root, found.path) for root in upstream.roots), f"{version}: {found.path}"
            assert not (component.optional and product == "kubeflow" and found.default), (
                f"{version} installs it by default"
            )
            for variant in found.variants:
                assert any(globs.matches(pattern, variant.path) for pattern in upstream.variants), variant.path
    assert carriers


def test_what_replaces_or_conflicts_never_stands_beside_it_by_default() -> None:
    catalog = Catalog()
    for version in catalog.versions("kubeflow", sources=True):
        defaults = set(catalog.release("kubeflow", version).defaults)
        for name in defaults:
            other = catalog.component(name)
            assert not defaults & {*other.replaces, *other.conflicts}, f"{version}: {name}"
