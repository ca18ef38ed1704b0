"""Findings in bounded space: the first of each code are kept and the others counted; knows no stage."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self, SupportsIndex

from compiler.diagnostics.model import Diagnostic, Severity, YamlPath

TOO_MANY = "too-many-mistakes"
"""The code of what stands for the findings that are only counted."""
MAX_OF_A_CODE = 1000
"""So many findings of one code are told one by one; nobody reads more, and a machine's file would fill the memory."""


class Findings(list[Diagnostic]):
    """The findings of a stage: a list that keeps the first `MAX_OF_A_CODE` of each code and counts the others.

    `told` is what is to be shown of it. Stages add to it as to any list.
    """

    def __init__(self) -> None:
        super().__init__()
        self._counts: dict[str, int] = {}
        self._further: dict[str, tuple[Severity, YamlPath]] = {}

    def append(self, finding: Diagnostic) -> None:
        """Keep the finding, or count it where there are enough of its code."""
        if not self.counts_only(finding.code, finding.severity, finding.path):
            self._counts[finding.code] = self._counts.get(finding.code, 0) + 1
            super().append(finding)

    def extend(self, findings: Iterable[Diagnostic]) -> None:
        """Keep or count each of the findings."""
        for finding in findings:
            self.append(finding)

    def __iadd__(self, findings: Iterable[Diagnostic]) -> Self:  # type: ignore[override,misc]
        """Keep or count each of the findings."""
        self.extend(findings)
        return self

    def insert(self, index: SupportsIndex, finding: Diagnostic) -> None:
        """Refuse with `TypeError`: the first findings of a code are those that came first."""
        del index, finding
        raise TypeError("findings stand in the order in which they came")

    def counts_only(self, code: str, severity: Severity, path: YamlPath) -> bool:
        """Count a finding if there are enough of its code, and return whether that was so."""
        count = self._counts.get(code, 0)
        if count < MAX_OF_A_CODE:
            return False
        self._counts[code] = count + 1
        gravest, first = self._further.get(code, (severity, path))
        self._further[code] = (min(gravest, severity, key=lambda each: each.rank), first)
        return True

    def told(self) -> list[Diagnostic]:
        """Return the findings that were kept, and for each code of which there were more how many these are.

        Reports: too-many-mistakes, as grave as the gravest of those that it stands for.
        """
        return [*self, *(self._too_many(code, *entry) for code, entry in sorted(self._further.items()))]

    def _too_many(self, code: str, severity: Severity, path: YamlPath) -> Diagnostic:
        further = self._counts[code] - MAX_OF_A_CODE
        return Diagnostic(
            TOO_MANY,
            severity,
            f"there are {further:,} more findings of the code {code}, which are not told one by one",
            path,
            help="correct the ones above first",
        )


def only_counted(findings: list[Diagnostic], code: str, path: YamlPath) -> bool:
    """Return whether an error of this code need not be made, as it would only be counted; it is counted then."""
    return isinstance(findings, Findings) and findings.counts_only(code, Severity.ERROR, path)
