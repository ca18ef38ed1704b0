"""A built tree tells its applications and its own files."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.emit.inventory import Entry, Inventory, InventoryBroken, inventory_text
from compiler.workspace.tree import applications, overlays, owned_files


def test_applications_are_the_overlays_of_each_cluster(tmp_path: Path) -> None:
    for path in ("two/katib", "one/argo-cd", "one/bootstrap", "one/team-a"):
        (tmp_path / "overlays" / path).mkdir(parents=True)
        (tmp_path / "overlays" / path / "kustomization.yaml").touch()
    (tmp_path / "overlays/one/notes").mkdir()
    (tmp_path / "overlays/README.md").touch()
    assert overlays(tmp_path) == {"one": ["argo-cd", "bootstrap", "team-a"], "two": ["katib"]}
    assert list(applications(tmp_path).items()) == [("one", ["argo-cd", "team-a"]), ("two", ["katib"])]


def test_no_tree_has_no_applications(tmp_path: Path) -> None:
    assert applications(tmp_path) == {}


def test_own_files_are_those_of_the_inventory_and_what_goes_with_it(tmp_path: Path) -> None:
    (tmp_path / "generated").mkdir()
    (tmp_path / "generated/foreign").touch()
    inventory = Inventory(files={"overlays/a/b/kustomization.yaml": Entry("0", "")})
    (tmp_path / "generated/inventory.json").write_bytes(inventory_text(inventory))
    assert owned_files(tmp_path) == [
        "generated/inventory.json",
        "overlays/a/b/kustomization.yaml",
        "platform.lock.yaml",
    ]


def test_without_an_inventory_there_is_no_built_tree(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        owned_files(tmp_path)
    (tmp_path / "generated").mkdir()
    (tmp_path / "generated/inventory.json").write_text("{}")
    with pytest.raises(InventoryBroken):
        owned_files(tmp_path)
