"""The inventory reads back what it wrote and refuses everything else."""

from __future__ import annotations

import json

import pytest

from compiler.emit.inventory import Entry, Inventory, InventoryBroken, inventory_text, parse_inventory

INVENTORY = Inventory(
    compiler="abc",
    units={"prod/katib": "k2", "prod/argo-cd": "k1"},
    files={"overlays/prod/katib/kustomization.yaml": Entry("f" * 64, "components.katib")},
    data={"prod": {"Namespace kubeflow": "components.kubeflow-namespace"}},
)


@pytest.mark.parametrize("inventory", [INVENTORY, Inventory()])
def test_it_reads_back_as_it_was_written(inventory: Inventory) -> None:
    assert parse_inventory(inventory_text(inventory)) == inventory


def test_order_does_not_change_a_byte() -> None:
    turned = Inventory(
        INVENTORY.compiler, dict(reversed(list(INVENTORY.units.items()))), INVENTORY.files, INVENTORY.data
    )
    assert inventory_text(turned) == inventory_text(INVENTORY)


def test_the_first_line_says_that_it_is_generated() -> None:
    first = inventory_text(INVENTORY).splitlines()[0]
    assert b"Code generated" in first
    assert b"DO NOT EDIT" in first


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b"null", b"<<<<<<< HEAD\n{}", b"{}", b'{"compiler": "", "units": {}, "files": {"a": 1}, "data": {}}'],
)
def test_what_it_did_not_write_is_broken(text: bytes) -> None:
    with pytest.raises(InventoryBroken):
        parse_inventory(text)


@pytest.mark.parametrize("path", ["README.md", "generated/../README.md", "/etc/passwd", "overlaysx/a"])
def test_it_never_claims_a_file_outside_the_tree(path: str) -> None:
    text = json.loads(inventory_text(INVENTORY))
    text["files"] = {path: ["0", ""]}
    with pytest.raises(InventoryBroken):
        parse_inventory(json.dumps(text).encode())
