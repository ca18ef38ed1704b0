"""Every code that a finding can have, with its rule: from the checks, the kinds of scalars, and `rules.toml`.

Knows how to look rules up; no rule is applied here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from compiler.diagnostics.model import Severity
from compiler.diagnostics.rule import Rule

TABLE = Path(__file__).with_name("rules.toml")

STAGES = ("load", "shape", "resolve", "check", "allow", "build", "verify", "command")
"""Who reports findings, in the order of a run."""

_PREAMBLE = {
    "apiVersion": "apiVersion: platform/v1alpha1\n",
    "kind": "kind: Platform\n",
    "metadata": "metadata: {name: acme}\n",
    "gitops": "gitops: {repoURL: https://github.com/acme/ml-platform.git}\n",
    "clusters": 'clusters: [{name: dev, environment: dev, provider: k3s, kubernetes: "1.34"}]\n',
}
"""What an example leaves out, by the key that would bring it."""


@cache
def all_rules() -> Mapping[str, Rule]:
    """Return every rule by its code, sorted by code.

    Raises: `ValueError` for a code that is described twice.
    """
    found: dict[str, Rule] = {}
    for rule in (*_written(), *_kinds(), *_checks()):
        if found.setdefault(rule.code, rule) is not rule:
            raise ValueError(f"{rule.code} is described twice")
    return dict(sorted(found.items()))


def whole_example(example: str) -> str:
    """Return an example as a whole platform file: what it leaves out is put before it."""
    said = set(re.findall(r"^(\w+):", example, re.MULTILINE))
    return "".join(line for key, line in _PREAMBLE.items() if key not in said) + example


def _written() -> list[Rule]:
    import tomllib

    return [_rule(code, entry) for code, entry in tomllib.loads(TABLE.read_text("utf-8")).items()]


def _rule(code: str, entry: Mapping[str, Any]) -> Rule:
    rest = {key: value for key, value in entry.items() if key not in {"severity", "sources"}}
    return Rule(code, Severity(entry["severity"]), sources=tuple(entry.get("sources", ())), **rest)


def _kinds() -> list[Rule]:
    from compiler.spec.flow import flow
    from compiler.spec.scalars import KINDS

    return [
        Rule(
            kind.code,
            Severity.ERROR,
            "shape",
            f"A value is not {kind.noun}",
            f"Expected is {kind.rule}.",
            f"Write it like `{flow(kind.example)}`.",
        )
        for kind in KINDS.values()
    ]


def _checks() -> list[Rule]:
    from compiler.checks import all_checks

    return [
        Rule(
            check.id,
            check.severity,
            "check",
            check.summary,
            check.why,
            "Do as the good example does, or as the help line of the finding says.",
            check.bad,
            check.good,
            check.sources,
        )
        for check in all_checks()
    ]
