"""Renders the overlays of a cluster with real kustomize and checks the renderings one by one and as a whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from compiler.catalog.load import Catalog
from compiler.diagnostics.model import Diagnostic, Severity
from compiler.emit import layout
from compiler.frozen import frozen
from compiler.lowering.parameters import INSECURE_DEFAULTS
from compiler.lowering.patches import unmatched_user_patches
from compiler.model.manifest import Identity
from compiler.model.names import APPLICATIONS_APPLICATION, BOOTSTRAP_DIRECTORY
from compiler.model.platform import Cluster
from compiler.verify.credentials import default_credentials
from compiler.verify.elsewhere import Elsewhere, elsewhere
from compiler.verify.objects import duplicates, malformation
from compiler.verify.place import Place
from compiler.verify.schemas import Schemas, UnknownKind
from compiler.verify.scope import Scopes
from compiler.verify.sync import Order, forbidden, synced
from compiler.workspace.kustomize import Fetch, Rendering, build

_COMMIT = re.compile(r"[0-9a-f]{40}")

Objects = list[dict[str, Any]]


@frozen
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
    Reports: `overlay-does-not-build`, `unpinned-base`, `malformed-object`, `secret-not-opened`, and what `judge` does.
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
        place = Place(cluster.name, application)
        findings += _unpinned(place, rendering.fetches)
        if rendering.failure is not None:
            findings.append(place.error("overlay-does-not-build", "kustomize cannot build it", rendering.failure))
            continue
        found, broken = _well_formed(place, rendering.text)
        findings += broken
        objects[application] = found
        if rendering.unopened:
            message = (
                f"only Argo CD opens what sops encrypted: {len(rendering.unopened)} Secrets are checked as Git has them"
            )
            findings.append(place.finding(Severity.INFO, "secret-not-opened", message, *rendering.unopened))
        proofs.append(Proof(application, len(found), rendering.fetches))
    bootstrap = render(root, cluster.name, BOOTSTRAP_DIRECTORY)
    projects = _well_formed(Place(cluster.name, BOOTSTRAP_DIRECTORY), bootstrap.text)[0]
    findings += judge(cluster, objects, projects, Catalog(), failed=renderings.keys() - objects.keys())
    return proofs, findings


def judge(
    cluster: Cluster,
    objects: Mapping[str, Objects],
    bootstrap: Objects,
    catalog: Catalog,
    *,
    failed: frozenset[str] | set[str] = frozenset(),
) -> Iterator[Diagnostic]:
    """Yield what is wrong with the rendered objects of a cluster, by application, seen as a whole.

    Args: `bootstrap` holds the AppProjects; `failed` are the applications that could not be rendered: what only they
    could tell is not held against the others.
    Reports: `duplicate-object`, `api-not-served`, `schema-violation`, `default-credential`, `patch-matches-nothing`,
    `project-forbids-object`, `applied-before-its-definition`, `missing-namespace`, `chart-not-rendered`.
    """
    crds = [each for found in objects.values() for each in found if each["kind"] == "CustomResourceDefinition"]
    scopes = Scopes(crds)
    hidden = elsewhere(cluster, catalog, failed)
    yield from _twice(cluster.name, objects)
    yield from _against_schemas(cluster, Schemas(_minor(cluster.kubernetes), iter(crds)), objects, hidden)
    yield from _credentials(cluster, objects)
    for installation in cluster.installations:
        if installation.component in objects:
            # What a patch leaves out is in no rendering any more.
            staying = tuple(each for each in installation.patches if not _deletes(each.patch))
            yield from unmatched_user_patches(replace(installation, patches=staying), objects[installation.component])
    told = synced(cluster.name, objects.get(APPLICATIONS_APPLICATION, []))
    projects = {each["metadata"]["name"]: each for each in bootstrap if each["kind"] == "AppProject"}
    yield from forbidden(cluster.name, told, projects, objects, scopes)
    yield from Order(cluster.name, told, objects, scopes, namespaces=hidden.namespaces).findings()
    for chart in hidden.charts:
        message = "Argo CD renders its Helm chart itself, so the chart's objects were not checked"
        yield Place(cluster.name, chart).finding(Severity.INFO, "chart-not-rendered", message)


def _deletes(patch: object) -> bool:
    return isinstance(patch, Mapping) and patch.get("$patch") == "delete"


def _minor(kubernetes: str) -> tuple[int, int]:
    major, minor, *_ = re.findall(r"\d+", kubernetes)
    return int(major), int(minor)


def _unpinned(place: Place, fetches: Sequence[Fetch]) -> Iterator[Diagnostic]:
    for fetch in fetches:
        if not _COMMIT.fullmatch(fetch.ref):
            yield place.error("unpinned-base", f"{fetch.repository} is fetched at {fetch.ref!r}, which is no commit")


def _well_formed(place: Place, text: str) -> tuple[Objects, list[Diagnostic]]:
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
        place = Place(cluster, holders[0])
        others = " and ".join(holders[1:])
        yield place.error("duplicate-object", f"{identity} is also in {others}; Argo CD would fight over it")


def _against_schemas(
    cluster: Cluster, schemas: Schemas, objects: Mapping[str, Objects], hidden: Elsewhere
) -> Iterator[Diagnostic]:
    for application, found in objects.items():
        place = Place(cluster.name, application)
        for manifest in found:
            identity = Identity.of(manifest)
            try:
                problems = schemas.problems(manifest)
            except UnknownKind:
                if identity.group in hidden.groups:
                    continue
                version = ".".join(map(str, _minor(cluster.kubernetes)))
                yield place.error(
                    "api-not-served",
                    f"{identity} is {manifest['apiVersion']}, which neither Kubernetes {version} nor a CRD of "
                    f"{cluster.name} serves",
                )
                continue
            if problems:
                yield place.error("schema-violation", f"the API server would refuse {identity}", *problems)


def _credentials(cluster: Cluster, objects: Mapping[str, Objects]) -> Iterator[Diagnostic]:
    if cluster.secrets.backend == INSECURE_DEFAULTS:
        return
    for application, found in objects.items():
        for manifest in found:
            for path in default_credentials(manifest):
                yield Place(cluster.name, application).error(
                    "default-credential",
                    f"{Identity.of(manifest)} holds a password that everybody can read in upstream's repository, "
                    f"at {path}",
                )
