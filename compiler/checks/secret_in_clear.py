"""What stands in Git is read by everybody who reads Git."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from compiler.checks.base import Check, declared_tenants
from compiler.diagnostics.model import Diagnostic, Severity, YamlPath, error
from compiler.model.platform import Platform, UserPatch
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each password, key or token among options, patches and variables, once for each place."""
    del facts, as_of
    yield from _in_environments(platform)
    told: set[YamlPath] = set()
    for cluster in platform.clusters:
        for installation in cluster.installations:
            found = list(_literals(installation.options, installation.origin, ""))
            for patch in installation.patches:
                if patch.origin not in told:
                    told.add(patch.origin)
                    found += _in_patch(patch)
            for path, what in found:
                if path in told:
                    continue
                told.add(path)
                yield error(
                    CHECK.id,
                    f"{what} of component {installation.component} stands in clear",
                    path,
                    help="take it out and change it at its source, as Git remembers; name a Secret instead, as in "
                    "`valueFrom: {secretKeyRef: {name: NAME, key: KEY}}` or `existingSecret: NAME`",
                    sources=CHECK.sources,
                )


def _in_environments(platform: Platform) -> Iterator[Diagnostic]:
    for tenant in declared_tenants(platform):
        for variable in tenant.environment:
            what = _what(variable.name, variable.value, everything=False) if variable.value else None
            if what:
                yield error(
                    CHECK.id,
                    f"{what} of team {tenant.team} stands in clear",
                    (*variable.origin, "value"),
                    help="take it out and change it at its source, as Git remembers; write "
                    f"`{{name: {variable.name}, secretRef: NAME, key: KEY}}`",
                    sources=CHECK.sources,
                )


def _in_patch(patch: UserPatch) -> Iterator[tuple[YamlPath, str]]:
    is_secret = patch.target.get("kind") == "Secret"
    whole = (*patch.origin, "path")
    if isinstance(patch.patch, Mapping):
        for path, what in _literals(patch.patch, (*patch.origin, "patch"), "", everything=is_secret):
            yield (whole if patch.file else path), what
        return
    for index, operation in enumerate(patch.patch if isinstance(patch.patch, list | tuple) else ()):
        if isinstance(operation, Mapping) and operation.get("op") in {"add", "replace"}:
            target = str(operation.get("path"))
            is_data = is_secret and target.startswith(("/data", "/stringData"))
            place = (*patch.origin, "patch", index, "value")
            for path, what in _literals(operation.get("value"), place, target.rpartition("/")[2], everything=is_data):
                yield (whole if patch.file else path), what


def _literals(value: object, path: YamlPath, name: str, *, everything: bool = False) -> Iterator[tuple[YamlPath, str]]:
    """Yield each secret in a tree with what it is; `everything`: all texts below `data` and `stringData` are."""
    if isinstance(value, Mapping):
        variable = value.get("name")
        for key, inner in value.items():
            own = variable if key == "value" and isinstance(variable, str) else str(key)
            is_data = everything and (name in _DATA or key in _DATA or path[-1] == "value")
            if is_data and name in _DATA and isinstance(inner, str) and inner:
                yield (*path, key), f"the value {key} of a Secret"
            else:
                yield from _literals(inner, (*path, key), own, everything=everything)
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _literals(inner, (*path, index), name, everything=everything)
    elif isinstance(value, str) and value and not value.startswith(("$(", "${", "{{")):
        what = _what(name, value, everything=everything)
        if what:
            yield path, what


def _what(name: str, value: str, *, everything: bool) -> str | None:
    """Return what a text is if it is a secret, told by its own form first, then by its name."""
    if value in _PUBLIC:
        return f"upstream's public password {value}"
    if value.startswith(_TOKENS) or ("-----BEGIN " in value and "PRIVATE KEY-----" in value):
        return f"the key or token `{name}`"
    scheme, _, rest = value.partition("://")
    user, at, _ = rest.partition("/")[0].rpartition("@")
    if at and ":" in user and scheme.isascii() and "$" not in user:
        return f"a password in the URL `{name}`"
    plain = name.replace("_", "").replace("-", "").lower()
    if everything or plain.endswith(_NAMES):
        return f"the value of `{name}`"
    return None


_DATA = frozenset({"data", "stringData"})
_NAMES = (
    "password",
    "passwd",
    "secretkey",
    "secretaccesskey",
    "clientsecret",
    "apikey",
    "privatekey",
    "accesstoken",
    "apitoken",
    "cookiesecret",
)
_PUBLIC = frozenset({"12341234", "minio123", "pUBnBOY80SnXgjibTYM9ZWNzY2xreNGQok", "7d16fee92f8d11b8940b081b3f8b8acb"})
"""Source: kubeflow/manifests@26.03 common/dex, common/oauth2-proxy, applications/pipeline."""
_TOKENS = ("AKIA", "ghp_", "github_pat_", "glpat-", "xoxb-", "hf_")

_PLATFORM = """\
clusters: [{{name: dev, environment: dev, provider: k3d, kubernetes: "1.34"}}]
versions: {{kubeflow: "26.03"}}
components:
  kserve:
    patches:
      - target: {{kind: Deployment, name: kserve-controller-manager}}
        patch: [{{op: add, path: /spec/template/spec/containers/0/env/-, value: {}}}]
"""


CHECK = Check(
    id="secret-in-clear",
    severity=Severity.ERROR,
    summary="A password, key or token is written in clear in an option or a patch",
    why="Whoever reads the repository or a clone has it; removing the line does not remove it from the history.",
    sources=("https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-environment-variables",),
    bad=_PLATFORM.format("{name: DB_PASSWORD, value: hunter2}"),
    good=_PLATFORM.format("{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}"),
    run=run,
)
