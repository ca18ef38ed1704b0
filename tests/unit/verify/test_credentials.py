"""Public credentials of upstream are found wherever they are planted."""

from __future__ import annotations

import base64

import pytest

from compiler.verify.credentials import default_credentials

HASH = "$2y$12$4K/VkmDd1q1Orb3xAt82zu8gk7Ad6ReFR4LCP9UeYE90NLiN9Df72"
PUBLIC = [
    ("dex-passwords", "DEX_USER_PASSWORD", HASH),
    ("dex-oidc-client", "OIDC_CLIENT_SECRET", "pUBnBOY80SnXgjibTYM9ZWNzY2xreNGQok"),
    ("oauth2-proxy-2f4kbh6m9t", "client-secret", "pUBnBOY80SnXgjibTYM9ZWNzY2xreNGQok"),
    ("oauth2-proxy", "cookie-secret", "7d16fee92f8d11b8940b081b3f8b8acb"),
    ("mlpipeline-minio-artifact", "secretkey", "minio123"),
    ("mysql-secret", "password", ""),
    ("katib-mysql-secrets", "MYSQL_ROOT_PASSWORD", "test"),
    ("model-registry-db-secrets", "MYSQL_ROOT_PASSWORD", "test"),
    ("model-catalog-postgres", "POSTGRES_PASSWORD", "postgres"),
    ("model-catalog-hf-api-key", "HF_API_KEY", "your-huggingface-api-key-here"),
]
"""Every credential that a release of Kubeflow brings along: its Secret, its key, its value."""
ODD = sorted({value for _, _, value in PUBLIC if len(value) > 7 and any(letter.isdigit() for letter in value)})
"""Those that mean nothing else and are looked for everywhere."""


@pytest.mark.parametrize(("name", "key", "value"), PUBLIC)
def test_each_is_found_in_its_secret_in_both_forms(name: str, key: str, value: str) -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": "n"}}
    encoded = base64.b64encode(value.encode()).decode()
    assert default_credentials({**secret, "stringData": {key: value}}) == [f"stringData.{key}"]
    assert default_credentials({**secret, "data": {key: encoded}}) == [f"data.{key}"]


@pytest.mark.parametrize("value", ODD)
def test_what_means_nothing_else_is_found_anywhere(value: str) -> None:
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a.yaml": f"x: {value}\n"}}
    assert default_credentials(config) == ["data.a.yaml"]
    environment = {"kind": "Pod", "spec": {"containers": [{"env": [{"name": "KEY", "value": value}]}]}}
    assert default_credentials(environment) == ["spec.containers.0.env.0.value"]


def test_values_of_ones_own_are_no_finding() -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "katib-mysql-secrets"}}
    assert default_credentials({**secret, "stringData": {"MYSQL_ROOT_PASSWORD": "Zq8-tested"}}) == []
    other = {**secret, "metadata": {"name": "team-secret"}}
    assert default_credentials({**other, "stringData": {"mode": "test", "empty": ""}}) == []
