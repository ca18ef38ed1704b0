"""For whom a file is encrypted; the mistakes themselves stand in tests/mistakes."""

from __future__ import annotations

import pytest

from compiler.encrypted.sops_file import _is_encrypted, recipients
from compiler.source.loader import load


@pytest.mark.parametrize(
    ("block", "kinds"),
    [
        ("{age: [{recipient: a}], kms: [], pgp: []}", ["age"]),
        ("{gcp_kms: [{resource_id: r}], age: [{recipient: a}]}", ["age", "gcp_kms"]),
        (
            "{key_groups: [{pgp: [{fp: f}]}, {hc_vault: [{key_name: k}], age: []}], shamir_threshold: 2}",
            ["hc_vault", "pgp"],
        ),
        ("{kms: [], key_groups: []}", []),
        ("text", []),
        ("{key_groups: text}", []),
    ],
)
def test_for_whom_a_file_is_encrypted(block: str, kinds: list[str]) -> None:
    document, findings = load(f"sops: {block}\n".encode(), "f.yaml")
    assert findings == []
    assert document is not None
    assert recipients(document) == {"recipients": kinds}


@pytest.mark.parametrize(
    ("value", "encrypted"),
    [
        ("ENC[AES256_GCM,data:Zg==,iv:aQ==,tag:dA==,type:str]", True),
        ("ENC[AES256_GCM,data:,iv:aQ==,tag:dA==,type:bytes]", True),
        ("ENC[AES256_GCM,data:Zg==]", False),
        ("ENC[hunter2]", False),
        ("x ENC[AES256_GCM,data:Zg==,iv:aQ==,tag:dA==,type:str]", False),
        (None, False),
        (7, False),
    ],
)
def test_the_form_of_an_encrypted_value(value: object, encrypted: bool) -> None:
    assert _is_encrypted(value) is encrypted
