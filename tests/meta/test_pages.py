"""The pages of docs/ that are made: each says what rules, schema, mistakes and compiler say, and can be linked to."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest

from compiler.catalog.load import Catalog
from compiler.diagnostics.rule import PAGE
from compiler.emit import layout
from compiler.rules import all_rules
from tests.golden import assert_text
from tests.meta.sources import ROOT
from tests.mistakes import casebook
from tools.pages import tenants
from tools.pages.declarations import differences
from tools.pages.findings import findings_page
from tools.pages.gpu_pools import gpu_pools_page
from tools.pages.platform_yaml import platform_yaml_page

SCHEMA = json.loads((ROOT / layout.SCHEMA).read_text("utf-8"))
PAGES: Mapping[str, Callable[[], str]] = {
    PAGE: lambda: findings_page(all_rules()),
    "docs/gpu-pools.md": gpu_pools_page,
    "docs/mistakes.md": casebook.page,
    "docs/platform-yaml.md": lambda: platform_yaml_page(SCHEMA),
    "docs/tenants.md": tenants.tenants_page,
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_golden(page: str) -> None:
    assert_text(ROOT / page, PAGES[page]())


def test_a_page_says_how_it_is_made_and_each_that_does_is_known() -> None:
    made = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md") if _is_made(path.read_text())}
    assert made == set(PAGES)


def _is_made(page: str) -> bool:
    return "by `make update-golden`, and held to it" in " ".join(page.split("\n\n")[1].split())


def test_each_rule_has_its_anchor_once() -> None:
    lines = (ROOT / PAGE).read_text("utf-8").splitlines()
    for rule in all_rules().values():
        assert rule.page == f"{PAGE}#{rule.code}"
        assert lines.count(f"### {rule.code}") == 1


def test_each_key_of_the_file_is_in_its_reference() -> None:
    page = (ROOT / "docs" / "platform-yaml.md").read_text("utf-8")
    assert [key for key in SCHEMA["properties"] if f"`{key}`" not in page] == []


def test_only_the_registry_that_the_nodes_can_read_anyway_makes_nothing() -> None:
    release = Catalog().versions("kubeflow")[-1]
    plain = tenants.objects(tenants.PLATFORM, release)
    idle = [
        each.text
        for each in tenants.DECLARATIONS
        if not list(differences(plain, tenants.objects(tenants.declared(each), release)))
    ]
    assert len(idle) == 1
    assert "gar" in idle[0]
