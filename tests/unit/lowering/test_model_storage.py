"""What a team's models are loaded with: which Secrets KServe reads, what is said beside them, and what brings them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from compiler.lowering.model_storage import missing_storage_secrets, storage_secret_objects, storage_secrets
from compiler.lowering.team_secrets import missing_team_secrets, team_files
from compiler.lowering.tenants import lower_tenant
from compiler.lowering.wanted_secrets import wanted_secrets
from compiler.model.platform import ModelStorage, Registry, SecretsBackend
from tests.unit.lowering.declared import KUBEFLOW, cluster, context, namespace, objects, of_kind, tenant
from tests.unit.lowering.installed import platform

SERVING = (*KUBEFLOW, "kserve")
STORE = SecretsBackend("external-secrets", "ClusterSecretStore", "vault", "prod-")


def storage(kind: str, **settings: str) -> ModelStorage:
    return ModelStorage(kind, {"secretRef": f"models-{kind}", **settings}, ())


S3 = storage("s3", region="eu-west-1", endpoint="http://minio.acme.com:9000/")
VISION = replace(tenant(namespaces=[namespace("lab"), namespace("free")]), model_storage=(S3, storage("gcs")))


@pytest.mark.parametrize(
    ("declared", "keys"),
    [
        (storage("s3"), {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}),
        (storage("gcs"), {"gcloud-application-credentials.json"}),
        (
            storage("azure"),
            {"AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_SUBSCRIPTION_ID", "AZURE_TENANT_ID"},
        ),
        (
            storage("azure", credential="servicePrincipal"),
            {*storage_secrets([storage("azure")], context("kserve"))[0].keys},
        ),
        (storage("azure", credential="accountKey"), {"AZURE_STORAGE_ACCESS_KEY"}),
        (storage("huggingface"), {"HF_TOKEN"}),
    ],
)
def test_kserve_tells_by_its_keys_what_a_secret_is_for(declared: ModelStorage, keys: set[str]) -> None:
    [secret] = storage_secrets([declared], context(*SERVING))
    assert set(secret.keys) == keys
    assert storage_secrets([declared], context(*KUBEFLOW)) == ()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, {}),
        ({"region": "eu-west-1"}, {"s3-region": "eu-west-1"}),
        ({"endpoint": "https://s3.acme.com"}, {"s3-endpoint": "s3.acme.com", "s3-usehttps": "1"}),
        ({"endpoint": "http://minio:9000/"}, {"s3-endpoint": "minio:9000", "s3-usehttps": "0"}),
    ],
)
def test_where_s3_is_stands_beside_the_keys(settings: dict[str, str], said: dict[str, str]) -> None:
    [secret] = storage_secrets([storage("s3", **settings)], context("kserve"))
    assert secret.annotations == {f"serving.kserve.io/{key}": value for key, value in said.items()}


def accounts(components: tuple[str, ...]) -> dict[str, Any]:
    found = of_kind(objects(lower_tenant(VISION, context(*components)), "lab.yaml"), "ServiceAccount")
    return {each["metadata"]["name"]: each.get("secrets") for each in found}


def test_the_service_accounts_of_models_list_them() -> None:
    listed = [{"name": "models-gcs"}, {"name": "models-s3"}]
    assert accounts(SERVING) == {"default": listed, "default-editor": listed}
    assert accounts(("kserve",)) == {"default": listed, "default-editor": listed, "default-viewer": None}
    assert accounts(KUBEFLOW) == {}


def test_a_store_has_the_keys_as_parts_and_a_file_whole() -> None:
    here = context(*SERVING, secrets=STORE)
    gcs, s3 = storage_secret_objects("lab", storage_secrets(VISION.model_storage, here), here)
    [file] = gcs["spec"]["data"]
    assert (file["remoteRef"]["key"], "property" in file["remoteRef"]) == ("prod-models-gcs", False)
    assert "template" not in gcs["spec"]["target"]
    parts = [
        (each["secretKey"], each["remoteRef"]["key"], each["remoteRef"]["property"]) for each in s3["spec"]["data"]
    ]
    assert parts == [(key, "prod-models-s3", key) for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")]
    assert s3["spec"]["target"]["template"]["metadata"]["annotations"]["serving.kserve.io/s3-region"] == "eu-west-1"
    # What lists the Secret may stay in the cluster, and KServe refuses pods for one that is gone.
    assert "Prune=false" in s3["metadata"]["annotations"]["argocd.argoproj.io/sync-options"]


@pytest.mark.parametrize("template", [None, {"metadata": {"annotations": {"own": "kept"}, "creationTimestamp": None}}])
def test_what_was_sealed_gets_its_annotations_from_the_platform_file(template: object) -> None:
    here = context(*SERVING, secrets=SecretsBackend("sealed-secrets"))
    written = {
        "metadata": {"name": "models-s3", "namespace": "lab"},
        "spec": {"template": template} if template else {},
    }
    files = team_files(VISION, here, {f"secrets/{here.cluster}/lab/models-s3.yaml": written})
    [sealed] = storage_secret_objects("lab", storage_secrets(VISION.model_storage, here), here, files)
    metadata = sealed["spec"]["template"]["metadata"]
    own = {"own": "kept"} if template else {}
    assert metadata == {
        "annotations": {
            **own,
            "serving.kserve.io/s3-endpoint": "minio.acme.com:9000",
            "serving.kserve.io/s3-usehttps": "0",
            "serving.kserve.io/s3-region": "eu-west-1",
        }
    }
    assert storage_secret_objects("free", storage_secrets(VISION.model_storage, here), here, files) == []


def test_what_argo_cd_opens_gets_its_annotations_by_a_patch() -> None:
    here = context(*SERVING, secrets=SecretsBackend("sops"))
    files = team_files(VISION, here, {f"secrets/{here.cluster}/lab/models-s3.yaml": {"recipients": ["age"]}})
    made = lower_tenant(VISION, here, files)
    assert "serving.kserve.io/s3-region" in made.overlay.files["secrets/kustomization.yaml"]
    assert [each.name for each in made.opened] == ["models-s3"]


@pytest.mark.parametrize(
    ("backend", "helped"),
    [
        (SecretsBackend(), "as `bootstrap prod` prints it"),
        (SecretsBackend("sops"), "the build adds the annotations"),
        (STORE, "entry prod-models-s3 with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY in the store"),
    ],
)
def test_what_the_owner_must_provide_is_asked_for(backend: SecretsBackend, helped: str) -> None:
    here = context(*SERVING, secrets=backend)
    gcs, s3 = missing_storage_secrets(VISION, here)
    assert (s3["namespaces"], s3["keys"]) == (
        ["free", "lab"],
        {"AWS_ACCESS_KEY_ID": "given", "AWS_SECRET_ACCESS_KEY": "given"},
    )
    assert helped in s3["help"]
    assert s3["readBy"] == "KServe, for models of s3 (endpoint http://minio.acme.com:9000/, region eu-west-1)"
    assert gcs["keys"] == {"gcloud-application-credentials.json": "file"}
    harbor = Registry("harbor", {"server": "h", "secretRef": "harbor"}, ())
    both = missing_team_secrets(replace(VISION, registries=(harbor,)), here)
    assert [each["name"] for each in both] == ["harbor", "models-gcs", "models-s3"]


def test_bootstrap_makes_by_hand_what_nothing_brings() -> None:
    here = replace(cluster(*SERVING), tenants=(VISION,))
    team = [each for each in wanted_secrets(here, platform(here)) if each.for_whom == "team vision"]
    assert [(each.namespace, each.name) for each in team] == [
        ("free", "models-gcs"),
        ("free", "models-s3"),
        ("lab", "models-gcs"),
        ("lab", "models-s3"),
    ]
    assert all(each.is_late and not each.brought_by for each in team)
    assert team[1].annotations["serving.kserve.io/s3-usehttps"] == "0"
    stored = replace(cluster(*SERVING, secrets=STORE), tenants=(VISION,))
    assert {each.brought_by for each in wanted_secrets(stored, platform(stored)) if each.for_whom == "team vision"} == {
        "an entry of the store"
    }
