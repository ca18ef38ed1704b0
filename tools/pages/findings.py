"""The page docs/findings.md: every code with its rule; knows no single rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from compiler.diagnostics.rule import Rule
from compiler.rules import STAGES

_HEAD = """# Findings

Every code that a finding can have. `python -m compiler explain CODE` prints the same, with the finding as it is shown.
Warnings and infos can be allowed where they stand, with a reason: `# compiler: allow CODE because REASON` on the line
of the finding or the one above it. Errors cannot. Made by `make update-golden`, and held to it by a test.
"""
_STAGES = {
    "load": "Reading the text as YAML",
    "shape": "Keys and values by themselves",
    "resolve": "Names, versions and what they refer to",
    "check": "Rules about the platform as a whole",
    "allow": "Comments that allow findings",
    "build": "The tree",
    "verify": "What kustomize makes of the tree",
    "command": "Around all stages",
}


def findings_page(rules: Mapping[str, Rule]) -> str:
    """Return the page: a section for each stage in the order of a run, its codes sorted."""
    lines = [_HEAD]
    for stage in STAGES:
        found = sorted((rule for rule in rules.values() if rule.stage == stage), key=lambda rule: rule.code)
        lines += [f"## {_STAGES[stage]}", "", *_list(found), ""]
        for rule in found:
            lines += _rule(rule)
    return "\n".join(lines).rstrip() + "\n"


def _list(rules: Iterable[Rule]) -> Iterator[str]:
    yield ", ".join(f"[{rule.code}](#{rule.code})" for rule in rules)


def _rule(rule: Rule) -> Iterator[str]:
    yield from (f"### {rule.code}", "", f"*{rule.severity.value}:* {rule.summary}.", "", rule.why)
    if rule.help:
        yield from ("", rule.help)
    for title, example in (("Has the finding:", rule.bad), ("Has it not:", rule.good)):
        if example.strip():
            yield from ("", title, "```yaml", *map(_shown, example.rstrip("\n").split("\n")), "```")
    for source in rule.sources:
        yield from ("", f"Source: <{source}>")
    yield ""


def _shown(line: str) -> str:
    """Return a line of an example with its invisible characters written out."""
    return "".join(char if char.isprintable() else f"<U+{ord(char):04X}>" for char in line)
