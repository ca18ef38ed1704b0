"""What stands in a built tree: clusters and their applications."""

from __future__ import annotations

from pathlib import Path

from compiler.emit import layout
from compiler.emit.inventory import parse_inventory
from compiler.model.names import BOOTSTRAP_DIRECTORY


def overlays(root: Path) -> dict[str, list[str]]:
    """Return the overlays of each cluster by name, sorted."""
    found: dict[str, list[str]] = {}
    for path in sorted((root / layout.OVERLAYS).glob(f"*/*/{layout.KUSTOMIZATION}")):
        found.setdefault(path.parts[-3], []).append(path.parts[-2])
    return found


def applications(root: Path) -> dict[str, list[str]]:
    """Return the overlays of each cluster that Argo CD syncs, sorted.

    The bootstrap's is none of them: what it holds is in the overlay of the applications too, so that Argo CD keeps it.
    """
    return {
        cluster: [name for name in names if name != BOOTSTRAP_DIRECTORY] for cluster, names in overlays(root).items()
    }


def owned_files(root: Path) -> list[str]:
    """Return every file of a built tree that is the compiler's, the inventory and the lock among them.

    Raises: `InventoryBroken` and `OSError` where the tree is not a built one.
    """
    inventory = parse_inventory((root / layout.INVENTORY).read_bytes())
    return sorted({*inventory.files, layout.INVENTORY, layout.LOCK})
