"""The page of findings says what the rules say, and each rule can be reached on it."""

from __future__ import annotations

from compiler.diagnostics.rule import PAGE
from compiler.explain.page import findings_page
from compiler.rules import all_rules
from tests.meta.sources import ROOT


def test_the_page_is_made_from_the_rules_as_they_are() -> None:
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    assert page == findings_page(all_rules()), "run: python tools/findings.py"


def test_each_rule_has_its_anchor_once() -> None:
    lines = findings_page(all_rules()).splitlines()
    for rule in all_rules().values():
        assert rule.page == f"{PAGE}#{rule.code}"
        assert lines.count(f"### {rule.code}") == 1
