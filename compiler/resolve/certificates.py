"""What a file of PEM certificates holds, and what is wrong with it; knows nothing of clusters.

OpenSSL judges what a certificate is, by Python's own `ssl`: nothing is verified here, only read.
"""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from compiler.diagnostics.model import Diagnostic, Span, error, warning
from compiler.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT = 1024 * 1024
"""Most bytes of a bundle: a ConfigMap takes no more.
Source: https://kubernetes.io/docs/concepts/configuration/configmap/ (Motivation)."""
_BEGIN, _END, _MARK = "-----BEGIN ", "-----END ", "-----"
_CERTIFICATE = "CERTIFICATE"
_DER = b"\x30"
"""How a certificate begins that is not PEM: the tag of a sequence (X.690, 8.9)."""
_OTHERS = {
    "PKCS7": "openssl pkcs7 -print_certs -in {file} -out ca.pem",
    "CMS": "openssl pkcs7 -print_certs -in {file} -out ca.pem",
    "TRUSTED CERTIFICATE": "openssl x509 -in {file} -out ca.pem",
}
"""What OpenSSL writes of other blocks that hold certificates. Source: https://docs.openssl.org/3.5/man1/openssl-pkcs7/."""


@frozen
class _Certificate:
    """One certificate of a file: where its block begins, its PEM as everybody writes it, what it says of itself.

    `until` is `None` where the certificate is no authority's.
    """

    span: Span
    pem: str
    subject: str
    until: date | None


def read_certificates(content: bytes, file: str, as_of: date) -> tuple[str | None, list[Diagnostic]]:
    """Return the certificates of a file as PEM without all else, and findings; nothing where it cannot be used.

    Reports: `bad-trust-file`, `private-key-in-trust-file`, `oversized-trust-file`, `expired-certificate`,
    `not-a-certificate-authority`, `duplicate-certificate`.
    """
    found: dict[str, _Certificate] = {}
    findings: list[Diagnostic] = []
    for label, body, span in _blocks(content.decode("utf-8-sig", errors="replace"), file):
        certificate = _certificate(label, body, span)
        if isinstance(certificate, Diagnostic):
            findings.append(certificate)
        elif (first := found.setdefault(certificate.pem, certificate)) is not certificate:
            findings.append(
                warning(
                    "duplicate-certificate",
                    f"the certificate of {certificate.subject} stands in line {first.span.line} already",
                    span=certificate.span,
                    help="remove one of the two",
                )
            )
    usable = not findings or all(each.code == "duplicate-certificate" for each in findings)
    if usable and not found:
        return None, [_no_pem(content, file)]
    bundle = "".join(found)
    findings += [finding for each in found.values() for finding in _judged(each, as_of)]
    if len(bundle) > LIMIT:
        usable = False
        findings.append(
            error(
                "oversized-trust-file",
                f"the {len(found)} certificates of {file} are {len(bundle) // 1024} KiB, and a ConfigMap takes 1024",
                span=Span(file, 1, 1, 1, 2),
                help="keep the authorities of your own; the public ones are trusted without it",
            )
        )
    return (bundle if usable else None), findings


def _blocks(text: str, file: str) -> Iterator[tuple[str, str | None, Span]]:
    """Yield each block of a PEM text: its type, its base64, and where it begins; no base64 where it has no end.

    Source: RFC 7468, section 2. What stands between blocks is explanatory text.
    """
    label = ""
    body: list[str] = []
    span: Span | None = None
    for number, line in enumerate(text.split("\n"), 1):
        said = line.strip()
        if said.startswith(_BEGIN) and said.endswith(_MARK):
            if span is not None:
                yield label, None, span
            label, body = said.removeprefix(_BEGIN).removesuffix(_MARK), []
            span = Span(file, number, 1, number, len(line.rstrip()) + 1)
        elif span is not None and said == f"{_END}{label}{_MARK}":
            yield label, "".join(body), span
            span = None
        else:
            body.append(said)
    if span is not None:
        yield label, None, span


def _certificate(label: str, body: str | None, span: Span) -> _Certificate | Diagnostic:
    """Return what one block holds, or what is wrong with it; what is in a key is never looked at."""
    file = span.file
    if label.endswith("PRIVATE KEY"):
        return error(
            "private-key-in-trust-file",
            "this is a private key: whoever reads the repository or a clone can sign in its name",
            span=span,
            notes=("removing it does not take it out of the history",),
            help="have the key and what it signed replaced; keep in this file what lies between "
            "`-----BEGIN CERTIFICATE-----` and `-----END CERTIFICATE-----`",
        )
    if label != _CERTIFICATE:
        way = _OTHERS.get(label)
        return _bad(
            f"this block is of type {label}, and only those of type {_CERTIFICATE} are trusted",
            span,
            f"write its certificates as PEM: {way.format(file=file)}" if way else "remove the block",
        )
    if body is None:
        return _bad("this certificate has no end", span, "copy it whole, to the line `-----END CERTIFICATE-----`")
    import ssl

    try:
        der = base64.b64decode(body, validate=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cadata=der)
        authorities = context.get_ca_certs()
        pem = ssl.DER_cert_to_PEM_cert(der)
    except (binascii.Error, ssl.SSLError, ValueError):
        return _bad("this certificate cannot be read", span, "copy it anew, whole and as it was given out")
    if not authorities:
        return _Certificate(span, pem, "", None)
    (said,) = authorities
    until = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(said["notAfter"])), UTC).date()
    return _Certificate(span, pem, _name(said["subject"]), until)


def _name(subject: object) -> str:
    """Return how people call a certificate: its common name, or the last part of its subject that there is."""
    parts = {key: value for pairs in subject for key, value in pairs} if isinstance(subject, tuple) else {}
    chosen = parts.get("commonName") or next(reversed(parts.values()), "")
    return "".join(letter for letter in chosen if letter.isprintable()) or "an authority without a name"


def _judged(certificate: _Certificate, as_of: date) -> Iterator[Diagnostic]:
    """Yield what is to be said of a certificate that can be read."""
    if certificate.until is None:
        yield warning(
            "not-a-certificate-authority",
            "this certificate is of no authority, so nothing that others sign is trusted through it",
            span=certificate.span,
            help="put the authority's certificate in its place: the last of those that "
            "`openssl s_client -showcerts -connect HOST:443` prints, or the one above it",
        )
    elif certificate.until < as_of:
        yield warning(
            "expired-certificate",
            f"the certificate of {certificate.subject} expired on {certificate.until}, so nothing trusts it any more",
            span=certificate.span,
            help="put its successor in its place, or remove it",
        )


def _bad(message: str, span: Span, help: str) -> Diagnostic:
    return error("bad-trust-file", message, span=span, help=help)


def _no_pem(content: bytes, file: str) -> Diagnostic:
    is_der = content.startswith(_DER)
    return _bad(
        f"{file} holds no certificate in PEM",
        Span(file, 1, 1, 1, 2),
        f"write it as PEM: openssl x509 -inform der -in {file} -out ca.pem"
        if is_der
        else "put the public certificates of the authorities into it, each from `-----BEGIN CERTIFICATE-----` on",
    )
