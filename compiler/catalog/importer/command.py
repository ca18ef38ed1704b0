"""The maintainer's command: imports a release into this checkout's catalog and compiles the catalog again."""

from __future__ import annotations

from pathlib import Path

from compiler.catalog import schema
from compiler.catalog.compile import CatalogMistake, write_compiled
from compiler.catalog.importer.derive import import_release
from compiler.catalog.importer.write import entry_text, write_entry
from compiler.diagnostics.failure import EnvironmentFailure
from compiler.frozen import frozen
from compiler.registry import scan_folders

_CATALOG = Path(__file__).parent.parent


@frozen
class Outcome:
    """Where the entry stands, whether it is another than before, and what a reviewer must look at."""

    path: Path
    changed: bool
    remarks: tuple[str, ...]


def import_entry(product: str, ref: str, clone: Path, *, write: bool) -> Outcome:
    """Derive the entry of a product's release at a ref of a local clone.

    Args: with `write` the entry is put in place and the catalog compiled; without, it is only compared. What keeps the
    catalog from compiling is among the remarks.
    Raises: `EnvironmentFailure` when the product is unknown, or git, kustomize, the clone or the ref is missing.
    """
    description = _CATALOG / "products" / f"{product}.yaml"
    if not description.is_file():
        known = ", ".join(sorted(path.stem for path in description.parent.glob("*.yaml")))
        raise EnvironmentFailure(f"the catalog has no product {product}", f"products are {known}")
    components = [
        schema.read_component(folder) for folder in scan_folders(_CATALOG.parent / "components", "component.yaml")
    ]
    imported = import_release(schema.read_product(description), components, ref, clone)
    path = _CATALOG / "releases" / product / f"{imported.entry['version']}.yaml"
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    changed = before != entry_text(imported.entry)
    if write and changed:
        write_entry(imported.entry, _CATALOG / "releases")
        try:
            write_compiled()
        except CatalogMistake as mistakes:  # a new release is not described in its product's file yet
            return Outcome(path, changed, (*imported.remarks, *str(mistakes).splitlines()))
    return Outcome(path, changed, imported.remarks)
