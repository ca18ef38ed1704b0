"""What a text that does not fit may mean: guessed only where nobody could have meant anything else."""

from __future__ import annotations

from compiler.spec.spelling import meant


def test_an_issuer_without_a_scheme_is_given_one_and_with_a_port_it_is_not() -> None:
    assert meant("not-an-issuer", "login.acme.com") == ("https://login.acme.com",)
    assert meant("not-an-issuer", "login.acme.com:8443") == ()


def test_an_endpoint_with_a_port_may_do_without_tls() -> None:
    assert meant("not-an-endpoint", "s3.acme.com") == ("https://s3.acme.com",)
    assert meant("not-an-endpoint", "minio.acme.com:9000") == (
        "https://minio.acme.com:9000",
        "http://minio.acme.com:9000",
    )


def test_no_bucket_is_guessed_for_it_exists_under_its_name() -> None:
    assert [meant(code, "Acme") for code in ("not-a-bucket", "not-a-gcs-bucket", "not-a-container")] == [()] * 3


def test_a_duration_without_unit_may_be_of_any() -> None:
    assert meant("not-a-duration", "120") == ("120m", "120s", "120h")
    assert meant("not-a-duration", "2 hours") == ("2h",)
