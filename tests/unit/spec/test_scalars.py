"""Scalars and what wrong ones were likely meant to be."""

from __future__ import annotations

import pytest

from compiler.spec.scalars import KINDS
from compiler.spec.spelling import meant


@pytest.mark.parametrize("code", sorted(KINDS))
def test_examples_are_right(code: str) -> None:
    kind = KINDS[code]
    assert kind.fits(kind.example)
    assert code.replace("-", "").isalpha()
    assert not kind.fits("")


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("not-a-constraint", "v1.10", ("1.10",)),
        ("not-a-constraint", "^1.10", (">=1.10,<2",)),
        ("not-a-constraint", "~1.10", ("1.10",)),
        ("not-a-constraint", "~> 1.10.2", ("~=1.10.2",)),
        ("not-a-constraint", "1.10.x", ("1.10",)),
        ("not-a-constraint", ">=1.9 <1.11", (">=1.9,<1.11",)),
        ("not-a-constraint", "=1.10", ("==1.10",)),
        ("not-a-constraint", "=> v1.9", (">=1.9",)),
        ("not-a-constraint", "1.9 - 1.11", (">=1.9,<=1.11",)),
        ("not-a-constraint", "latest", ()),
        ("not-a-constraint", "*", ()),
        ("not-a-kubernetes-version", "v1.34.2+k3s1", ("1.34.2+k3s1",)),
        ("not-a-kubernetes-version", "1.34.x", ("1.34",)),
        ("not-a-kubernetes-version", "stable", ()),
        ("not-a-quantity", "64 GB", ("64G", "64Gi")),
        ("not-a-quantity", "64GiB", ("64Gi",)),
        ("not-a-quantity", "12cores", ("12",)),
        ("not-a-quantity", "2 TB", ("2T", "2Ti")),
        ("not-a-quantity", "many", ()),
        ("not-a-duration", "2 hours", ("2h",)),
        ("not-a-duration", "1 day and 30min", ("24h30m",)),
        ("not-a-duration", "1.5d", ("36h",)),
        ("not-a-duration", "soon", ()),
        ("not-a-dns-label", "Vision_Team", ("vision-team",)),
        ("not-a-dns-label", "研究", ()),
        ("not-a-domain", "https://ml.acme.com/path", ("ml.acme.com",)),
        ("not-a-git-url", "https://me:token@github.com/a/b", ("https://github.com/a/b",)),
        ("not-a-git-url", "github.com/a/b.git", ("https://github.com/a/b.git",)),
        ("not-an-email", "Alice <alice@acme.com>", ("alice@acme.com",)),
        ("not-an-https-url", "http://203.0.113.7:6443", ("https://203.0.113.7:6443",)),
        ("not-an-acr-name", "acmeml.azurecr.io", ("acmeml",)),
        ("not-a-mig-profile", "MIG-1g.10GB", ("1g.10gb",)),
        ("not-a-relative-path", "./patches\\a.yaml", ("patches/a.yaml",)),
        ("not-a-relative-path", "../a.yaml", ()),
        ("not-a-folder", "/deploy/prod/", ("deploy/prod",)),
        ("not-a-folder", "./", (".",)),
        ("not-a-folder", "../deploy", ()),
        ("not-a-json-pointer", "spec.replicas", ("/spec/replicas",)),
    ],
)
def test_what_was_meant(code: str, text: str, expected: tuple[str, ...]) -> None:
    assert not KINDS[code].fits(text)
    assert meant(code, text) == expected


@pytest.mark.parametrize(
    ("code", "right", "wrong"),
    [
        (
            "not-a-constraint",
            ["1.10", "26.03", "==26.03", ">=1.9,<1.11", " >= 1.9 , != 1.10.1 ", "~=1.10", "1.0.0-rc.1"],
            ["1.10.*", "~=1", ",1.10", "1.9,1.10", "1.", ".1", "> 1.9 < 2", "==", "v1"],
        ),
        (
            "not-a-kubernetes-version",
            ["1.34", "1.34.2", "1.34.2-gke.1485000", "1.34.2+k3s1"],
            ["1", "1.034", "1.34.", "2.0", "1.34 ", "1.34-"],
        ),
        (
            "not-a-quantity",
            ["0", "0.5", ".5", "1.", "1e3", "1E6", "12Gi", "100m", "5n"],
            ["-1", "+1", "1 Gi", "1gi", "1e", "Gi", "1KB", "0x10"],
        ),
        ("not-a-duration", ["2h", "5m", "1h30m", "1.5h", "300ms"], ["2", "h", "1d", "-1h", "1h 30m"]),
        (
            "not-a-group",
            ["s", "sys", "system", "systems", "sy:x", "team a", "a:b", "SYSTEM"],
            ["system:masters", "*", "a*b", " lead", "system:"],
        ),
        (
            "not-a-schedule",
            ["0 22 * * *", "*/5 0-6 1,15 * MON-FRI", "0 22 * * 1-5"],
            ["22:00", "0 22 * *", "0 22 * * * *", "@daily", " 0 22 * * *", "0  22 * * *"],
        ),
        ("not-a-time-zone", ["UTC", "Europe/Amsterdam", "America/New_York", "Etc/GMT+1"], ["New York", "", "+01:00"]),
        ("not-an-entry-prefix", ["prod-eu-", "teams/ml/", "a_"], ["", "-a", "/a", "a b", "a.b", "a" * 101]),
        (
            "not-an-email",
            ["a@b.co", "a.b+c@d-e.f.gh"],
            ["a", "a@b", "a b@c.de", "*@c.de", "a@b@c.de", "@b.co", "a@b.co."],
        ),
        (
            "not-a-git-url",
            ["https://h/p", "git@h.x:p/q.git", "ssh://git@h:22/p"],
            ["https://u@h/p", "https://u:p@h/p", "h/p", "file:///p", "https://h", "https://h/p?x", "ssh://u:p@h/p"],
        ),
        (
            "not-a-relative-path",
            ["a.yaml", "a/b c.yaml", "a/b/c"],
            ["/a", "../a", "a/../b", "a//b", ".git/config", "a/.b", "a\\b", "C:/a", ""],
        ),
        (
            "not-a-folder",
            [".", "a", "a/b c", ".deploy/prod", "a/.b"],
            ["/a", "..", "../a", "a/../b", "a//b", "a/", "a/.", "a\\b", "C:/a", "{{path}}", ""],
        ),
        (
            "not-a-bucket",
            ["abc", "a.b", "a-b", "a--b", "a.-b", "1.2", "my.data-1.x", "a" * 63],
            ["ab", "a_b", "a..b", "-ab", "ab-", ".ab", "ab.", "Abc", "a" * 64],
        ),
        ("not-a-gcs-bucket", ["abc", "a.b", "a_b", "a-_.b"], ["ab", "_ab", "ab_", "Abc", "a" * 64]),
        (
            "not-a-container",
            ["abc", "a-b", "ab-c", "a-b-c", "kfp-2", "a" * 63],
            ["ab", "a_b", "a.b", "a--b", "-ab", "ab-", "Abc", "$root", "a" * 64],
        ),
        (
            "not-a-proxy",
            ["http://proxy.lan:3128", "https://10.0.0.1:8443/", "http://[::1]:3128"],
            ["proxy.lan:3128", "http://me:key@proxy.lan", "socks5://proxy.lan", "http://proxy.lan/pac"],
        ),
        (
            "not-a-direct-host",
            ["a.lan", ".lan", "a.lan:8443", "10.0.0.1", "10.0.0.0/8", "fd00::/8", "::1"],
            ["*.lan", "*", "a.lan,b.lan", "http://a.lan", "10.0.0.0/", "a/b", ""],
        ),
        (
            "not-an-endpoint",
            ["http://s3.lan:8333", "https://s3.acme.com", "https://[::1]:9000/x"],
            ["s3.acme.com", "https://me:key@s3.acme.com", "https://s3.acme.com?x", "s3://bucket"],
        ),
    ],
)
def test_what_is_right_and_wrong(code: str, right: list[str], wrong: list[str]) -> None:
    kind = KINDS[code]
    assert [text for text in right if not kind.fits(text)] == []
    assert [text for text in wrong if kind.fits(text)] == []
