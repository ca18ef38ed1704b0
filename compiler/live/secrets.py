"""Owns the commands that make the Secrets a cluster must have and Git must not; knows no single Secret.

A command never holds a value that anybody could know: random ones are drawn when it runs, and where only the owner
knows the value the command stops until it was put into a shell variable.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from compiler.frozen import frozen
from compiler.lowering.context import tenant_context
from compiler.lowering.registries import missing_pull_secrets
from compiler.lowering.secrets import EXTERNAL_SECRETS, brought_by, required_secrets

if TYPE_CHECKING:
    from compiler.catalog.overlay import Secret
    from compiler.model.platform import Cluster, Gitops, Platform


@frozen
class WantedSecret:
    """A Secret that must exist: `keys` maps each key to how its value is made (see `compiler.catalog.overlay.Secret`).

    `type` is its Kubernetes type where that is not `Opaque`, `for_whom` who asks for it. With `is_late` the namespace
    is a team's: whatever makes that must find none, so the Secret comes after it. `brought_by` says what brings it;
    nothing where somebody must make it by hand. `labels` are what its readers find it by.
    """

    namespace: str
    name: str
    keys: Mapping[str, str]
    for_whom: str
    help: str
    type: str = ""
    is_late: bool = False
    brought_by: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


def wanted_secrets(cluster: Cluster, platform: Platform) -> list[WantedSecret]:
    """Return the Secrets that must exist on a cluster, in the order in which they can be made."""
    found: list[WantedSecret] = []
    gitops = platform.gitops
    if gitops.secret_ref is not None and gitops.hub in {None, cluster.name}:
        found.append(repository_secret(gitops.secret_ref, gitops))
    for installation in cluster.installations:
        if installation.existing is None:
            wanted = required_secrets(installation, cluster, platform)
            found += [_of_component(secret, installation.component, cluster) for secret in wanted]
    # Whatever the backend draws or decrypts, only the owner of a registry knows its credentials.
    fetched = "a whole file of the store" if cluster.secrets.backend == EXTERNAL_SECRETS else ""
    for tenant in cluster.tenants:
        for entry in missing_pull_secrets(tenant, tenant_context(cluster)):
            found += [
                WantedSecret(
                    namespace, entry["name"], {entry["key"]: "given"}, f"team {tenant.team}",
                    f"credentials of {entry['registry']}", entry["type"], is_late=True, brought_by=fetched,
                )
                for namespace in entry["namespaces"]
            ]  # fmt: skip
    unique = {(each.namespace, each.name): each for each in reversed(found)}
    first = sorted(unique.values(), key=lambda each: (each.namespace, each.name))
    return sorted(first, key=_is_copy)


def repository_secret(name: str, gitops: Gitops) -> WantedSecret:
    """Return the Secret by which Argo CD reads a private repository; nothing in that repository can bring it.

    Source: argo-cd v3.4.7 docs/operator-manual/declarative-setup.md (Repositories).
    """
    by_https = gitops.repo_url.startswith(("http://", "https://"))
    keys = {"username": "given", "password": "given"} if by_https else {"sshPrivateKey": "given"}
    return WantedSecret(
        gitops.argocd_namespace,
        name,
        {"type": "text:git", "url": f"text:{gitops.repo_url}", **keys},
        "Argo CD",
        "a user and a token that may read the repository" if by_https else "a key that may read the repository",
        labels={"argocd.argoproj.io/secret-type": "repository"},
    )


def _is_copy(secret: WantedSecret) -> bool:
    """Return whether a value is copied from another Secret, which must be there before."""
    return any(made.startswith("same:") for made in secret.keys.values())


def _of_component(secret: Secret, component: str, cluster: Cluster) -> WantedSecret:
    by, labels = brought_by(secret, cluster), secret.labels
    place = (str(secret.namespace), str(secret.name))
    return WantedSecret(*place, secret.keys, component, secret.help, brought_by=by, labels=labels)


def commands(secret: WantedSecret, kubectl: str) -> Iterator[str]:
    """Yield the shell lines that make a Secret unless it is there, for a shell that stops at the first failure.

    Args: `kubectl` is how kubectl is called. Every value is made and looked at before the Secret is: an empty one, from
    a program that is missing, would be worse than none.
    """
    where = f"{shlex.quote(secret.name)} --namespace {shlex.quote(secret.namespace)}"
    yield f"if ! {kubectl} get secret {where} >/dev/null 2>&1; then"
    words = []
    for number, (key, how) in enumerate(sorted(secret.keys.items()), 1):
        if how.startswith("text:"):
            words.append(f"--from-literal={shlex.quote(f'{key}={how[5:]}')}")
            continue
        variable, what = _asked(secret, key, how)
        if variable:
            yield f'  : "${{{variable}:?{what}}}"'
        made = _made(how, variable, kubectl)
        if made:
            yield f'  VALUE_{number}="$({made})"'
            yield f'  test -n "$VALUE_{number}"'
        option = "--from-file" if secret.type else "--from-literal"
        words.append(f'{option}={shlex.quote(key)}="${f"VALUE_{number}" if made else variable}"')
    kind = f" --type={shlex.quote(secret.type)}" if secret.type else ""
    yield f"  {kubectl} create secret generic {where}{kind} {' '.join(words)}"
    if secret.labels:
        labels = " ".join(shlex.quote(f"{key}={value}") for key, value in sorted(secret.labels.items()))
        yield f"  {kubectl} label secret {where} {labels}"
    yield "fi"


def _asked(secret: WantedSecret, key: str, how: str) -> tuple[str, str]:
    """Return the shell variable that holds what only the owner knows, and what that is; nothing for made values."""
    if how == "bcrypt":
        return _variable(secret.name), "the password of that user"
    if how.partition(":")[0] in {"password", "hex", "base64", "same"}:
        return "", ""
    what = "the file" if secret.type else "the value"
    return _variable(f"{secret.name}_{key}"), f"{what} of {re.sub(r'[^A-Za-z0-9_. -]', '', key)}"


def _made(how: str, variable: str, kubectl: str) -> str:
    """Return the command that prints a value; nothing where it is given."""
    kind, _, rest = how.partition(":")
    match kind:
        case "password":
            return "openssl rand -hex 24"
        case "hex":
            return f"openssl rand -hex {int(rest)}"
        case "base64":
            return f"openssl rand -base64 {int(rest)} | tr -d '\\n'"
        case "bcrypt":
            return f"printf %s \"${variable}\" | htpasswd -niBC 12 user | cut -d: -f2 | tr -d '\\n'"
        case "same":
            namespace, name, key = rest.split("/", 2)
            escaped = key.replace(".", "\\.")
            read = f"{kubectl} get secret {shlex.quote(name)} --namespace {shlex.quote(namespace)}"
            return f"{read} --output=jsonpath={shlex.quote(f'{{.data.{escaped}}}')} | base64 -d"
        case _:
            return ""


def _variable(text: str) -> str:
    """Return a name as a shell variable."""
    plain = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_").upper()
    return f"_{plain}" if plain[:1].isdigit() else plain


def namespaces_of(secrets: Sequence[WantedSecret]) -> list[str]:
    """Return the namespaces that must exist before the Secrets, sorted."""
    return sorted({secret.namespace for secret in secrets})
