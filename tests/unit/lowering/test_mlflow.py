"""Databases and stores outside the platform, as values of MLflow's chart."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.lowering.components import lower_component
from compiler.lowering.secrets import required_secrets
from compiler.model.platform import SecretsBackend
from tests.unit.lowering.installed import catalog, cluster, installation, platform

VERSION = catalog().versions("mlflow")[-1]


def made(version: str = VERSION, **options: Any) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    """Return the chart's values, and the keys of each Secret that must be there."""
    one = installation("mlflow", version, "mlflow", options=options)
    here = cluster([one], secrets=SecretsBackend("manual"))
    helm = lower_component(one, here, platform(here), catalog()).helm
    assert helm is not None
    wanted = required_secrets(one, here, platform(here))
    return dict(helm.values), {each.name: dict(each.keys) for each in wanted if each.namespace == "mlflow"}


def test_without_options_the_chart_is_given_no_store() -> None:
    values, secrets = made()
    assert values == {name: {"enabled": False} for name in ("postgresql", "mysql", "minio")}
    assert secrets == {}


@pytest.mark.parametrize("version", catalog().versions("mlflow"))
def test_a_chart_is_told_of_a_store_of_its_own_only_where_it_has_one(version: str) -> None:
    # Older charts refuse every value that their schema does not have.
    assert ("minio" in made(version)[0]) == (version not in {"1.7.4", "1.8.6"})


@pytest.mark.parametrize(("kind", "key", "port"), [("mysql", "mysql", 3306), ("postgresql", "postgres", 5432)])
def test_runs_are_kept_in_a_database_with_the_users_secret(kind: str, key: str, port: int) -> None:
    values, secrets = made(database={"type": kind, "host": "db.acme.com", "secretRef": "db"})
    store = values["backendStore"]
    assert store[key] == {"enabled": True, "host": "db.acme.com", "port": port, "database": "mlflow"}
    assert store["databaseMigration"] is True
    assert store["existingDatabaseSecret"]["name"] == "db"
    assert secrets == {"db": {"username": "given", "password": "given"}}
    assert "artifactRoot" not in values


def test_artifacts_go_through_the_server_into_the_bucket() -> None:
    store = {"type": "minio", "bucket": "ml", "endpoint": "https://minio.acme.com", "secretRef": "st"}
    values, secrets = made(objectStore=store)
    root = values["artifactRoot"]
    assert (root["proxiedArtifactStorage"], root["s3"]["enabled"], root["s3"]["bucket"]) == (True, True, "ml")
    assert root["s3"]["existingSecret"]["keyOfAccessKeyId"] == "accesskey"
    assert values["extraEnvVars"] == {"MLFLOW_S3_ENDPOINT_URL": "https://minio.acme.com"}
    assert secrets == {"st": {"accesskey": "given", "secretkey": "given"}}


def test_amazons_store_does_with_the_identity_of_the_workload() -> None:
    values, secrets = made(objectStore={"type": "s3", "bucket": "ml", "region": "eu-west-1"})
    assert values["artifactRoot"]["s3"] == {"enabled": True, "bucket": "ml"}
    assert values["extraEnvVars"] == {"AWS_DEFAULT_REGION": "eu-west-1"}
    assert secrets == {}


def test_googles_key_is_a_file_and_azures_a_variable() -> None:
    values, secrets = made(objectStore={"type": "gcs", "bucket": "ml", "secretRef": "st"})
    assert values["artifactRoot"]["gcs"] == {"enabled": True, "bucket": "ml"}
    (mount,) = values["extraVolumeMounts"]
    assert (
        values["extraEnvVars"]["GOOGLE_APPLICATION_CREDENTIALS"] == f"{mount['mountPath']}/{next(iter(secrets['st']))}"
    )
    values, secrets = made(objectStore={"type": "azure", "account": "acmeml", "container": "ml", "secretRef": "st"})
    assert values["artifactRoot"]["azureBlob"] == {"enabled": True, "container": "ml", "storageAccount": "acmeml"}
    assert values["extraSecretNamesForEnvFrom"] == ["st"]
    assert secrets == {"st": {"AZURE_STORAGE_ACCESS_KEY": "given"}}


def test_values_of_the_users_win() -> None:
    store = {"type": "gcs", "bucket": "ml"}
    values, _ = made(objectStore=store, values={"artifactRoot": {"proxiedArtifactStorage": False}})
    assert values["artifactRoot"]["proxiedArtifactStorage"] is False
    assert values["artifactRoot"]["gcs"]["bucket"] == "ml"
