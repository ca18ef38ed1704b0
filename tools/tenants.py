"""Writes docs/tenants.md: which line of a team becomes which field of which object, found by compiling without it too.

Knows no object by name: every row is the difference between two real results, so the page cannot say what is not so.
"""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "tenants.md"
HEAD = """# What becomes of a team

Made by `python tools/tenants.py`, and held to it by a test: each row is the difference between a build with the
declaration and one without, on GKE with Kubeflow {release}. Of long lists the beginning is shown. The objects as they
are written, for each provider and release, stand below `tests/unit/lowering/golden/tenants/`.
"""
DAY = date(2026, 4, 1)
TEAM = "teams[]"
NAMESPACE = "teams[].namespaces[]"


class Declaration(NamedTuple):
    """A part of the platform file: where it stands, and what is written there."""

    where: str
    key: str
    value: Any

    @property
    def text(self) -> str:
        """Return the declaration as the page shows it."""
        return f"`{self.where}.{self.key}: {_flow(self.value)}`"


DECLARATIONS = (
    Declaration(TEAM, "owner", {"user": "ann@acme.com"}),
    Declaration(TEAM, "members", [{"user": "ada@acme.com", "role": "admin"}]),
    Declaration(TEAM, "members", [{"user": "bob@acme.com", "role": "editor"}]),
    Declaration(TEAM, "members", [{"user": "eve@acme.com", "role": "viewer"}]),
    Declaration(TEAM, "members", [{"group": "readers", "role": "viewer"}]),
    Declaration(NAMESPACE, "quota", {"cpu": "64"}),
    Declaration(NAMESPACE, "quota", {"memory": "256Gi"}),
    Declaration(NAMESPACE, "quota", {"ephemeralStorage": "1Ti"}),
    Declaration(NAMESPACE, "quota", {"storage": "2Ti"}),
    Declaration(NAMESPACE, "quota", {"pods": 200}),
    Declaration(NAMESPACE, "quota", {"persistentVolumeClaims": 50}),
    Declaration(NAMESPACE, "quota", {"services": 50}),
    Declaration(NAMESPACE, "quota", {"loadBalancers": 0}),
    Declaration(NAMESPACE, "quota", {"extra": {"limits.memory": "512Gi"}}),
    Declaration(TEAM, "gpus", [{"pool": "a100", "nominal": 4, "borrowingLimit": 2, "lendingLimit": 1}]),
    Declaration(TEAM, "registries", [{"type": "ecr", "account": "123456789012", "region": "eu-west-1"}]),
    Declaration(TEAM, "registries", [{"type": "gar", "project": "acme-ml", "region": "europe-west4"}]),
    Declaration(TEAM, "registries", [{"type": "acr", "name": "acmeml"}]),
    Declaration(TEAM, "registries", [{"type": "ghcr", "secretRef": "ghcr-pull"}]),
    Declaration(TEAM, "registries", [{"type": "harbor", "server": "harbor.acme.com", "secretRef": "harbor-pull"}]),
    Declaration("components.profiles", "workloadIdentity", "{namespace}@acme-ml.iam.gserviceaccount.com"),
    Declaration("namespaces[]", "access", [{"team": "vision", "role": "editor"}]),
)

PLATFORM: dict[str, Any] = {
    "apiVersion": "platform/v1alpha1",
    "kind": "Platform",
    "metadata": {"name": "acme"},
    "gitops": {"repoURL": "https://github.com/acme/platform.git"},
    "components": {"profiles": {}, "external-secrets": {}, "kueue": {}},
    "clusters": [
        {
            "name": "main",
            "environment": "dev",
            "provider": "gke",
            "kubernetes": "1.34",
            "project": "acme-ml",
            "region": "europe-west4",
            "secrets": {"backend": "external-secrets", "store": {"kind": "ClusterSecretStore", "name": "vault"}},
        }
    ],
    "gpuPools": [
        {
            "name": "a100",
            "cluster": "main",
            "accelerator": "nvidia-a100-80gb",
            "gpusPerNode": 1,
            "nodes": {"min": 0, "max": 8},
        }
    ],
    "teams": [
        {
            "name": "vision",
            "owner": {"user": "alice@acme.com"},
            "namespaces": [{"name": "lab", "clusters": ["main"]}],
        }
    ],
    "namespaces": [{"name": "data", "clusters": ["main"]}],
}
Objects = dict[str, Any]
"""Objects by `Kind name` or `Kind namespace/name`."""


def tenants_page() -> str:
    """Return the page as Markdown."""
    from compiler.catalog.load import Catalog

    release = Catalog().versions("kubeflow")[-1]
    plain = objects(PLATFORM, release)
    lines = [HEAD.format(release=release), "## A team with one namespace, and nothing more", ""]
    lines += ["| object | says |", "| --- | --- |"]
    lines += [f"| {_code(name)} | {_said(each)} |" for name, each in plain.items() if "data" not in name]
    lines += ["", "## Each declaration", "", "| declaration | object | field |", "| --- | --- | --- |"]
    for declaration in DECLARATIONS:
        rows = list(differences(plain, objects(declared(declaration), release)))
        if not rows:
            lines.append(
                f"| {declaration.text} | none | the nodes of this provider may read it by their own identity |"
            )
        for first, (name, fields) in zip([declaration.text, *[""] * len(rows)], rows, strict=False):
            lines.append(f"| {first} | {_code(name)} | {fields} |")
    lines += ["", "## Where no profile controller runs", ""]
    lines += ["The Profile is replaced by what the controller would make of it, object for object.", ""]
    lines += ["| object | says |", "| --- | --- |"]
    quota = declared(Declaration(NAMESPACE, "quota", {"cpu": "64"}))
    with_controller, without = objects(quota, release), objects(quota, release, has_profile_controller=False)
    lines += [f"| {_code(name)} | {_said(without[name])} |" for name in without if name not in with_controller]
    lines += ["", "## What depends on the release", "", "| Kubeflow | Pod Security | API of PodDefaults |"]
    lines += ["| --- | --- | --- |"]
    for version in Catalog().versions("kubeflow"):
        found = objects(PLATFORM, version)
        level = found["Namespace lab"]["metadata"]["labels"]["pod-security.kubernetes.io/enforce"]
        lines.append(f"| {version} | {level} | {found['PodDefault lab/access-ml-pipeline']['apiVersion']} |")
    return "\n".join((*lines, ""))


def declared(declaration: Declaration) -> dict[str, Any]:
    """Return the platform with a declaration put in."""
    platform = copy.deepcopy(PLATFORM)
    here: Any = platform
    for step in declaration.where.split("."):
        here = here[step[:-2]][0] if step.endswith("[]") else here[step]
    here[declaration.key] = declaration.value
    return platform


def objects(platform: Mapping[str, Any], release: str, **changes: Any) -> Objects:
    """Return what the platform's team and shared namespace become, with `changes` of what they read."""
    from dataclasses import replace

    from compiler.catalog.load import Catalog
    from compiler.diagnostics.model import Severity
    from compiler.lowering.argocd import lower_applications
    from compiler.lowering.context import tenant_context
    from compiler.lowering.shared_namespaces import lower_shared_namespaces
    from compiler.lowering.tenants import lower_tenant
    from compiler.pipeline import Sources, understand

    kubernetes = "1.34" if release in Catalog().versions("kubeflow")[-2:] else "1.31"
    clusters = [{**platform["clusters"][0], "kubernetes": kubernetes}]
    # JSON is YAML.
    text = json.dumps({**platform, "versions": {"kubeflow": f"=={release}"}, "clusters": clusters})
    found = understand(Sources("platform.yaml", text.encode(), None, "", lambda _: None), Catalog(), as_of=DAY)
    wrong = [each.message for each in found.diagnostics if each.severity is Severity.ERROR]
    if found.platform is None or wrong:
        raise ValueError(f"the page's own platform is wrong: {'; '.join(wrong)}")
    [cluster] = found.platform.clusters
    context = replace(tenant_context(cluster), **changes)
    applications = [
        *(lower_tenant(tenant, context) for tenant in cluster.tenants),
        lower_shared_namespaces(cluster.shared_namespaces, context),
        lower_applications(cluster, found.platform, []),
    ]
    return {
        _name(each["kind"], each["metadata"]): each
        for application in applications
        if application is not None
        for chart in application.charts
        for each in chart.objects
    }


def differences(before: Objects, after: Objects) -> Iterator[tuple[str, str]]:
    """Yield each object that is new, changed or gone, and its fields that are so."""
    for name in before:
        if name not in after:
            yield name, "no more"
    for name, each in after.items():
        if name not in before:
            yield name, _said(each)
        elif each != before[name]:
            old = dict(_leaves(before[name]))
            yield name, _fields({path: value for path, value in _leaves(each) if old.get(path, _MISSING) != value})


def _name(kind: str, metadata: Mapping[str, str]) -> str:
    namespace = metadata.get("namespace")
    return f"{kind} {namespace}/{metadata['name']}" if namespace else f"{kind} {metadata['name']}"


_MISSING = object()
_SHOWN = 3
"""So many entries of a list are shown."""
_METADATA = ("apiVersion", "kind", "metadata.name", "metadata.namespace")
"""What every object has, and its name in the table says."""


def _said(manifest: Any) -> str:
    """Return the fields of an object, less what every object has."""
    return _fields({path: value for path, value in _leaves(manifest) if path not in _METADATA})


def _fields(leaves: Mapping[str, Any]) -> str:
    return "<br>".join(_code(f"{path}: {value}") for path, value in leaves.items())


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every scalar of an object with its path; a list that fits on a line counts as one, and so does nothing."""
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            step = f"[{key}]" if "." in key or "/" in key else f".{key}" if path else key
            yield from _leaves(inner, f"{path}{step}")
    elif isinstance(value, list | tuple) and not all(map(_is_flat, value)):
        for index, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{index}]")
    else:
        yield path, _flow(value)


def _is_flat(value: Any) -> bool:
    """Tell whether an entry of a list can be read on a line: a scalar, or a mapping of scalars."""
    inner = value.values() if isinstance(value, Mapping) else [value]
    return not any(isinstance(each, Mapping | list | tuple) for each in inner)


def _flow(value: Any) -> str:
    """Return data as YAML's flow style, as people write it."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_flow(inner)}' for key, inner in value.items())}}}"
    if isinstance(value, list | tuple):
        more = [f"… {len(value)} in all"] if len(value) > _SHOWN else []
        return f"[{', '.join([*map(_flow, value[:_SHOWN]), *more])}]"
    if isinstance(value, bool):
        return str(value).lower()
    is_quoted = isinstance(value, str) and (not value or value.isdigit() or value[0] in "{*" or value == "true")
    return f'"{value}"' if is_quoted else str(value)


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|")


def main() -> int:
    """Write the page and return the exit code."""
    PAGE.write_text(tenants_page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
