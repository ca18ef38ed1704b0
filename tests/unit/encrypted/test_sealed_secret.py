"""What is sealed is told from what is not by its form; the mistakes themselves stand in tests/mistakes."""

from __future__ import annotations

import base64

import pytest

from compiler.encrypted.sealed_secret import _is_sealed

WRAPPED = (256).to_bytes(2, "big") + bytes(256)


@pytest.mark.parametrize(
    ("value", "sealed"),
    [
        (base64.b64encode(WRAPPED + bytes(16)).decode(), True),
        (base64.b64encode(WRAPPED + bytes(900)).decode(), True),
        # Without even the tag, with a wrapped key cut short, and with one that no key of RSA makes.
        (base64.b64encode(WRAPPED + bytes(15)).decode(), False),
        (base64.b64encode(WRAPPED[:-9]).decode(), False),
        (base64.b64encode(b"\0\1" + bytes(20)).decode(), False),
        (base64.b64encode(b"a password of some length that is only base64").decode(), False),
        ("hunter2", False),
        ("", False),
        (None, False),
        (12, False),
    ],
)
def test_the_form_of_a_sealed_value(value: object, sealed: bool) -> None:
    assert _is_sealed(value) is sealed
