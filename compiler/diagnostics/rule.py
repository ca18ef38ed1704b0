"""What a code of a finding stands for, in words for people; knows no single code and no finding."""

from __future__ import annotations

from compiler.diagnostics.model import Severity
from compiler.frozen import frozen

PAGE = "docs/findings.md"
"""Where the rules are printed, from the project's root; each has its code as anchor."""


@frozen
class Rule:
    """One code: what it means, why it is a finding, and what to do.

    `severity` is that of its gravest finding, `stage` what reports it. `bad` and `good` are pieces of a platform file
    that have the finding and do not; empty where the finding is not about the file's own words. `sources` say where
    the fact behind the rule stands.
    """

    code: str
    severity: Severity
    stage: str
    summary: str
    why: str
    help: str = ""
    bad: str = ""
    good: str = ""
    sources: tuple[str, ...] = ()

    @property
    def page(self) -> str:
        """Return where the rule is printed."""
        return f"{PAGE}#{self.code}"
