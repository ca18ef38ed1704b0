"""Owns the commands that make the Secrets a cluster must have and Git must not; knows no single Secret.

A command never holds a value that anybody could know: random ones are drawn when it runs, and where only the owner
knows the value the command stops until it was put into a shell variable.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiler.lowering.wanted_secrets import WantedSecret


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
        variable, what = asked_for(secret, key, how)
        if variable:
            yield f'  : "${{{variable}:?{what}}}"'
        made = made_by(how, variable, kubectl)
        if made:
            yield f'  VALUE_{number}="$({made})"'
            yield f'  test -n "$VALUE_{number}"'
        option = "--from-file" if secret.type or how == "file" else "--from-literal"
        words.append(f'{option}={shlex.quote(key)}="${f"VALUE_{number}" if made else variable}"')
    kind = f" --type={shlex.quote(secret.type)}" if secret.type else ""
    yield f"  {kubectl} create secret generic {where}{kind} {' '.join(words)}"
    if secret.labels:
        labels = " ".join(shlex.quote(f"{key}={value}") for key, value in sorted(secret.labels.items()))
        yield f"  {kubectl} label secret {where} {labels}"
    if secret.annotations:
        said = " ".join(shlex.quote(f"{key}={value}") for key, value in sorted(secret.annotations.items()))
        yield f"  {kubectl} annotate secret {where} {said}"
    yield "fi"


def asked_for(secret: WantedSecret, key: str, how: str) -> tuple[str, str]:
    """Return the shell variable that holds what only the owner knows, and what that is; nothing for made values."""
    if how == "bcrypt":
        return variable_of(secret.name), "the password of that user"
    if how.partition(":")[0] in {"password", "hex", "base64", "same"}:
        return "", ""
    what = "the file" if secret.type or how == "file" else "the value"
    return variable_of(f"{secret.name}_{key}"), f"{what} of {re.sub(r'[^A-Za-z0-9_. -]', '', key)}"


def made_by(how: str, variable: str, kubectl: str) -> str:
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


def variable_of(text: str) -> str:
    """Return a name as a shell variable."""
    plain = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_").upper()
    return f"_{plain}" if plain[:1].isdigit() else plain


def namespaces_of(secrets: Sequence[WantedSecret]) -> list[str]:
    """Return the namespaces that must exist before the Secrets, sorted."""
    return sorted({secret.namespace for secret in secrets})
