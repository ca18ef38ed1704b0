"""Which certificate authorities each cluster trusts: reads the files that clusters name, each once."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import TYPE_CHECKING

from compiler.diagnostics.model import Diagnostic, YamlPath, error
from compiler.model.platform import Trust

if TYPE_CHECKING:
    from compiler.spec.cluster import ClusterSpec


class TrustReader:
    """Reads the files of certificates, each once however many clusters name it.

    `read` returns a file's bytes by its path from the platform file's folder, or nothing where there is none; `as_of`
    is the day on which certificates are judged. `damaged` are the places of what was wrong in the platform file and is
    left out.
    """

    def __init__(self, read: Callable[[str], bytes | None], as_of: date, damaged: Collection[YamlPath] = ()) -> None:
        self._read = read
        self._as_of = as_of
        self._damaged = damaged
        self._known: dict[str, Trust | None] = {}

    def trust(self, cluster: ClusterSpec, findings: list[Diagnostic]) -> Trust | None:
        """Return what a cluster trusts of its own; nothing where it says none, or its file cannot be used.

        Reports `missing-trust-file` and what `read_certificates` reports, each once.
        """
        if cluster.trust is None:
            return None
        origin = cluster.trust.origin
        if any(path[: len(origin)] == origin for path in self._damaged):
            return None
        file = cluster.trust.file
        if file in self._known:
            return self._known[file]
        content = self._read(file)
        if content is None:
            self._known[file] = None
            findings.append(
                error(
                    "missing-trust-file",
                    f"there is no file {file} below the platform file's folder",
                    (*origin, "file"),
                    help="put the public certificates of your authorities there, or correct the path",
                )
            )
            return None
        from compiler.resolve.certificates import read_certificates

        bundle, found = read_certificates(content, file, self._as_of)
        findings += found
        self._known[file] = None if bundle is None else Trust(file, bundle)
        return self._known[file]
