"""Credentials for private image registries: which Secrets the pods of a namespace pull with, and what fills them.

Nodes that may read their own cloud's registry by their identity need no Secret. Otherwise a Secret of a known name
stands in each namespace of the team; External Secrets fills it where that is the cluster's backend, and in all other
cases its owner does, sealed in Git or by hand. No credential is ever written here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from compiler.lowering.context import TenantContext
from compiler.lowering.external_secrets import REFRESH, external_secret, fetched, template
from compiler.lowering.sealed_secrets import sealed_secret
from compiler.model import names
from compiler.model.manifest import Object
from compiler.model.platform import Registry, Tenant
from compiler.model.secret_file import ENCRYPTED_BACKENDS, NONE_ENCRYPTED, Encrypted
from compiler.providers import Providers

_SCOPE = {"ecr": ("account", "region"), "gar": ("project", "region"), "acr": ("name",)}
"""Settings that tell two registries of a type apart."""
_ECR_REFRESH = "6h0m0s"
"""Tokens of ECR live for 12 hours; half of it survives one failed refresh."""
_TYPE = "kubernetes.io/dockerconfigjson"


class PullSecret(NamedTuple):
    """A Secret to pull images with, and the registry that it is for."""

    name: str
    registry: Registry


def pull_secrets(registries: Iterable[Registry], context: TenantContext) -> tuple[PullSecret, ...]:
    """Return the pull secrets of a team on a cluster, each name once, sorted by name."""
    secrets: dict[str, PullSecret] = {}
    for registry in registries:
        name = _secret_name(registry, context)
        if name is not None:
            secrets.setdefault(name, PullSecret(name, registry))
    return tuple(secrets[name] for name in sorted(secrets))


def pull_secret_objects(
    namespace: str, secrets: Iterable[PullSecret], context: TenantContext, encrypted: Encrypted = NONE_ENCRYPTED
) -> list[Object]:
    """Return what fills the pull secrets of a namespace: fetched by External Secrets, or opened from what is sealed."""
    if context.secrets_backend == "sealed-secrets":
        places = [(namespace, secret.name) for secret in secrets]
        return [sealed_secret(encrypted[place]) for place in places if place in encrypted]
    if context.secrets_backend != "external-secrets":
        return []
    objects: list[Object] = []
    for name, registry in secrets:
        if registry.type == "ecr":
            objects += _ecr_token(namespace, name, registry.settings, context)
        elif context.secret_store is not None:
            objects.append(_stored(namespace, name, context.secret_store, context))
    return objects


def missing_pull_secrets(tenant: Tenant, context: TenantContext) -> list[dict[str, Any]]:
    """Return what the owner must provide so that a team's pods can pull, as plain data, sorted by name.

    Each has the Secret's `name`, its `namespaces`, `type` and `key`, the `registry`, and `help`. Nothing is asked for
    where tokens are made in the cluster; with External Secrets the value is asked for in the store, once.
    """
    namespaces = sorted(namespace.name for namespace in tenant.namespaces)
    found: list[dict[str, Any]] = []
    for name, registry in pull_secrets(tenant.registries, context):
        if context.secrets_backend in ENCRYPTED_BACKENDS:
            help_text = "an encrypted file for each namespace, as a Secret is one namespace's"
        elif context.secrets_backend != "external-secrets":
            help_text = f"in each namespace: kubectl create secret docker-registry {name} --namespace NAMESPACE ..."
        elif registry.type == "ecr":
            continue
        else:
            help_text = f"keep the whole file as {context.secret_prefix}{name} in the store that External Secrets reads"
        where = ", ".join(f"{key} {value}" for key, value in sorted(registry.settings.items()) if key != "secretRef")
        found.append(
            {
                "name": name,
                "namespaces": namespaces,
                "type": _TYPE,
                "key": ".dockerconfigjson",
                "registry": f"{registry.type} ({where})" if where else registry.type,
                "help": help_text,
            }
        )
    return found


def _secret_name(registry: Registry, context: TenantContext) -> str | None:
    reference = registry.settings.get("secretRef")
    if reference:
        return reference
    if registry.type not in _SCOPE or registry.type == Providers()[context.provider].node_registry:
        return None
    return names.pull_secret(
        registry.type,
        "-".join(str(registry.settings[key]) for key in _SCOPE[registry.type] if key in registry.settings),
    )


def _stored(namespace: str, name: str, store: tuple[str, str], context: TenantContext) -> Object:
    """Return the ExternalSecret that copies a whole `.dockerconfigjson` kept in the store under the Secret's name."""
    kind, store_name = store
    spec = {
        "refreshInterval": REFRESH,
        "secretStoreRef": {"kind": kind, "name": store_name},
        "target": {"name": name, "template": template(merge=False, type=_TYPE)},
        "data": [fetched(".dockerconfigjson", f"{context.secret_prefix}{name}")],
    }
    return external_secret(namespace, name, spec, context.external_secrets_api)


def _ecr_token(namespace: str, name: str, settings: Mapping[str, str], context: TenantContext) -> list[Object]:
    """Return a generator of ECR tokens, by the identity of External Secrets itself, and the Secret kept fresh from it.

    Source: external-secrets/external-secrets@v2.9.0 apis/generators/v1alpha1/types_ecr.go.
    """
    region = settings["region"]
    domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    login = {"username": "{{ .username }}", "password": "{{ .password }}"}
    config = json.dumps({"auths": {f"{settings['account']}.dkr.ecr.{region}.{domain}": login}})
    api = "generators.external-secrets.io/v1alpha1"
    kind = "ECRAuthorizationToken"
    spec = {
        "refreshInterval": _ECR_REFRESH,
        "target": {
            "name": name,
            "template": template(merge=False, type=_TYPE, data={".dockerconfigjson": config}),
        },
        "dataFrom": [{"sourceRef": {"generatorRef": {"apiVersion": api, "kind": kind, "name": name}}}],
    }
    return [
        {
            "apiVersion": api,
            "kind": kind,
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"region": region},
        },
        external_secret(namespace, name, spec, context.external_secrets_api),
    ]
