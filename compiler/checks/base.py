"""What a check is: a rule with its reason, its source, an example of each kind, and the function that applies it.

Knows no single rule and nothing of how findings are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from compiler.diagnostics.model import Diagnostic, Severity
from compiler.model.frozen import frozen
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts

PREAMBLE = """\
apiVersion: platform/v1alpha1
kind: Platform
metadata: {name: acme}
"""
GITOPS = "gitops: {repoURL: https://github.com/acme/ml-platform.git}\n"
"""What stands before each example, so that the example shows only what matters; one may bring a `gitops` of its own."""

Run = Callable[[Platform, Facts, date], Iterable[Diagnostic]]
"""Applies a rule to a platform, on a day."""


@frozen
class Check:
    """One rule. `severity` is that of its gravest finding.

    `bad` and `good` are platform files without their preamble: the first has exactly this finding among its errors,
    the second does not have it. `sources` say where the fact behind the rule stands.
    """

    id: str
    severity: Severity
    summary: str
    why: str
    bad: str
    good: str
    run: Run
    sources: tuple[str, ...] = ()

    @property
    def bad_platform(self) -> str:
        """Return the failing example as a whole file."""
        return _whole(self.bad)

    @property
    def good_platform(self) -> str:
        """Return the passing example as a whole file."""
        return _whole(self.good)


def _whole(example: str) -> str:
    return PREAMBLE + ("" if example.startswith("gitops:") else GITOPS) + example
