"""The values that overlays may read, by name: cluster, identity, secrets backend, options; and how they are put in.

A template is plain data in which a mapping with one of the keys below stands for a value. Knows no component.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from compiler.lowering.opened_secrets import BUILD_OPTIONS
from compiler.lowering.proxy import proxy_values
from compiler.lowering.trust import trust_values
from compiler.model import names
from compiler.model.platform import Cluster, Identity, Installation, Platform
from compiler.model.secret_file import secret_folder
from compiler.providers import Providers

GPU_READERS = frozenset({"gpu-operator", "jupyter-web-app", "knative-serving"})
"""Components whose overlays read values named `gpu.…`; for all others they are not made."""
INSECURE_DEFAULTS = "insecure-defaults"
"""The secrets backend that keeps upstream's public credentials."""
DEX_ISSUER = "http://dex.auth.svc.cluster.local:5556/dex"
"""Issuer of dex where no domain is known.
Source: kubeflow/manifests@26.03 common/dex/overlays/oauth2-proxy/config-map.yaml."""
PORT_FORWARD_URL = "http://localhost:8080"
"""Where users reach a cluster without a domain. Source: kubeflow/manifests@26.03 README.md, "Port-Forward"."""
CLIENT_SECRET_KEY = "client-secret"  # noqa: S105
PASSWORD_HASH_KEY = "hash"  # noqa: S105
"""Keys that the Secrets named in `clientSecretRef` and `passwordHashRef` must have."""
CLIENT_SECRET_VARIABLE = "DEX_CONNECTOR_CLIENT_SECRET"  # noqa: S105


class UnsetValueError(LookupError):
    """A template reads a value that has none; the change that reads it does not apply."""


def values_of(installation: Installation, cluster: Cluster, platform: Platform) -> Mapping[str, Any]:
    """Return every value that is set, by name; `None`, empty texts and empty lists are not set.

    Options stand under `options.` with the names they have in the platform file, one entry for each leaf and level.
    """
    values: dict[str, Any] = {
        "platform.name": platform.name,
        "release.version": installation.product_version.removeprefix("v"),
        "component.version": installation.version,
        "gitops.repoURL": platform.gitops.repo_url,
        "gitops.revision": platform.gitops.revision,
        "argocd.namespace": platform.gitops.argocd_namespace,
        "argocd.kustomize.version": platform.gitops.kustomize.version,
        "cluster.name": cluster.name,
        "cluster.environment": cluster.environment,
        "cluster.provider": cluster.provider,
        "cluster.kubernetes": cluster.kubernetes,
        "cluster.project": cluster.project,
        "cluster.region": cluster.region,
        "cluster.account": cluster.account,
        "cluster.domain": cluster.domain,
        "cluster.url": f"https://{cluster.domain}" if cluster.domain else PORT_FORWARD_URL,
        "provider.webhookAnnotations": dict(Providers()[cluster.provider].webhook_annotations) or None,
        "secrets.backend": cluster.secrets.backend,
        "label.kueue": names.KUEUE_LABEL,
    }
    values |= {f"installed.{component}": "true" for component in cluster.installed}
    values |= {f"cluster.{key}": value for key, value in cluster.parameters.items()}
    values |= _opens(cluster, platform)
    values["argocd.kustomize.buildOptions"] = _build_options(platform, opens="argocd.opens" in values)
    if cluster.system_nodes is not None:
        values["cluster.systemNodes.selector"] = dict(cluster.system_nodes.selector) or None
        values["cluster.systemNodes.tolerations"] = [dict(each) for each in cluster.system_nodes.tolerations]
    values |= proxy_values(cluster)
    values |= trust_values(cluster)
    values |= _identity(cluster.identity, cluster)
    values |= _leaves("options", installation.options)
    if installation.component in GPU_READERS:
        from compiler.lowering.gpu_values import gpu_values

        values |= gpu_values(cluster)
    return {name: value for name, value in values.items() if value is not None and value not in ("", [], ())}


def _opens(cluster: Cluster, platform: Platform) -> dict[str, str]:
    """Return what the Argo CD of a cluster opens while it renders for itself and, on a hub, for the others.

    It needs a key of age unless every file is encrypted for other kinds of keys.
    """
    hub = platform.gitops.hub
    synced = (cluster,) if hub is None else platform.clusters if hub == cluster.name else ()
    folders = tuple(secret_folder(each.name) for each in synced if each.secrets.backend == "sops")
    if not folders:
        return {}
    named = [written.get("recipients") for path, written in platform.encrypted.items() if path.startswith(folders)]
    is_for_age = not named or any(isinstance(each, list) and "age" in each for each in named)
    return {"argocd.opens": "sops"} | ({"argocd.age": "true"} if is_for_age else {})


def _build_options(platform: Platform, *, opens: bool) -> str:
    """Return the options of every `kustomize build` as Argo CD takes them, each once; empty where there are none."""
    wanted = (*(BUILD_OPTIONS if opens else ()), *platform.gitops.kustomize.build_options)
    return " ".join(dict.fromkeys(wanted))


def _identity(identity: Identity, cluster: Cluster) -> dict[str, Any]:
    """Return who may log in, and as dex's configuration and environment want it.

    Source: dexidp/dex@v2.45.0 config.yaml.dist (`hashFromEnv`, connector type oidc with `$VARIABLE`).
    """
    domain = cluster.domain
    kind = "oidc" if identity.oidc else "static" if identity.static_users else "none"
    upstreams_own = kind == "none" and cluster.secrets.backend == INSECURE_DEFAULTS
    values: dict[str, Any] = {
        "identity.kind": "upstream" if upstreams_own else kind,
        "identity.issuer": f"https://{domain}/dex" if domain else DEX_ISSUER,
        "identity.scheme": "https" if domain else "http",
    }
    environment: list[dict[str, Any]] = []
    passwords: list[dict[str, Any]] = []
    connectors: list[dict[str, Any]] = []
    for index, user in enumerate(identity.static_users):
        variable = f"DEX_USER_HASH_{index}"
        passwords.append(
            {"email": user.user, "hashFromEnv": variable, "username": user.user.partition("@")[0], "userID": user.user}
        )
        environment.append(_from_secret(variable, user.password_hash_ref, PASSWORD_HASH_KEY))
    if identity.oidc:
        oidc = identity.oidc
        values["identity.oidc.issuer"] = oidc.issuer
        values["identity.oidc.clientID"] = oidc.client_id
        values["identity.oidc.clientSecretRef"] = oidc.client_secret_ref
        environment.append(_from_secret(CLIENT_SECRET_VARIABLE, oidc.client_secret_ref, CLIENT_SECRET_KEY))
        connectors.append(
            {
                "type": "oidc",
                "id": "oidc",
                "name": re.sub(r"^https?://", "", oidc.issuer).partition("/")[0],
                "config": {
                    "issuer": oidc.issuer,
                    "clientID": oidc.client_id,
                    "clientSecret": f"${CLIENT_SECRET_VARIABLE}",
                    "redirectURI": f"https://{domain}/dex/callback" if domain else f"{PORT_FORWARD_URL}/dex/callback",
                    "scopes": ["profile", "email", "groups"],
                    "insecureEnableGroups": True,
                    "getUserInfo": True,
                },
            }
        )
    values["identity.staticUsers"] = [
        {"user": user.user, "passwordHashRef": user.password_hash_ref} for user in identity.static_users
    ]
    values["identity.dexPasswords"] = passwords
    values["identity.dexConnectors"] = connectors
    values["identity.dexEnvironment"] = environment
    return values


def _from_secret(variable: str, secret: str, key: str) -> dict[str, Any]:
    return {"name": variable, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}


def _leaves(name: str, value: object) -> dict[str, Any]:
    found: dict[str, Any] = {name: value}
    if isinstance(value, Mapping):
        for key, inner in value.items():
            found |= _leaves(f"{name}.{key}", inner)
    return found


def applies(when: Mapping[str, Sequence[str]], unless: Mapping[str, Sequence[str]], values: Mapping[str, Any]) -> bool:
    """Return whether each value named in `when` has an accepted text and none named in `unless` has.

    The accepted text `set` stands for any value.
    """
    return all(_accepted(values.get(name), texts) for name, texts in when.items()) and not any(
        _accepted(values.get(name), texts) for name, texts in unless.items()
    )


def _accepted(value: object, texts: Sequence[str]) -> bool:
    return value is not None and ("set" in texts or text_of(value) in texts)


def text_of(value: object) -> str:
    """Return a value as Kubernetes writes it in text: `true`, not `True`; structures as JSON."""
    if isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":")) if isinstance(value, bool | Mapping | list) else str(value)


def put_in(template: Any, values: Mapping[str, Any]) -> Any:
    """Return the template with values in place of its expressions.

    `$from: NAME` (optionally `else: TEMPLATE`) is a value; `$text` any value as text; `$join` a list glued together;
    `$lines` a list as lines of a text; `$json` data as JSON text; `$host` host and port of a URL; `$minutes` a
    Kubernetes duration as whole minutes, rounded up, as text; `$concat` several lists as one; `$mapping` a list of
    pairs, so that keys may be values too; `$each: NAME, give: TEMPLATE` one for each item of a list, none where it is
    not set, with the item as value `item`; `$when` with `then` and `else` one of two templates, by the conditions that
    changes have.
    Raises: `UnsetValueError` with the name of a value that is not set and has no `else`.
    """
    if isinstance(template, Mapping):
        operator = next((key for key in template if key in _OPERATORS), None)
        if operator is not None:
            return _OPERATORS[operator](template, values)
        return {key: put_in(value, values) for key, value in template.items()}
    if isinstance(template, list | tuple):
        return [put_in(value, values) for value in template]
    return template


def _from(template: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
    name = template["$from"]
    if name in values:
        return values[name]
    if "else" in template:
        return put_in(template["else"], values)
    raise UnsetValueError(name)


def _text(template: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    return text_of(put_in(template["$text"], values))


def _join(template: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    return "".join(text_of(part) for part in put_in(template["$join"], values))


def _lines(template: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    return "".join(f"{text_of(line)}\n" for line in put_in(template["$lines"], values))


def _json(template: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    return json.dumps(put_in(template["$json"], values), indent=2, ensure_ascii=False) + "\n"


def _minutes(template: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    return str(-(-seconds(text_of(put_in(template["$minutes"], values))) // 60))


def _concat(template: Mapping[str, Any], values: Mapping[str, Any]) -> list[Any]:
    return [item for part in put_in(template["$concat"], values) for item in part]


def _mapping(template: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    return {text_of(put_in(key, values)): put_in(value, values) for key, value in template["$mapping"]}


def _each(template: Mapping[str, Any], values: Mapping[str, Any]) -> list[Any]:
    return [put_in(template["give"], {**values, "item": item}) for item in values.get(template["$each"], ())]


def _host(template: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    return re.sub(r"^[a-z]+://", "", text_of(put_in(template["$host"], values))).partition("/")[0]


def _when(template: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
    return put_in(template["then" if applies(template["$when"], {}, values) else "else"], values)


_OPERATORS = {
    "$host": _host,
    "$when": _when,
    "$from": _from,
    "$mapping": _mapping,
    "$text": _text,
    "$join": _join,
    "$lines": _lines,
    "$json": _json,
    "$minutes": _minutes,
    "$concat": _concat,
    "$each": _each,
}

_UNITS = {"h": 3600, "m": 60, "s": 1}


def seconds(duration: str) -> int:
    """Return a duration like `2h`, `1h30m` or `90s` in seconds. Raises `ValueError` for any other text."""
    if not re.fullmatch(r"(\d+h)?(\d+m)?(\d+s)?", duration) or not duration:
        raise ValueError(f"no duration: {duration}")
    return sum(int(number) * _UNITS[unit] for number, unit in re.findall(r"(\d+)([hms])", duration))
