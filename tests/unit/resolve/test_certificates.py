"""What a file of certificate authorities holds, as OpenSSL reads it; nothing but certificates ever comes out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from compiler.resolve import certificates
from compiler.resolve.certificates import read_certificates

FILE = "ca/acme.pem"
TWO = (Path(__file__).parents[2] / "samples" / "valid" / FILE).read_text(encoding="utf-8")
DAY = date(2026, 6, 1)
KEY = "-----BEGIN {0}-----\nbm8ga2V5IGF0IGFsbA==\n-----END {0}-----\n"


def codes(text: str, day: date = DAY) -> list[tuple[str, int]]:
    """Return what is said of a file, each with its line."""
    _, findings = read_certificates(text.encode(), FILE, day)
    return [(each.code, each.span.line if each.span else 0) for each in findings]


def test_comments_and_ends_of_lines_stay_where_they_are() -> None:
    bundle, findings = read_certificates(TWO.encode(), FILE, DAY)
    assert findings == []
    assert bundle is not None
    assert bundle.count("-----BEGIN CERTIFICATE-----\n") == TWO.count("BEGIN CERTIFICATE") == 2
    assert "#" not in bundle
    shifted = "\r\n".join(f"  {line}" for line in TWO.splitlines())
    assert read_certificates(b"\xef\xbb\xbf" + shifted.encode(), FILE, DAY) == (bundle, [])


def test_an_authority_is_judged_on_the_day_of_the_build() -> None:
    assert codes(TWO, date(2042, 1, 1)) == []
    assert codes(TWO, date(2042, 1, 2)) == [("expired-certificate", 13)]
    bundle, [finding] = read_certificates(TWO.encode(), FILE, date(2042, 1, 2))
    assert bundle is not None
    assert "Acme TLS Inspection expired on 2042-01-01" in finding.message


def test_a_second_copy_is_left_out() -> None:
    assert read_certificates((TWO + TWO).encode(), FILE, DAY)[0] == read_certificates(TWO.encode(), FILE, DAY)[0]
    assert [code for code, _ in codes(TWO + TWO)] == ["duplicate-certificate"] * 2


@pytest.mark.parametrize("kind", ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"])
def test_a_key_is_neither_taken_nor_shown(kind: str) -> None:
    bundle, [finding] = read_certificates((TWO + KEY.format(kind)).encode(), FILE, DAY)
    assert bundle is None
    assert finding.code == "private-key-in-trust-file"
    assert "bm8ga2V5" not in repr(finding)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no certificate",
        TWO + KEY.format("CERTIFICATE"),
        TWO + KEY.format("PKCS7"),
        TWO + KEY.format("TRUSTED CERTIFICATE"),
        TWO.replace("MII", "AAA"),
        TWO.rpartition("-----END")[0],
    ],
)
def test_what_programs_would_skip_without_a_word_is_an_error(text: str) -> None:
    assert {code for code, _ in codes(text)} == {"bad-trust-file"}
    assert read_certificates(text.encode(), FILE, DAY)[0] is None


def test_the_binary_form_is_told_how_to_become_text() -> None:
    _, [finding] = read_certificates(b"\x30\x82\x01\x02", FILE, DAY)
    assert "openssl x509 -inform der" in (finding.help or "")


def test_what_fits_in_no_config_map_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "LIMIT", 1000)
    assert codes(TWO) == [("oversized-trust-file", 1)]
    assert read_certificates(TWO.encode(), FILE, DAY)[0] is None


def test_each_block_without_an_end_is_told_and_the_next_is_read_all_the_same() -> None:
    begin = "-----BEGIN CERTIFICATE-----\n"
    assert codes(begin + begin + TWO + begin) == [("bad-trust-file", line) for line in (1, 2, 25)]
