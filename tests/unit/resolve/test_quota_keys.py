"""Every key of Kubernetes has one place in the file, and the resolver writes what this table reads."""

from __future__ import annotations

from compiler.resolve.quota_keys import OWN_KEYS, key_path
from compiler.resolve.tenants import quota_of
from compiler.spec.namespace import QuotaSpec


def test_a_key_of_ours_stands_for_one_of_kubernetes() -> None:
    quota = QuotaSpec.model_validate(dict.fromkeys(OWN_KEYS.values(), "1"))
    assert set(quota_of(quota)) == set(OWN_KEYS)


def test_what_we_have_no_key_for_stands_under_extra() -> None:
    assert key_path("requests.cpu") == ("quota", "cpu")
    assert key_path("count/jobs.batch") == ("quota", "extra", "count/jobs.batch")
