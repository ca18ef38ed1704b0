"""Derives a release's catalog entry from a clone of its repository, without anything typed by hand.

The same ref gives the same bytes on every machine. Writes nothing but temporary files.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compiler.catalog.importer import analyse, charts, globs, readme, remotes, requests, requirements, tree
from compiler.catalog.importer.analyse import Manifest
from compiler.catalog.importer.remotes import Remote, Vendor
from compiler.catalog.importer.render import Kustomize, Rendering
from compiler.catalog.importer.versions_of import version_of
from compiler.catalog.schema import ComponentFile, ProductFile, Upstream
from compiler.diagnostics.failure import EnvironmentFailure
from compiler.frozen import frozen
from compiler.model.manifest import Identity

OWN_VERSION = "the release itself"
"""Where the version of a component comes from whose product ships nothing else."""
RENDERERS = 2
"""How many renderings run at once."""


@frozen
class Imported:
    """A derived entry as plain data, and what a reviewer must look at."""

    entry: dict[str, Any]
    remarks: tuple[str, ...]


@dataclass
class _Found:
    """One component while its release is being read; `carrier` is its place in the product's tree."""

    id: str
    carrier: Upstream
    path: str
    default: bool
    variants: list[str] = field(default_factory=list)
    bundled: list[str] = field(default_factory=list)
    overlays: list[str] = field(default_factory=list)
    rendering: Rendering = field(default_factory=lambda: Rendering(()))
    remotes: tuple[Remote, ...] = ()

    @property
    def directory(self) -> str:
        """The directory to render: the component's own, or one that lays the bundle's kustomize components over it."""
        return f".bundle/{self.id}" if self.bundled else self.path


@dataclass
class _Layout:
    """The directories of a tree that hold kustomizations, and who owns them."""

    carriers: Mapping[str, Upstream]
    directories: Sequence[str]

    def owner(self, path: str) -> str | None:
        """Return the component whose root reaches deepest into the path.

        Raises `ValueError` when two reach equally deep.
        """
        best: dict[str, tuple[int, int]] = {}
        for component, carrier in self.carriers.items():
            for root in carrier.roots:
                depth = globs.depth_below(root, path)
                if depth is not None:
                    literal = len(root.replace("*", ""))
                    best[component] = max(best.get(component, (0, 0)), (depth, literal))
        if not best:
            return None
        deepest = max(best.values())
        owners = [component for component, depth in best.items() if depth == deepest]
        if len(owners) > 1:
            raise ValueError(f"{path} belongs to {' and '.join(sorted(owners))}: make one of their roots deeper")
        return owners[0]


def import_release(product: ProductFile, components: Sequence[ComponentFile], ref: str, clone: Path) -> Imported:
    """Return the entry of the release at `ref`, derived from a local clone of the product's repository.

    Other repositories that the release takes bases from are fetched through git at the refs it names.
    Raises `EnvironmentFailure` when git, kustomize, the ref or such a repository is missing.
    """
    version = version_of_tag(product, ref)
    with tempfile.TemporaryDirectory(prefix="catalog-import-") as folder:
        source = tree.extract(clone, ref, Path(folder).resolve() / "tree", tuple(product.tree))
        carriers = {item.id: item.upstream[product.product] for item in components if product.product in item.upstream}
        reader = charts.read_release if product.kind == "helm" else _read_kustomize
        content, remarks = reader(product, carriers, source, Path(folder).resolve() / "remotes", version)
    entry = {
        "product": product.product,
        "version": version,
        "kind": product.kind,
        "repository": product.repository,
        "ref": source.ref,
        "commit": source.commit,
        "date": source.date,
        **content,
    }
    return Imported(entry, tuple(remarks))


def version_of_tag(product: ProductFile, ref: str) -> str:
    """Return the version that a tag stands for. Raises `EnvironmentFailure` for a ref that is no release tag."""
    found = re.fullmatch(product.tag, ref)
    if found is None:
        raise EnvironmentFailure(f"{ref} is no release of {product.product}", f"its tags look like {product.tag}")
    return found[1]


def _read_kustomize(
    product: ProductFile, carriers: Mapping[str, Upstream], source: tree.SourceTree, store: Path, version: str
) -> tuple[dict[str, Any], list[str]]:
    root = source.root
    directories = sorted(
        {file.parent.relative_to(root).as_posix() for name in remotes.KUSTOMIZATION_FILES for file in root.rglob(name)}
    )
    layout = _Layout(carriers, directories)
    found, unmapped, remarks = _locate(product, layout, root)
    vendor = Vendor(root, store, product.release_bases)
    variant_remotes: dict[str, tuple[Remote, ...]] = {}
    for item in found:
        item.remotes = vendor.closure(root / item.path)
        _lay_over(root, item)
        for path in item.variants:
            variant_remotes[path] = vendor.closure(root / path)
    rendered = _render(root, [path for item in found for path in (item.directory, *item.variants)])
    for item in found:
        item.rendering = rendered[item.directory]
        if item.rendering.error:
            remarks.append(f"{item.id}: {item.path} does not build: {item.rendering.error}")
    found.sort(key=lambda item: not item.default)
    built = {item.id: item.rendering.objects for item in found}
    requires, uses, unmet = requirements.derive(built, {item.id: item.carrier.namespace for item in found})
    table = readme.revisions((root / "README.md").read_text(encoding="utf-8")) if (root / "README.md").exists() else {}
    scopes = {
        kind: definition["spec"]["scope"] == "Namespaced"
        for objects in built.values()
        for kind, definition in analyse.custom_kinds(objects).items()
    }
    injected = {name for objects in built.values() for name in requests.injected_namespaces(objects)}
    entries = {
        item.id: {
            **_component(item, table, scopes, version if not product.bundle else None),
            "workloads": requests.workloads(built[item.id], injected, item.carrier.namespace),
            "proxyRequests": requests.proxy_requests(built[item.id]),
            "requires": requires[item.id],
            "uses": uses[item.id],
            "unmet": unmet[item.id],
            "remotes": sorted({remote.url for remote in item.remotes}),
            "variants": [_variant(path, rendered[path], item, variant_remotes[path], scopes) for path in item.variants],
            "kustomizeComponents": item.overlays,
            "bundled": item.bundled,
        }
        for item in found
    }
    reached = {remote for item in found for remote in item.remotes} | {
        one for many in variant_remotes.values() for one in many
    }
    return {
        "unmapped": unmapped,
        "waves": requirements.waves({component: list(needs) for component, needs in requires.items()}),
        "remotes": [_remote(remote) for remote in sorted(reached)],
        "components": {component: _sparse(entries[component]) for component in sorted(entries)},
    }, remarks


def _locate(product: ProductFile, layout: _Layout, root: Path) -> tuple[list[_Found], list[str], list[str]]:
    """Return the release's components, the bundle's directories that nobody owns, and remarks."""
    found: dict[str, _Found] = {}
    unmapped: list[str] = []
    remarks: list[str] = []
    for path in _bundled(root, product.bundle):
        owner = layout.owner(path)
        if owner in found and _is_component(root / path):
            found[owner].bundled.append(path)
        elif owner is None or owner in found:
            unmapped.append(path)
            why = (
                "belongs to no component"
                if owner is None
                else f"is a second directory of {owner}, after {found[owner].path}"
            )
            remarks.append(f"{path} {why}: describe it in a component.yaml")
        else:
            found[owner] = _Found(owner, layout.carriers[owner], path, default=True)
    for component, carrier in layout.carriers.items():
        if component not in found:
            chosen = _first(carrier.paths, layout.directories)
            if chosen is not None:
                found[component] = _Found(
                    component, carrier, chosen, default=not product.bundle and component == product.product
                )
    paths = {item.path for item in found.values()}
    for directory in layout.directories:
        owner = layout.owner(directory)
        if owner not in found or directory in paths:
            continue
        if _is_component(root / directory):
            found[owner].overlays.append(directory)
        elif any(globs.matches(pattern, directory) for pattern in found[owner].carrier.variants):
            found[owner].variants.append(directory)
    if not found:
        remarks.append(f"no component of {product.product} is in this tree")
    return list(found.values()), sorted(unmapped), remarks


def _is_component(directory: Path) -> bool:
    file = remotes.kustomization_file(directory)
    return file is not None and remotes.read_kustomization(file).get("kind") == "Component"


def _bundled(root: Path, bundle: str) -> list[str]:
    """Return the directories that the bundle's kustomization installs, in its order, relative to the tree."""
    if not bundle:
        return []
    file = remotes.kustomization_file(root / bundle)
    if file is None:
        return []
    content = remotes.read_kustomization(file)
    listed = [*(content.get("resources") or []), *(content.get("components") or [])]
    return [
        (root / bundle / entry).resolve().relative_to(root).as_posix()
        for entry in listed
        if (root / bundle / entry).is_dir()
    ]


def _first(patterns: Sequence[str], directories: Sequence[str]) -> str | None:
    for pattern in patterns:
        for directory in directories:
            if globs.matches(pattern, directory):
                return directory
    return None


def _lay_over(root: Path, item: _Found) -> None:
    """Write the kustomization that adds to a component what the bundle adds to the whole."""
    if item.bundled:
        folder = root / item.directory
        folder.mkdir(parents=True)
        lines = ["resources:", f"- ../../{item.path}", "components:", *(f"- ../../{path}" for path in item.bundled)]
        (folder / "kustomization.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _render(root: Path, paths: Sequence[str]) -> dict[str, Rendering]:
    kustomize = Kustomize(root)
    with ThreadPoolExecutor(RENDERERS) as pool:
        return dict(zip(paths, pool.map(lambda path: kustomize.render(root / path), paths), strict=True))


def _component(
    item: _Found,
    table: Mapping[str, list[tuple[str, int]]],
    scopes: Mapping[tuple[str, str], bool],
    own_version: str | None,
) -> dict[str, Any]:
    objects = item.rendering.objects
    described = analyse.describe(objects, scopes)
    images = [*described["images"], *described["imagesEmbedded"]]
    known = {
        subject: found
        for subject, rule in item.carrier.brings.items()
        if (found := version_of(rule, images, objects, item.remotes, table)) is not None
    }
    first = next(iter(item.carrier.brings), "")
    if own_version is not None:
        known[first] = (own_version, OWN_VERSION)
    version, origin = known.get(first, (None, ""))
    return {
        "path": item.path,
        "default": item.default,
        "version": version,
        "versionSource": origin,
        "brings": {subject: known[subject][0] for subject in sorted(known) if subject},
        "builds": item.rendering.error is None,
        "namespace": item.carrier.namespace if described["namespaceUnset"] else "",
        **described,
    }


def _variant(
    path: str, rendering: Rendering, item: _Found, reached: Sequence[Remote], scopes: Mapping[tuple[str, str], bool]
) -> dict[str, Any]:
    objects = rendering.objects
    images, usual = set(analyse.images_of(objects)), set(analyse.images_of(item.rendering.objects))
    return _sparse(
        {
            "path": path,
            "builds": rendering.error is None,
            "objects": len(objects),
            "sameObjects": bool(objects) and _identities(objects) == _identities(item.rendering.objects),
            "namespaces": analyse.namespaces_of(objects, scopes),
            "imagesAdded": sorted(images - usual),
            "imagesRemoved": sorted(usual - images) if objects else [],
            "remotes": sorted({remote.url for remote in reached}),
        }
    )


def _identities(objects: Sequence[Manifest]) -> list[str]:
    return sorted(str(Identity.of(item)) for item in objects)


def _remote(remote: Remote) -> dict[str, Any]:
    return {
        "file": remote.file,
        "url": remote.url,
        "repository": remote.repository,
        "path": remote.path,
        "ref": remote.ref,
        "commit": remote.commit,
        "releaseFile": remote.release_file,
    }


_DEFAULTS: dict[str, Any] = {"builds": True}


def _sparse(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what says nothing: empty lists, mappings and texts, and what is so by default."""
    return {
        key: value
        for key, value in entry.items()
        if key == "default"
        or (value != _DEFAULTS[key] if key in _DEFAULTS else value not in (None, "", [], {}, False, 0))
    }
