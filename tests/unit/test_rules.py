"""The table of codes is complete and true: every code of the source is in it, and its examples are tried."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from functools import cache

import pytest

from compiler.catalog.load import Catalog
from compiler.diagnostics.model import Severity
from compiler.diagnostics.rule import Rule
from compiler.pipeline import Sources, Understanding, understand
from compiler.providers import Providers
from compiler.rules import STAGES, all_rules, whole_example
from tests.meta.sources import ROOT, modules, name, tree

MAKERS = {"error", "warning", "info", "Diagnostic", "_error", "_finding", "_report", "problem", "Kind"}
"""Functions whose first argument is a code; of a method `finding` it is the second."""
NOUNS = {
    "unknown": ("unknown-{}",),
    "_declare": ("duplicate-{}", "unknown-{}"),
    "declare": ("duplicate-{}", "unknown-{}"),
    "check_name": ("bad-{}-name",),
}
"""Functions that make codes of a noun; see resolve/names.py and resolve/clusters.py."""
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
RULES = all_rules()


def codes_of(module: ast.Module) -> Iterator[str]:
    """Yield every code that a module may report; of one made of parts, the parts that do not vary around a `*`."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            yield from _of_call(node)
        if isinstance(node, ast.AnnAssign | ast.keyword):
            target = node.target.id if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) else ""
            if (target == "code" or (isinstance(node, ast.keyword) and node.arg == "code")) and node.value is not None:
                yield from _texts(node.value)


def _of_call(node: ast.Call) -> Iterator[str]:
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    arguments = [value for value in node.args if not isinstance(value, ast.Starred)]
    if called in MAKERS and arguments:
        yield from _texts(arguments[0])
    if called == "finding" and len(arguments) > 1:
        yield from _texts(arguments[1])
    if called in NOUNS:
        for argument in arguments[:2]:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield from (form.format(argument.value) for form in NOUNS[called])


def _texts(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.Constant) and isinstance(value.value, str) and CODE.fullmatch(value.value):
        yield value.value
    elif isinstance(value, ast.JoinedStr):
        parts = [str(part.value) if isinstance(part, ast.Constant) else "*" for part in value.values]
        if "-" in "".join(parts):
            yield "".join(parts)
    elif isinstance(value, ast.IfExp):
        yield from _texts(value.body)
        yield from _texts(value.orelse)


@cache
def reported() -> dict[str, str]:
    """Return every code that the source reports, with a file that does."""
    found: dict[str, str] = {}
    for path in modules("compiler"):
        for code in codes_of(tree(path)):
            found.setdefault(code, name(path))
    for provider in Providers().values():
        found |= {f"missing-{field}": f"provider {provider.id}" for field in provider.required}
    # Not calls: pairs of code and text in workspace/plan.py.
    plan = (ROOT / "compiler/workspace/plan.py").read_text("utf-8")
    return found | {code: "plan" for code in ("missing-file", "stale-file", "left-over-file") if f'"{code}"' in plan}


def test_every_code_of_the_source_has_a_rule() -> None:
    missing = {code: where for code, where in reported().items() if "*" not in code and code not in RULES}
    assert missing == {}, "describe it in compiler/rules.toml"


def test_every_rule_is_of_a_code_of_the_source() -> None:
    checks = {code for code, rule in RULES.items() if rule.stage == "check"}
    assert set(RULES) - set(reported()) - checks == set()


def test_codes_made_of_parts_are_known_in_all_their_forms() -> None:
    made = {code for code in reported() if "*" in code}
    assert made == {"duplicate-*", "unknown-*", "missing-*", "bad-*-name"}, "teach codes_of the nouns of the new one"


def test_an_unknown_code_would_be_seen() -> None:
    source = 'error("no-such-code", "x")\nunknown("gpu-pool", 1)\nKind("not-a-moon", "a moon")\nerror(f"odd-{x}", 1)\n'
    source += (
        'place.finding(Severity.INFO, "a-b", "m")\nclass A:\n    code: str = "c-d"\nf("not a code")\nerror("x y", 1)\n'
    )
    found = set(codes_of(ast.parse(source)))
    assert found == {"no-such-code", "unknown-gpu-pool", "not-a-moon", "odd-*", "a-b", "c-d"}


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_a_rule_says_everything_in_sentences(rule: Rule) -> None:
    assert CODE.fullmatch(rule.code)
    assert rule.stage in STAGES
    assert rule.summary
    assert not rule.summary.endswith(".")
    assert rule.why.endswith(".")
    assert rule.help.endswith((".", "`"))
    assert all(source.startswith("https://") for source in rule.sources)
    assert bool(rule.bad) or not rule.good


EXAMPLES = [rule for rule in RULES.values() if rule.bad]


@cache
def catalog() -> Catalog:
    return Catalog()


def tried(text: str) -> Understanding:
    sources = Sources("platform.yaml", text.encode(), None, "", lambda _: None)
    return understand(sources, catalog(), as_of=date(2026, 11, 1))


@pytest.mark.parametrize("rule", EXAMPLES, ids=lambda rule: rule.code)
def test_the_bad_example_has_the_finding(rule: Rule) -> None:
    found = [finding for finding in tried(whole_example(rule.bad)).diagnostics if finding.code == rule.code]
    assert found
    assert min(finding.severity.rank for finding in found) == rule.severity.rank


@pytest.mark.parametrize("rule", EXAMPLES, ids=lambda rule: rule.code)
def test_the_good_example_has_not(rule: Rule) -> None:
    found = tried(whole_example(rule.good)).diagnostics
    assert rule.code not in {finding.code for finding in found}
    assert not [finding for finding in found if finding.severity is Severity.ERROR]


def test_most_rules_about_the_file_show_an_example() -> None:
    about_the_file = {"load", "resolve", "check", "allow"}
    without = {rule.code for rule in RULES.values() if rule.stage in about_the_file and not rule.bad}
    assert without == {
        # What takes a file of megabytes, of bytes that are no text, or no file at all,
        "alias-bomb", "deep-nesting", "empty-file", "file-too-large", "not-utf-8", "old-yaml-version",
        "root-not-mapping", "syntax-error", "too-many-mistakes", "too-many-values",
        # or a second file, or what the catalog happens to hold.
        "bad-patch-file", "damaged-lock", "data-left-behind", "lock-commit-mismatch", "unknown-locked-version",
        "locked-version-moved", "not-installable-version", "requirement-not-in-release",
        "bad-secret-file", "incomplete-secret-file", "loosely-sealed-secret", "misplaced-secret",
        "unencrypted-secret", "unread-secret-file", "upgrade-by-hand",
        "bad-trust-file", "duplicate-certificate", "expired-certificate", "not-a-certificate-authority",
        "oversized-trust-file", "private-key-in-trust-file",
    }  # fmt: skip
