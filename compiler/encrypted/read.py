"""Reads the encrypted files that a platform's clusters need, and tells what is missing, wrong or read by nobody.

Knows no backend's format and never a value: what is in a file is judged by the module of its backend.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.diagnostics.model import Diagnostic, Severity, Span, info, warning
from compiler.encrypted import sealed_secret, sops_file
from compiler.encrypted.held import LINES
from compiler.lowering.wanted_secrets import encrypted_secrets
from compiler.model.secret_file import ENCRYPTED_BACKENDS, FOLDER, secret_file
from compiler.resolve.installations import SECRET_OPERATORS

if TYPE_CHECKING:
    from compiler.lowering.wanted_secrets import WantedSecret
    from compiler.model.platform import Cluster, Platform
    from compiler.source.document import Document

_JUDGES: Mapping[str, Callable[[Document, WantedSecret], Iterator[Diagnostic]]] = {
    "sealed-secrets": sealed_secret.judge,
    "sops": sops_file.judge,
}
_WHEN = {"sealed-secrets": ", to be run when the cluster's operator is there to seal for"}
_ENDINGS = (".json", ".yaml", ".yml")
"""What may be meant as a Secret; a README or a certificate beside them is not."""
_SHOWN = 5
_NO_MAPPING = frozenset({"empty-file", "root-not-mapping"})
"""What the loader says of a platform file, with a way out that would be wrong here."""


def with_encrypted_files(platform: Platform, read: Callable[[str], bytes | None]) -> tuple[Platform, list[Diagnostic]]:
    """Return the platform with its sound encrypted files, and what is to be said of all of them.

    Args: `read` returns the bytes of a file, and of a folder the paths below it.
    Reports: `missing-secret-file`, `unread-secret-file`, `bad-secret-file` and what judges of backends report.
    """
    found: dict[str, Mapping[str, object]] = {}
    findings: list[Diagnostic] = []
    read_paths: set[str] = set()
    for cluster in platform.clusters:
        if cluster.secrets.backend not in ENCRYPTED_BACKENDS or not cluster.installations:
            continue
        missing: list[WantedSecret] = []
        wanted = {
            secret_file(cluster.name, each.namespace, each.name): each for each in encrypted_secrets(cluster, platform)
        }
        for path, secret in wanted.items():
            content = read(path)
            if content is None:
                missing.append(secret)
                continue
            document, wrong = _judged(content, path, secret, cluster)
            findings += wrong
            if document is not None and isinstance(document.data, Mapping):
                is_opened_later = cluster.secrets.backend not in SECRET_OPERATORS
                found[path] = sops_file.recipients(document) if is_opened_later else document.data
        findings += _missing(missing, cluster)
        read_paths |= wanted.keys()
    if any(cluster.secrets.backend in ENCRYPTED_BACKENDS for cluster in platform.clusters):
        findings += _unread(read(f"{FOLDER}/"), read_paths, platform)
    return (replace(platform, encrypted=found) if found else platform), findings


def _judged(
    content: bytes, path: str, secret: WantedSecret, cluster: Cluster
) -> tuple[Document | None, list[Diagnostic]]:
    """Return a file that holds its Secret soundly, or nothing, and what is to be said of it."""
    from compiler.source.loader import load

    document, told = load(content, path)
    findings = [_no_object(finding) if finding.code in _NO_MAPPING else finding for finding in told]
    if document is not None and not findings:
        findings += _JUDGES[cluster.secrets.backend](document, secret)
    is_sound = all(finding.severity is not Severity.ERROR for finding in findings)
    return document if is_sound else None, findings


def _no_object(finding: Diagnostic) -> Diagnostic:
    help_text = f"make it anew: {LINES}"
    return replace(finding, code="bad-secret-file", help=help_text)


def _missing(missing: list[WantedSecret], cluster: Cluster) -> Iterator[Diagnostic]:
    """Yield one finding for what a cluster lacks: before its first sync that may be everything."""
    if not missing:
        return
    paths = [secret_file(cluster.name, each.namespace, each.name) for each in missing]
    more = [f"and {len(paths) - _SHOWN} more"] if len(paths) > _SHOWN else []
    is_one = len(paths) == 1
    yield warning(
        "missing-secret-file",
        f"{len(paths)} Secret{'' if is_one else 's'} of cluster {cluster.name} "
        f"{'is' if is_one else 'are'} not in Git yet, and what reads {'it' if is_one else 'them'} waits",
        (*cluster.origin, "secrets", "backend"),
        notes=tuple(
            [f"{path}: for {each.for_whom}" for path, each in zip(paths[:_SHOWN], missing, strict=False)] + more
        ),
        help="`python -m compiler show secrets --missing` prints the lines that make them"
        f"{_WHEN.get(cluster.secrets.backend, '')}; then build",
    )


def _unread(listing: bytes | None, wanted: Collection[str], platform: Platform) -> Iterator[Diagnostic]:
    """Yield a finding for each file that may be meant as a Secret: who misspelt its path would wait for ever."""
    backends = {cluster.name: cluster.secrets.backend for cluster in platform.clusters}
    for path in (listing or b"").decode(errors="surrogateescape").splitlines():
        if path in wanted or not path.endswith(_ENDINGS):
            continue
        cluster = path.split("/")[1]
        if cluster not in backends:
            why = f"there is no cluster {cluster}, so nothing reads this file"
        elif backends[cluster] not in ENCRYPTED_BACKENDS:
            why = f"cluster {cluster} takes its secrets from backend {backends[cluster]}, so nothing reads this file"
        else:
            why = f"nothing on cluster {cluster} reads this Secret, so it is not synced"
        yield info(
            "unread-secret-file",
            why,
            span=Span(path, 1, 1, 1, 2),
            help=f"files stand at {secret_file('CLUSTER', 'NAMESPACE', 'NAME')}, and `python -m compiler show secrets` "
            "lists those that are read; what nothing reads may be deleted",
        )
