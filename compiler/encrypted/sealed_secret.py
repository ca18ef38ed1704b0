"""Whether a file is a SealedSecret that the operator can open in its place; nothing of it is ever opened here.

Source: bitnami-labs/sealed-secrets@helm-v2.18.5 pkg/apis/sealedsecrets/v1alpha1/types.go, sealedsecret_expansion.go
(the scope is part of what is sealed), pkg/crypto/crypto.go (the form of a sealed value).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from compiler.diagnostics.model import Diagnostic, warning
from compiler.encrypted.held import LINES, at, bad_file, in_clear, incomplete, mapping_at, misplaced, plain_secret
from compiler.lowering.sealed_secrets import API_VERSION, KIND

if TYPE_CHECKING:
    from compiler.lowering.wanted_secrets import WantedSecret
    from compiler.source.document import Document

_DATA = ("spec", "encryptedData")
_TEMPLATE = ("spec", "template")
_SCOPES = ("sealedsecrets.bitnami.com/cluster-wide", "sealedsecrets.bitnami.com/namespace-wide")
_TAG = 16
"""Bytes of AES-GCM's tag, which even an empty value has."""


def judge(document: Document, wanted: WantedSecret) -> Iterator[Diagnostic]:
    """Yield what keeps a file from becoming its Secret.

    Reports: `bad-secret-file`, `unencrypted-secret`, `misplaced-secret`, `incomplete-secret-file`,
    `loosely-sealed-secret`.
    """
    kind = at(document, ("kind",))
    if kind == "Secret":
        if mapping_at(document, ("sops",)):
            help_text = f"seal it for the operator: {LINES}; or write `secrets: {{backend: sops}}`"
            yield bad_file(document, ("sops",), "this file is encrypted for sops", help_text, at_key=True)
        else:
            yield plain_secret(document)
        return
    api = at(document, ("apiVersion",))
    if (api, kind) != (API_VERSION, KIND):
        place = ("kind",) if kind != KIND else ("apiVersion",)
        yield bad_file(
            document, place, f"this is {kind or 'an object without kind'} of {api}, no {KIND} of {API_VERSION}", LINES
        )
        return
    yield from misplaced(document, wanted, "sealed for one place, it cannot be opened in another")
    data = at(document, _DATA)
    if not isinstance(data, Mapping):
        yield bad_file(document, _DATA, "`spec.encryptedData` is no mapping of keys to sealed values", LINES)
        return
    for key, value in data.items():
        if not _is_sealed(value):
            message = (
                f"the value of {key} under `encryptedData` is not sealed: nothing can open it, and all can read it"
            )
            yield in_clear(document, (*_DATA, key), message)
    made = mapping_at(document, (*_TEMPLATE, "data"))
    for key, value in made.items():
        how = wanted.keys.get(key, "given")
        if not (how.startswith("text:") or (isinstance(value, str) and "{{" in value)):
            yield in_clear(document, (*_TEMPLATE, "data", key), f"the value of {key} stands in the template in clear")
    yield from incomplete(document, wanted, {*data, *made}, _DATA, _TEMPLATE)
    for scope in _SCOPES:
        if at(document, ("metadata", "annotations", scope)) == "true":
            yield warning(
                "loosely-sealed-secret",
                f"whoever may make a SealedSecret {'anywhere' if 'cluster' in scope else 'in its namespace'} can have "
                "it opened under another name and read it",
                span=document.span(("metadata", "annotations", scope), at_key=True),
                help=f"seal it anew with `--scope strict`: {LINES}",
                sources=("https://github.com/bitnami-labs/sealed-secrets#scopes",),
            )


def _is_sealed(value: object) -> bool:
    """Return whether a value has the form of a sealed one: the length of a wrapped key, that key, and what it hides."""
    try:
        sealed = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except (binascii.Error, ValueError):
        return False
    return len(sealed) >= 2 and len(sealed) >= 2 + max(int.from_bytes(sealed[:2], "big"), 128) + _TAG
