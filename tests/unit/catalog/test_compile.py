"""The compiled catalog is fresh, and what contradicts itself is refused."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.catalog import compile as compiling
from compiler.catalog.compile import CATALOG, COMPONENTS, CatalogMistake, compile_catalog, write_compiled


def test_the_compiled_catalog_is_fresh_byte_for_byte() -> None:
    folder = CATALOG / compiling.COMPILED
    present = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    wanted = compile_catalog()
    assert sorted(present) == sorted(wanted)
    assert [path for path in wanted if present[path] != wanted[path]] == []


@pytest.fixture
def copied(tmp_path: Path) -> tuple[Path, Path]:
    """Return a small copy of the catalog: two products, their components and one file of facts."""
    catalog, components = tmp_path / "catalog", tmp_path / "components"
    for product in ("kueue", "mlflow"):
        shutil.copytree(CATALOG / "releases" / product, catalog / "releases" / product)
        (catalog / "products").mkdir(exist_ok=True)
        shutil.copy(CATALOG / "products" / f"{product}.yaml", catalog / "products")
        shutil.copytree(COMPONENTS / product, components / product)
    (catalog / "compatibility").mkdir()
    for name in ("compatibility/kueue.yaml", "kubernetes.yaml", "accelerators.yaml"):
        shutil.copy(CATALOG / name, catalog / name)
    return catalog, components


def test_writing_twice_changes_nothing_and_removes_what_is_stale(copied: tuple[Path, Path]) -> None:
    catalog, components = copied
    assert "releases/kueue/0.16.9.json" in write_compiled(catalog, components)
    stale = catalog / "compiled" / "releases" / "kueue" / "9.9.9.json"
    stale.write_text("{}")
    assert write_compiled(catalog, components) == ["releases/kueue/9.9.9.json"]
    assert write_compiled(catalog, components) == []


def replace(path: str, old: str, new: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        file = root / path
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new, 1))

    return change


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (replace("components/kueue/component.yaml", "id: kueue", "id: kuewe"), "kueue/component.yaml says id kuewe"),
        (replace("components/kueue/component.yaml", "id: kueue", "id: kueue\nfoo: 1"), "components/kueue: foo"),
        (
            replace("components/kueue/component.yaml", "id: kueue", "id: kueue\nreplaces: [nobody]"),
            "component kueue names nobody, which is no component",
        ),
        (
            replace("components/kueue/component.yaml", "  kueue:\n", "  kuewe:\n"),
            "component kueue names kuewe, which is no product",
        ),
        (
            replace("catalog/products/kueue.yaml", "0.16.9: {ref: v0.16.9", "0.16.8: {ref: v0.16.8"),
            "kueue 0.16.8 has no entry: import it\nkueue 0.16.9 is imported but not described",
        ),
        (
            replace("catalog/products/kueue.yaml", "ref: v0.16.9", "ref: v0.16.8"),
            "kueue 0.16.9 was imported from elsewhere",
        ),
        (
            replace("catalog/releases/kueue/0.16.9.yaml", "unmapped: []", "unmapped: [x/y]"),
            "installs what no component owns: x/y",
        ),
        (replace("catalog/releases/kueue/0.16.9.yaml", "commit: ", "commit: x"), "kueue/0.16.9.yaml: commit"),
        (replace("catalog/releases/kueue/0.16.9.yaml", "version: 0.16.9", "version: 0.16.7"), "says kueue 0.16.7"),
        (
            replace("catalog/compatibility/kueue.yaml", "kubernetes: '", "kubernetes: '^"),
            "kueue@0.10/documented on kubernetes: ",
        ),
    ],
)
def test_what_contradicts_itself_is_refused(
    copied: tuple[Path, Path], break_it: Callable[[Path], None], said: str
) -> None:
    catalog, components = copied
    break_it(catalog.parent)
    with pytest.raises(CatalogMistake) as mistake:
        compile_catalog(catalog, components)
    assert said in str(mistake.value)
