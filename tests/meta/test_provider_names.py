"""The spine asks a provider what differs, and never whether it is a certain one or stands in a certain cloud."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from compiler.providers import Providers
from tests.meta.sources import modules, name, tree

WORDS = {"generic", "kind"}
"""Ids that are words of Kubernetes and of the platform file as well, so that a text of that name says nothing."""
CLOUDS = {provider.cloud for provider in Providers().values() if provider.cloud is not None}
IDS = (set(Providers()) | CLOUDS) - WORDS

SHOWN = {"bad", "examples", "good"}
"""Arguments that hold examples of platform files, which have to name some provider."""

TOLD_OTHERWISE = {
    ("compiler/resolve/accelerators.py", "gke"): "a key of the accelerator table: what GKE calls an accelerator",
    ("compiler/resolve/accelerators.py", "gcp"): "the cloud of which alone the table has zones and partition sizes",
    ("compiler/resolve/accelerators.py", "azure"): "the cloud whose regions the table writes with hyphens",
    ("compiler/lowering/model_storage.py", "azure"): "a type of model storages, as people write it",
    ("compiler/spec/model_storage.py", "azure"): "a type of model storages, as people write it",
    ("compiler/spec/object_store.py", "azure"): "a type of object stores, as people write it",
}
"""Texts that are the id of a provider or a cloud by accident, with what they are."""

SPINE = [path for path in modules("compiler") if not name(path).startswith("compiler/providers/")]


@pytest.mark.parametrize("path", SPINE, ids=name)
def test_no_provider_and_no_cloud_is_named_outside_of_the_providers(path: Path) -> None:
    told = {text for file, text in TOLD_OTHERWISE if file == name(path)}
    assert set(named(tree(path), IDS)) == told


def test_a_provider_named_by_the_spine_is_seen() -> None:
    module = ast.parse('if provider.id == "aks" or {"eks": 1}[x]:\n    f(bad="gke", other=["k3s"])\n"""gke"""\n')
    assert list(named(module, {"aks", "eks", "gke", "k3s"})) == ["aks", "eks", "k3s"]


def named(module: ast.AST, ids: set[str]) -> Iterator[str]:
    """Yield the ids that stand as texts in a module, those of examples and docstrings left out."""
    for node in ast.iter_child_nodes(module):
        if isinstance(node, ast.keyword) and node.arg in SHOWN:
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.Constant) and node.value in ids:
            yield node.value
        yield from named(node, ids)
