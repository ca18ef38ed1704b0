"""Modules stay small, well named and documented, and the spine reaches its ribs through the registry."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.meta.sources import ROOT, imports, modules, name, tree

LONGEST = 500
"""Lines of a module, at most; above 300 one starts to look for the second concept in it."""

EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "data", "tools", "stuff"}
"""Names that say nothing of what is inside."""

RIBS = ("checks", "providers", "components")
"""Packages whose members are found by scanning; only `base` may be named by others."""


@pytest.mark.parametrize("path", modules("compiler", "tools", "benchmarks", "tests"), ids=name)
def test_a_module_is_small_and_says_what_it_owns(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST
    assert path.stem not in EMPTY_NAMES
    assert path.parent.name not in EMPTY_NAMES - {"tools"}
    assert undocumented(tree(path), public=name(path).startswith("compiler/")) == []


@pytest.mark.parametrize("path", modules("compiler"), ids=name)
def test_ribs_are_not_named_by_the_spine(path: Path) -> None:
    assert named_ribs(name(path), tree(path)) == []


def test_the_folders_of_modules_are_packages() -> None:
    folders = {path.parent for path in modules("compiler")}
    assert [name(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_an_undocumented_function_is_seen() -> None:
    module = ast.parse('"""Module."""\nclass A:\n    """Class."""\n    def f(self): ...\ndef _g(): ...\ndef h(): ...\n')
    assert undocumented(module, public=True) == ["A.f", "h"]
    assert undocumented(ast.parse("x = 1"), public=False) == ["the module"]


def test_a_rib_named_by_the_spine_is_seen() -> None:
    module = ast.parse("def late():\n    from compiler.checks.unknown_team import CHECK\n")
    assert named_ribs("compiler/pipeline.py", module) == ["compiler.checks.unknown_team.CHECK"]
    assert named_ribs("compiler/checks/other.py", module) == []
    folder = ast.parse("from compiler.providers import gke, Providers")
    assert named_ribs("compiler/pipeline.py", folder) == ["compiler.providers.gke"]
    assert named_ribs("compiler/pipeline.py", ast.parse("from compiler.checks.base import Check")) == []


def undocumented(module: ast.Module, *, public: bool) -> list[str]:
    """Return the names without docstring: the module, and with `public` its public classes and functions too."""
    missing = [] if ast.get_docstring(module) else ["the module"]
    if public:
        missing += _undocumented(module, "")
    return missing


def _undocumented(owner: ast.Module | ast.ClassDef, prefix: str) -> Iterator[str]:
    for node in owner.body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
            continue
        if not ast.get_docstring(node) and not _is_overload(node):
            yield prefix + node.name
        if isinstance(node, ast.ClassDef):
            yield from _undocumented(node, f"{prefix}{node.name}.")


def _is_overload(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    names = {"overload", "override", "setter"}
    return any(ast.unparse(decorator).split(".")[-1] in names for decorator in node.decorator_list)


def named_ribs(module_name: str, module: ast.Module) -> list[str]:
    """Return the imports that name one member of a rib package from outside of it."""
    found = []
    for rib in RIBS:
        if module_name.startswith(f"compiler/{rib}/"):
            continue
        for imported in imports(module):
            parts = imported.split(".")
            if parts[:2] != ["compiler", rib] or len(parts) == 2 or parts[2] == "base":
                continue
            # A name of the package itself (`run_checks`) is its door; a module or anything inside one is a rib.
            member = ROOT / "compiler" / rib / parts[2]
            if len(parts) > 3 or member.is_dir() or member.with_suffix(".py").exists():
                found.append(imported)
    return found
