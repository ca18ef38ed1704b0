"""Credentials that a team's models are loaded with: which Secrets KServe reads for them, and what fills those.

KServe looks at every Secret that a model's ServiceAccount lists, tells by a key of each what it is for, and hands it to
the container that loads the model. Where and how S3 is reached stands in annotations of its Secret. A cloud's own
identity of the namespace needs no Secret. No credential is ever written here.
Source: kserve/kserve@v0.16.0 pkg/credentials/service_account_credentials.go (CreateSecretVolumeAndEnv and what it
calls), for what is used here the same since v0.11.2; names of keys: kubeflow/manifests v1.8.1 to 26.03, ConfigMap
inferenceservice-config, key `credentials`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from compiler.lowering.context import TenantContext
from compiler.lowering.external_secrets import REFRESH, external_secret, fetched, template
from compiler.lowering.patches import KEEP
from compiler.lowering.sealed_secrets import sealed_secret
from compiler.model.manifest import Object
from compiler.model.platform import ModelStorage, Tenant
from compiler.model.secret_file import ENCRYPTED_BACKENDS, NONE_ENCRYPTED, Encrypted

GIVEN, FILE = "given", "file"
"""How a value comes about, see `compiler.catalog.overlay.Secret`: only its owner has it, as a text or as a file."""
_KEYS: Mapping[str, Mapping[str, str]] = {
    "s3": dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), GIVEN),
    "gcs": {"gcloud-application-credentials.json": FILE},
    # All four: before 0.16 a Secret without the subscription keeps the pod from starting.
    "azure": dict.fromkeys(
        ("AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_SUBSCRIPTION_ID", "AZURE_TENANT_ID"), GIVEN
    ),
    "huggingface": {"HF_TOKEN": GIVEN},
}
"""How the keys of each type are made. Source: pkg/credentials/azure/azure_secret.go (BuildSecretEnvs), its siblings."""
_KEYS_OF_CREDENTIAL: Mapping[str, Mapping[str, str]] = {"accountKey": {"AZURE_STORAGE_ACCESS_KEY": GIVEN}}
"""The keys of a type's other credentials."""
_GROUP = "serving.kserve.io"


class StorageSecret(NamedTuple):
    """A Secret to load models with: how each of its keys is made, what stands beside them, and what it is for."""

    name: str
    keys: Mapping[str, str]
    annotations: Mapping[str, str]
    purpose: str


def storage_secrets(storages: Iterable[ModelStorage], context: TenantContext) -> tuple[StorageSecret, ...]:
    """Return the Secrets that models of a team are loaded with on a cluster, sorted by name; none without KServe."""
    return tuple(sorted(map(_secret, storages if context.has_kserve else ()), key=lambda secret: secret.name))


def storage_secret_objects(
    namespace: str, secrets: Iterable[StorageSecret], context: TenantContext, encrypted: Encrypted = NONE_ENCRYPTED
) -> list[Object]:
    """Return what fills these Secrets of a namespace: fetched by External Secrets, or opened from what is sealed."""
    if context.secrets_backend == "sealed-secrets":
        return [
            sealed_secret(encrypted[namespace, secret.name], secret.annotations)
            for secret in secrets
            if (namespace, secret.name) in encrypted
        ]
    if context.secrets_backend != "external-secrets" or context.secret_store is None:
        return []
    return [_fetched(namespace, secret, context.secret_store, context) for secret in secrets]


def missing_storage_secrets(tenant: Tenant, context: TenantContext) -> list[dict[str, Any]]:
    """Return what the owner must provide so that a team's models can be loaded, as plain data, sorted by name.

    Each has the Secret's `name`, its `namespaces`, `keys` (how each is made) and `annotations`, what it is for in
    `readBy`, and `help`.
    """
    namespaces = sorted(namespace.name for namespace in tenant.namespaces)
    return [
        {
            "name": secret.name,
            "namespaces": namespaces,
            "keys": dict(secret.keys),
            "annotations": dict(secret.annotations),
            "readBy": f"KServe, for {secret.purpose}",
            "help": _help(secret, context),
        }
        for secret in storage_secrets(tenant.model_storage, context)
    ]


def _help(secret: StorageSecret, context: TenantContext) -> str:
    if context.secrets_backend in ENCRYPTED_BACKENDS:
        added = "; the build adds the annotations" if secret.annotations else ""
        return f"an encrypted file for each namespace, as a Secret is one namespace's{added}"
    if context.secrets_backend == "external-secrets":
        entry = f"{context.secret_prefix}{secret.name}"
        if FILE in secret.keys.values():
            return f"keep the whole file as {entry} in the store that External Secrets reads"
        return f"entry {entry} with {', '.join(secret.keys)} in the store that External Secrets reads"
    return f"in each namespace, as `bootstrap {context.cluster}` prints it; no model starts there before it is there"


def _secret(storage: ModelStorage) -> StorageSecret:
    settings = storage.settings
    keys = _KEYS_OF_CREDENTIAL.get(settings.get("credential", ""), _KEYS[storage.type])
    where = ", ".join(f"{key} {value}" for key, value in sorted(settings.items()) if key != "secretRef")
    purpose = f"models of {storage.type}{f' ({where})' if where else ''}"
    return StorageSecret(settings["secretRef"], keys, _annotations(settings), purpose)


def _annotations(settings: Mapping[str, str]) -> dict[str, str]:
    """Return where and how S3 is reached. KServe wants the endpoint without its scheme and takes https unless told.

    Source: pkg/credentials/s3/utils.go (BuildS3EnvVars).
    """
    found: dict[str, str] = {}
    scheme, _, host = settings.get("endpoint", "").partition("://")
    if host:
        found[f"{_GROUP}/s3-endpoint"] = host.rstrip("/")
        found[f"{_GROUP}/s3-usehttps"] = "0" if scheme == "http" else "1"
    if "region" in settings:
        found[f"{_GROUP}/s3-region"] = settings["region"]
    return found


def _fetched(namespace: str, secret: StorageSecret, store: tuple[str, str], context: TenantContext) -> Object:
    """Return the ExternalSecret of a Secret. It stays when it leaves Git, as what lists its Secret does.

    KServe refuses every pod of a ServiceAccount that lists a Secret which is not there. A file is an entry of its own:
    stores take a dot in the name of a part for a path.
    """
    kind, store_name = store
    entry = f"{context.secret_prefix}{secret.name}"
    metadata = {"metadata": {"annotations": dict(secret.annotations)}} if secret.annotations else {}
    spec = {
        "refreshInterval": REFRESH,
        "secretStoreRef": {"kind": kind, "name": store_name},
        "target": {"name": secret.name, **({"template": template(merge=True, **metadata)} if metadata else {})},
        "data": [fetched(key, entry, None if how == FILE else key) for key, how in secret.keys.items()],
    }
    made = external_secret(namespace, secret.name, spec, context.external_secrets_api)
    return {**made, "metadata": {**made["metadata"], "annotations": KEEP}}
