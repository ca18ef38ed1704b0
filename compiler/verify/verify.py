"""Renders the overlays of a cluster with real kustomize and checks the renderings one by one and as a whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compiler.diagnostics.model import Diagnostic, Severity, Span
from compiler.emit import layout
from compiler.model.manifest import Identity
from compiler.model.platform import Cluster
from compiler.verify.objects import duplicates, malformation
from compiler.verify.schemas import Schemas, UnknownKind
from compiler.workspace.kustomize import Fetch, Rendering, build

_COMMIT = re.compile(r"[0-9a-f]{40}")

Objects = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of one overlay after it was rendered."""

    application: str
    objects: int
    fetches: tuple[Fetch, ...]


def render(root: Path, cluster: str, application: str) -> Rendering:
    """Return the rendering of one overlay."""
    return build(root, layout.overlay_directory(cluster, application))


def verify_cluster(
    root: Path,
    cluster: Cluster,
    applications: Sequence[str],
    *,
    workers: int,
    on_rendered: Callable[[str], None],
) -> tuple[list[Proof], list[Diagnostic]]:
    """Return a proof for each application of a cluster and the findings.

    Args: `workers` is how many kustomize run at once; `on_rendered` is told each application as it is done.
    Reports: `overlay-does-not-build`, `unpinned-base`, `malformed-object`, `duplicate-object`, `api-not-served`,
    `schema-violation`.
    """

    def one(application: str) -> Rendering:
        rendering = render(root, cluster.name, application)
        on_rendered(application)
        return rendering

    with ThreadPoolExecutor(workers) as pool:
        renderings = dict(zip(applications, pool.map(one, applications), strict=True))
    findings: list[Diagnostic] = []
    proofs: list[Proof] = []
    objects: dict[str, Objects] = {}
    for application, rendering in renderings.items():
        place = _Place(cluster.name, application)
        findings += _unpinned(place, rendering.fetches)
        if rendering.failure is not None:
            findings.append(place.error("overlay-does-not-build", "kustomize cannot build it", rendering.failure))
            continue
        found, broken = _well_formed(place, rendering.text)
        findings += broken
        objects[application] = found
        proofs.append(Proof(application, len(found), rendering.fetches))
    findings += _twice(cluster.name, objects)
    findings += _against_schemas(cluster.name, _minor(cluster.kubernetes), objects)
    return proofs, findings


def _minor(kubernetes: str) -> tuple[int, int]:
    major, minor, *_ = re.findall(r"\d+", kubernetes)
    return int(major), int(minor)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a finding about an overlay points: the first line of its kustomization."""

    cluster: str
    application: str

    def finding(self, severity: Severity, code: str, message: str, *notes: str) -> Diagnostic:
        file = f"{layout.overlay_directory(self.cluster, self.application)}/{layout.KUSTOMIZATION}"
        text = f"{self.cluster}/{self.application}: {message}"
        return Diagnostic(code, severity, text, span=Span(file, 1, 1, 1, 2), notes=notes)

    def error(self, code: str, message: str, *notes: str) -> Diagnostic:
        return self.finding(Severity.ERROR, code, message, *notes)


def _unpinned(place: _Place, fetches: Sequence[Fetch]) -> Iterator[Diagnostic]:
    for fetch in fetches:
        if not _COMMIT.fullmatch(fetch.ref):
            yield place.error("unpinned-base", f"{fetch.repository} is fetched at {fetch.ref!r}, which is no commit")


def _well_formed(place: _Place, text: str) -> tuple[Objects, list[Diagnostic]]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found, findings = [], []
    for manifest in yaml.load_all(text, loader):
        if manifest is None:
            continue
        reason = malformation(manifest)
        if reason is None:
            found.append(manifest)
        else:
            name = f"{manifest.get('kind')} {(manifest.get('metadata') or {}).get('name')}"
            findings.append(place.error("malformed-object", f"{name} is no Kubernetes object: {reason}"))
    return found, findings


def _twice(cluster: str, objects: Mapping[str, Objects]) -> Iterator[Diagnostic]:
    for identity, holders in duplicates(objects).items():
        place = _Place(cluster, holders[0])
        others = " and ".join(holders[1:])
        yield place.error("duplicate-object", f"{identity} is also in {others}; Argo CD would fight over it")


def _against_schemas(cluster: str, minor: tuple[int, int], objects: Mapping[str, Objects]) -> Iterator[Diagnostic]:
    every = [manifest for found in objects.values() for manifest in found]
    schemas = Schemas(minor, (each for each in every if each["kind"] == "CustomResourceDefinition"))
    for application, found in objects.items():
        place = _Place(cluster, application)
        for manifest in found:
            identity = Identity.of(manifest)
            try:
                problems = schemas.problems(manifest)
            except UnknownKind:
                version = f"{minor[0]}.{minor[1]}"
                yield place.finding(
                    Severity.ERROR,
                    "api-not-served",
                    f"{identity} is {manifest['apiVersion']}, which neither Kubernetes {version} nor a CRD of "
                    f"{cluster} serves",
                )
                continue
            if problems:
                yield place.finding(
                    Severity.ERROR, "schema-violation", f"the API server would refuse {identity}", *problems
                )
