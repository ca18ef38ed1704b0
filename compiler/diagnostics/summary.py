"""How many findings of each severity there are, as numbers and as a line of text."""

from __future__ import annotations

from collections.abc import Iterable

from compiler.diagnostics.model import Diagnostic, Severity
from compiler.frozen import frozen


@frozen
class Summary:
    """Numbers of findings."""

    errors: int = 0
    warnings: int = 0
    infos: int = 0

    def __str__(self) -> str:
        counts = ((self.errors, "error"), (self.warnings, "warning"), (self.infos, "info"))
        parts = [f"{count:,} {word}{'' if count == 1 else 's'}" for count, word in counts if count]
        return ", ".join(parts) or "no findings"


def summarize(findings: Iterable[Diagnostic]) -> Summary:
    """Return the numbers of `findings`."""
    counts = dict.fromkeys(Severity, 0)
    for finding in findings:
        counts[finding.severity] += 1
    return Summary(counts[Severity.ERROR], counts[Severity.WARNING], counts[Severity.INFO])
