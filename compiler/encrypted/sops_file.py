"""Whether a file is a Secret that sops encrypted so that Argo CD can open it; nothing of it is ever opened here.

Sops leaves names and keys readable, and adds a block of its own. Source: getsops/sops@v3.13.2 stores/stores.go (that
block), aes/cipher.go (the form of an encrypted value); viaduct-ai/kustomize-sops@v4.5.1 ksops.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from compiler.diagnostics.model import Diagnostic
from compiler.encrypted.held import (
    LINES,
    PARTS,
    at,
    bad_file,
    in_clear,
    incomplete,
    mapping_at,
    misplaced,
    plain_secret,
)

if TYPE_CHECKING:
    from compiler.lowering.wanted_secrets import WantedSecret
    from compiler.source.document import Document

_BLOCK = "sops"
_KINDS = ("age", "azure_kv", "gcp_kms", "hc_vault", "hckms", "kms", "pgp")
"""What a file may be encrypted for, whether in one group of keys or in several."""
_ENCRYPTED = re.compile(r"ENC\[AES256_GCM,data:[^,]*,iv:[^,]+,tag:[^,]+,type:\w+\]")
_AGAIN = "encrypt it again with `--encrypted-regex '^(data|stringData)$'`"


def judge(document: Document, wanted: WantedSecret) -> Iterator[Diagnostic]:
    """Yield what keeps a file from becoming its Secret.

    Reports: `bad-secret-file`, `unencrypted-secret`, `misplaced-secret`, `incomplete-secret-file`.
    """
    for path in (("apiVersion",), ("kind",), ("type",), ("metadata", "namespace"), ("metadata", "name")):
        if _is_encrypted(at(document, path)):
            message = f"`{'.'.join(path)}` is encrypted too, so nobody can tell whose Secret this is"
            yield bad_file(document, path, message, f"open it with `sops decrypt`, and {_AGAIN}")
            return
    api, kind = at(document, ("apiVersion",)), at(document, ("kind",))
    if (api, kind) != ("v1", "Secret"):
        place = ("kind",) if kind != "Secret" else ("apiVersion",)
        yield bad_file(document, place, f"this is {kind or 'an object without kind'} of {api}, no Secret of v1", LINES)
        return
    if not mapping_at(document, (_BLOCK,)):
        held = next((part for part in PARTS if any(map(_is_encrypted, mapping_at(document, (part,)).values()))), None)
        if held is None:
            yield plain_secret(document)
        else:
            message = "its block `sops` is gone, and with it the key of its values"
            yield bad_file(document, (held,), message, LINES, at_key=True)
        return
    yield from misplaced(document, wanted, "its readers look for it there")
    keys: set[str] = set()
    for part in PARTS:
        for key, value in mapping_at(document, (part,)).items():
            keys.add(key)
            # Sops leaves an empty text as it is: there is nothing to hide.
            if value != "" and not _is_encrypted(value):
                yield in_clear(
                    document, (part, key), f"the value of {key} is not encrypted, though others of the file are"
                )
    held = next((part for part in PARTS if mapping_at(document, (part,))), PARTS[0])
    yield from incomplete(document, wanted, keys, (held,), ())
    yield from _block(document)


def recipients(document: Document) -> dict[str, list[str]]:
    """Return for what kinds of keys a file is encrypted, sorted: all that the build wants to know of it."""
    block = mapping_at(document, (_BLOCK,))
    groups = block.get("key_groups")
    named = [block, *(each for each in (groups if isinstance(groups, list) else ()) if isinstance(each, Mapping))]
    return {"recipients": sorted({kind for each in named for kind in _KINDS if each.get(kind)})}


def _block(document: Document) -> Iterator[Diagnostic]:
    """Yield what is wrong with the block that sops adds."""
    if not _is_encrypted(at(document, (_BLOCK, "mac"))):
        message = "its block `sops` has no `mac`, by which sops knows that nobody changed the file"
        yield bad_file(document, (_BLOCK,), message, LINES, at_key=True)
    if not recipients(document)["recipients"]:
        message = f"it is encrypted for nobody: the block `sops` names none of {', '.join(_KINDS)}"
        yield bad_file(
            document, (_BLOCK,), message, f"name one in .sops.yaml (https://getsops.io/docs/); {LINES}", at_key=True
        )


def _is_encrypted(value: object) -> bool:
    return isinstance(value, str) and _ENCRYPTED.fullmatch(value) is not None
