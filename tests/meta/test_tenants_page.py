"""The page of teams says what the compiler makes of them."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest

from tests.meta.sources import ROOT


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """Return the tool that writes the page."""
    spec = importlib.util.spec_from_file_location("tenants", ROOT / "tools" / "tenants.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_made_from_what_the_compiler_makes(tool: ModuleType) -> None:
    page = (ROOT / "docs" / "tenants.md").read_text(encoding="utf-8")
    assert page == tool.tenants_page(), "run: python tools/tenants.py"


def test_only_the_registry_that_the_nodes_can_read_anyway_makes_nothing(tool: ModuleType) -> None:
    release = "26.03"
    plain = tool.objects(tool.PLATFORM, release)
    idle = [
        each.text
        for each in tool.DECLARATIONS
        if not list(tool.differences(plain, tool.objects(tool.declared(each), release)))
    ]
    assert len(idle) == 1
    assert "gar" in idle[0]
