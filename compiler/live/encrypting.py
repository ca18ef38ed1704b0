"""The shell lines that make encrypted files of Secrets: values drawn or given, never on disk before they are encrypted.

Knows how each backend's tool is called; runs nothing.
Source: bitnami-labs/sealed-secrets@helm-v2.18.5 cmd/kubeseal/main.go (flags, environment `SEALED_SECRETS_...`).
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from compiler.catalog.overlay import overlay_of
from compiler.live.secrets import asked_for, made_by, variable_of
from compiler.lowering.wanted_secrets import encrypted_secrets
from compiler.model.secret_file import secret_file
from compiler.resolve.installations import SECRET_OPERATORS

if TYPE_CHECKING:
    from compiler.lowering.wanted_secrets import WantedSecret
    from compiler.model.platform import Cluster, Platform

_KUBECTL = "kubectl"


def missing_files(cluster: Cluster, platform: Platform) -> list[WantedSecret]:
    """Return the Secrets of a cluster whose encrypted files are not there, or not sound."""
    wanted = encrypted_secrets(cluster, platform)
    return [each for each in wanted if secret_file(cluster.name, each.namespace, each.name) not in platform.encrypted]


_HEAD = (
    "#!/bin/sh",
    "# The encrypted files that are missing, made in the folder of platform.yaml; what is there stays as it is. Values",
    "# that nobody has to know are drawn, the others are given as variables. Then: python -m compiler build",
    "set -eu",
)


def script(clusters: Sequence[Cluster], platform: Platform) -> Iterator[str]:
    """Yield a script that makes what is missing; nothing where nothing is."""
    missing = [(cluster, secret) for cluster in clusters for secret in missing_files(cluster, platform)]
    known = {
        cluster.name: {(each.namespace, each.name): each.keys for each in encrypted_secrets(cluster, platform)}
        for cluster in clusters
    }
    if missing:
        yield from _HEAD
    for cluster, secret in missing:
        file = shlex.quote(secret_file(cluster.name, secret.namespace, secret.name))
        yield ""
        yield f"# {cluster.name}, for {secret.for_whom}: {secret.help}"
        yield f"if [ ! -e {file} ]; then"
        yield from (f"  {line}" for line in lines(secret, cluster, known[cluster.name]))
        yield "fi"


def lines(secret: WantedSecret, cluster: Cluster, known: Mapping[tuple[str, str], Mapping[str, str]]) -> Iterator[str]:
    """Yield the lines that make one encrypted file.

    A value that is copied is that of a file made before by the same script, else that of the Secret in the cluster.
    Args: `known` says of each Secret, by namespace and name, how its keys are made.
    """
    file = secret_file(cluster.name, secret.namespace, secret.name)
    words = []
    for key, written in sorted(secret.keys.items()):
        how = _source_of(written, known)
        if how.startswith("text:"):
            words.append(f"--from-literal={shlex.quote(f'{key}={how[5:]}')}")
            continue
        asked, what = asked_for(secret, key, how)
        if asked:
            yield f': "${{{asked}:?{what}}}"'
        drawn = made_by(how, asked, _KUBECTL)
        held = asked
        if drawn:
            held = variable_of(f"{cluster.name}_{secret.namespace}_{secret.name}_{key}")
            copied = variable_of(f"{cluster.name}_{how.removeprefix('same:')}")
            yield f'{held}="${{{copied}:-$({drawn})}}"' if how.startswith("same:") else f'{held}="$({drawn})"'
            yield f'test -n "${held}"'
        words.append(
            f'{"--from-file" if secret.type or how == "file" else "--from-literal"}={shlex.quote(key)}="${held}"'
        )
    kind = f" --type={shlex.quote(secret.type)}" if secret.type else ""
    place = f"{shlex.quote(secret.name)} --namespace {shlex.quote(secret.namespace)}"
    yield f"mkdir -p {shlex.quote(file.rpartition('/')[0])}"
    yield f"{_KUBECTL} create secret generic {place}{kind} {' '.join(words)} --dry-run=client --output=yaml |"
    if secret.labels:
        labels = " ".join(shlex.quote(f"{key}={value}") for key, value in sorted(secret.labels.items()))
        yield f"  {_KUBECTL} label --local --filename=- {labels} --output=yaml |"
    yield f"  {_ENCRYPT[cluster.secrets.backend](cluster, shlex.quote(file))}"


def _source_of(how: str, known: Mapping[tuple[str, str], Mapping[str, str]]) -> str:
    """Return how a value is made; one that is copied from what is no secret is that itself."""
    if not how.startswith("same:"):
        return how
    namespace, name, key = how.removeprefix("same:").split("/", 2)
    made = known.get((namespace, name), {}).get(key, "")
    return made if made.startswith("text:") else how


def _kubeseal(cluster: Cluster, file: str) -> str:
    """Return the command that seals; where the operator is the cluster's own, it is looked for in kubeseal's place."""
    operator = cluster.installed.get(SECRET_OPERATORS[cluster.secrets.backend])
    where = ""
    if operator is not None and operator.existing is None:
        helm = overlay_of(operator.component).helm
        where = f"--controller-namespace={helm.namespace} " if helm else ""
    return f"kubeseal {where}--format=yaml --scope=strict --sealed-secret-file={file}"


def _sops(cluster: Cluster, file: str) -> str:
    """Return the command that encrypts for whom `.sops.yaml` names; all but the values stays readable.

    Source: getsops/sops@v3.13.2 cmd/sops/main.go (command `encrypt`).
    """
    del cluster
    how = "--input-type=yaml --output-type=yaml --encrypted-regex='^(data|stringData)$'"
    return f"sops encrypt --filename-override={file} {how} --output={file} /dev/stdin"


_ENCRYPT: Mapping[str, Callable[[Cluster, str], str]] = {"sealed-secrets": _kubeseal, "sops": _sops}
