"""Where a finding about a rendering points, and how it is worded; knows nothing of what is checked."""

from __future__ import annotations

from compiler.diagnostics.model import Diagnostic, Severity, Span
from compiler.emit import layout
from compiler.frozen import frozen


@frozen
class Place:
    """An overlay of a cluster; findings about it point to the first line of its kustomization."""

    cluster: str
    application: str

    def finding(self, severity: Severity, code: str, message: str, *notes: str, help: str | None = None) -> Diagnostic:
        """Return a finding about the overlay."""
        file = f"{layout.overlay_directory(self.cluster, self.application)}/{layout.KUSTOMIZATION}"
        text = f"{self.cluster}/{self.application}: {message}"
        return Diagnostic(code, severity, text, span=Span(file, 1, 1, 1, 2), notes=notes, help=help)

    def error(self, code: str, message: str, *notes: str, help: str | None = None) -> Diagnostic:
        """Return a finding that is an error."""
        return self.finding(Severity.ERROR, code, message, *notes, help=help)
