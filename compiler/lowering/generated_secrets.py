"""The Job that makes Secrets with random values inside the cluster, so that none of them ever stands in Git.

It runs with every sync and makes only what is not there. Knows no single Secret; what it does in the cluster stands in
`secret_maker.py`.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.model import names

if TYPE_CHECKING:
    from compiler.catalog.overlay import Secret
    from compiler.model.manifest import Object

IMAGE = "docker.io/library/python:3.13.14-slim-trixie"
"""A Python with the C library's bcrypt.
Source: https://github.com/docker-library/python/blob/4f07059567fa61c80397126e8063dbbde011b794/versions.json"""
_USER = 65534
"""Nobody, who owns nothing."""
_DRAWN = frozenset({"password", "hex", "base64", "bcrypt", "text", "same"})


def is_drawn(keys: Mapping[str, str]) -> bool:
    """Return whether all keys of a Secret can be made in the cluster: nobody outside must know any of them before."""
    return all(how.partition(":")[0] in _DRAWN for how in keys.values())


@cache
def _program() -> str:
    return Path(__file__).with_name("secret_maker.py").read_text("utf-8")


def maker(component: str, secrets: Sequence[Secret], elsewhere: Container[tuple[str, str]] = ()) -> Iterator[Object]:
    """Yield the Job that makes a component's Secrets, and the account that may do just that; nothing for no Secrets.

    Leave to read `elsewhere`, Secrets by namespace and name that other components bring, comes with those.
    """
    if not secrets:
        return
    name, home = _account(component, secrets)
    yield {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": home}}
    reached = {str(secret.namespace): set[str]() for secret in secrets}
    for namespace, read in _copied(secrets):
        if (namespace, read) not in elsewhere:
            reached.setdefault(namespace, set()).add(read)
    for namespace in sorted(reached):
        made = sorted(str(secret.name) for secret in secrets if secret.namespace == namespace)
        rules = [_rule([], ["create"]), _rule(made, ["get", "patch"])] if made else []
        if only_read := sorted(reached[namespace] - set(made)):
            rules.append(_rule(only_read, ["get"]))
        yield from _permissions(name, namespace, home, rules)
    wanted = [{"namespace": each.namespace, "name": each.name, "keys": dict(each.keys)} for each in secrets]
    yield _job(name, home, json.dumps(wanted, sort_keys=True))


def permissions_of(component: str, secrets: Sequence[Secret], brought: Iterable[Secret]) -> Iterator[Object]:
    """Yield what lets a component's Job read those of the `brought` Secrets that its own are copied from."""
    name, home = _account(component, secrets)
    places = {(str(secret.namespace), str(secret.name)) for secret in brought} & set(_copied(secrets))
    for namespace in sorted({namespace for namespace, _ in places}):
        read = sorted(each for place, each in places if place == namespace)
        yield from _permissions(name, namespace, home, [_rule(read, ["get"])])


def _account(component: str, secrets: Sequence[Secret]) -> tuple[str, str]:
    """Return the name and the namespace of the account that makes a component's Secrets."""
    return names.shorten(f"make-secrets-{component}"), str(secrets[0].namespace)


def _copied(secrets: Iterable[Secret]) -> Iterator[tuple[str, str]]:
    """Yield namespace and name of each Secret that a value is copied from."""
    for secret in secrets:
        for how in secret.keys.values():
            if how.startswith("same:"):
                namespace, name, _ = how.removeprefix("same:").split("/", 2)
                yield namespace, name


def _permissions(name: str, namespace: str, home: str, rules: list[dict[str, Any]]) -> Iterator[Object]:
    group = "rbac.authorization.k8s.io"
    place = {"name": name, "namespace": namespace}
    yield {"apiVersion": f"{group}/v1", "kind": "Role", "metadata": place, "rules": rules}
    yield {
        "apiVersion": f"{group}/v1",
        "kind": "RoleBinding",
        "metadata": place,
        "roleRef": {"apiGroup": group, "kind": "Role", "name": name},
        "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": home}],
    }


def _rule(named: list[str], verbs: list[str]) -> dict[str, Any]:
    """Return the right to Secrets of those names; to create one can be bound to no name, as there is none before."""
    rule: dict[str, Any] = {"apiGroups": [""], "resources": ["secrets"], "verbs": verbs}
    return {**rule, "resourceNames": named} if named else rule


def _job(name: str, namespace: str, wanted: str) -> Object:
    """Return the Job, as a hook of each sync: a Job cannot be changed, and one that is done is no difference.

    Source: argo-cd v3.4.2 docs/user-guide/resource_hooks.md.
    """
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "annotations": {
                "argocd.argoproj.io/hook": "Sync",
                "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation",
            },
        },
        "spec": {
            "backoffLimit": 10,
            "template": {
                # A sidecar would run for ever, and the Job with it.
                "metadata": {"labels": {"sidecar.istio.io/inject": "false"}},
                "spec": {
                    "serviceAccountName": name,
                    "restartPolicy": "OnFailure",
                    "securityContext": {
                        "runAsNonRoot": True,
                        "runAsUser": _USER,
                        "seccompProfile": {"type": "RuntimeDefault"},
                    },
                    "containers": [
                        {
                            "name": "make-secrets",
                            "image": IMAGE,
                            "command": ["python3", "-I", "-c", _program()],
                            "env": [{"name": "WANTED", "value": wanted}],
                            "resources": {
                                "requests": {"cpu": "10m", "memory": "32Mi"},
                                "limits": {"cpu": "500m", "memory": "128Mi"},
                            },
                            "securityContext": {
                                "allowPrivilegeEscalation": False,
                                "capabilities": {"drop": ["ALL"]},
                                "readOnlyRootFilesystem": True,
                            },
                        }
                    ],
                },
            },
        },
    }
