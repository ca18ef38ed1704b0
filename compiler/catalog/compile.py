"""Compiles the catalog's YAML into the JSON that the stages read; a tool of maintainers and of the freshness test.

Checks that the parts agree, and joins what belongs together: a release's entry, what people know of it, and which
component of another product meets a need that its own product does not. Never imported where the catalog is read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from compiler import registry
from compiler.catalog import schema
from compiler.catalog.schema import (
    AcceleratorFile,
    ComponentFile,
    FactFile,
    KubernetesFile,
    ProductFile,
    ReleaseFile,
    Shape,
)
from compiler.catalog.versions import ConstraintMistake, VersionOrder, parse_constraint

CATALOG = Path(__file__).parent
COMPONENTS = CATALOG.parent / "components"
COMPILED = "compiled"

Part = TypeVar("Part")


class CatalogMistake(ValueError):
    """The catalog's files are wrong; the message lists every mistake, one a line."""


def compile_catalog(catalog: Path = CATALOG, components: Path = COMPONENTS) -> dict[str, bytes]:
    """Return the compiled files by path relative to `catalog/compiled`. Raises `CatalogMistake`."""
    mistakes: list[str] = []
    ribs = _read_all(registry.scan_folders(components, "component.yaml"), schema.read_component, mistakes)
    products = _read_all(sorted((catalog / "products").glob("*.yaml")), schema.read_product, mistakes)
    releases = _read_all(sorted((catalog / "releases").glob("*/*.yaml")), schema.read_release, mistakes)
    facts = _read_all(
        sorted((catalog / "compatibility").glob("*.yaml")),
        lambda path: (path.stem, FactFile.model_validate(schema.read_yaml(path))),
        mistakes,
    )
    if mistakes:
        raise CatalogMistake("\n".join(mistakes))
    mistakes = [*_disagreements(ribs, products, releases), *_fact_mistakes(facts)]
    if mistakes:
        raise CatalogMistake("\n".join(mistakes))
    ordered = {product.product: _ordered(product, releases) for product in products}
    newest = sorted(
        (entries[-1] for entries in ordered.values() if entries), key=lambda pair: (not pair[0].bundle, pair[0].product)
    )
    providers = Providers(release for _, release in newest)
    joined = {
        name: [_join(product, release, providers) for product, release in entries] for name, entries in ordered.items()
    }
    files: dict[str, Any] = {
        "index.json": _index(ribs, products, joined, facts),
        "components.json": {rib.id: _component(rib) for rib in ribs},
        "kubernetes.json": _plain(KubernetesFile.model_validate(schema.read_yaml(catalog / "kubernetes.yaml"))),
        "accelerators.json": _plain(AcceleratorFile.model_validate(schema.read_yaml(catalog / "accelerators.yaml"))),
    }
    for entries in joined.values():
        for entry in entries:
            files[f"releases/{entry['product']}/{entry['version']}.json"] = entry
    for name, file in facts:
        files[f"compatibility/{name}.json"] = [_plain(fact) for fact in file.facts]
    return {path: _bytes(files[path]) for path in sorted(files)}


def write_compiled(catalog: Path = CATALOG, components: Path = COMPONENTS) -> list[str]:
    """Bring `catalog/compiled` up to date and return the paths that changed or left, sorted."""
    target = catalog / COMPILED
    wanted = compile_catalog(catalog, components)
    present = {path.relative_to(target).as_posix(): path for path in target.rglob("*.json")} if target.exists() else {}
    changed = []
    for path, content in wanted.items():
        if path not in present or present[path].read_bytes() != content:
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            (target / path).write_bytes(content)
            changed.append(path)
    for path in sorted(present.keys() - wanted.keys()):
        present[path].unlink()
        changed.append(path)
    return sorted(changed)


def _read_all(paths: Iterable[Path], read: Callable[[Path], Part], mistakes: list[str]) -> list[Part]:
    parts = []
    for path in paths:
        try:
            parts.append(read(path))
        except ValidationError as wrong:
            mistakes += [
                f"{path.parent.name}/{path.name}: {'.'.join(str(step) for step in one['loc'])}: {one['msg']}"
                for one in wrong.errors()
            ]
        except ValueError as wrong:
            mistakes.append(str(wrong))
    return parts


def _disagreements(
    ribs: Sequence[ComponentFile], products: Sequence[ProductFile], releases: Sequence[ReleaseFile]
) -> Iterator[str]:
    """Yield every place where the files contradict each other."""
    known, carried = {rib.id: rib for rib in ribs}, {product.product: product for product in products}
    entries = {(release.product, release.version): release for release in releases}
    for rib in ribs:
        for name in (*rib.replaces, *rib.conflicts):
            if name not in known:
                yield f"component {rib.id} names {name}, which is no component"
        for name in rib.upstream:
            if name not in carried:
                yield f"component {rib.id} names {name}, which is no product"
    for product in products:
        for version, notes in product.releases.items():
            entry = entries.get((product.product, version))
            if entry is None:
                yield f"{product.product} {version} has no entry: import it"
            elif (entry.ref, entry.repository, entry.kind) != (notes.ref, product.repository, product.kind):
                yield f"{product.product} {version} was imported from elsewhere than its product says"
            for step in notes.upgrade:
                if entry is not None and step.component not in entry.components:
                    yield f"{product.product} {version} has no component {step.component}, which an upgrade step names"
    for release in releases:
        where = f"{release.product} {release.version}"
        if release.version not in (carried[release.product].releases if release.product in carried else {}):
            yield f"{where} is imported but not described in products/{release.product}.yaml"
        if release.unmapped:
            yield f"{where} installs what no component owns: {', '.join(release.unmapped)}"
        for name in release.components:
            if name not in known or release.product not in known[name].upstream:
                yield f"{where} has the component {name}, which is not described"


def _fact_mistakes(facts: Sequence[tuple[str, FactFile]]) -> Iterator[str]:
    seen: dict[str, str] = {}
    homes: dict[str, str] = {}
    for name, file in facts:
        for fact in file.facts:
            if fact.id in seen:
                yield f"fact {fact.id} stands in {seen[fact.id]} and {name}"
            if homes.setdefault(fact.subject, name) != name:
                yield f"facts of {fact.subject} stand in {homes[fact.subject]} and {name}"
            seen[fact.id] = name
            for subject, text in fact.requires.items():
                constraint = parse_constraint(text)
                if isinstance(constraint, ConstraintMistake):
                    yield f"fact {fact.id} on {subject}: {constraint.reason}"


def _ordered(product: ProductFile, releases: Sequence[ReleaseFile]) -> list[tuple[ProductFile, ReleaseFile]]:
    """Return the product's releases from the oldest to the newest."""
    order = VersionOrder(tuple(product.eras))
    mine = [release for release in releases if release.product == product.product]
    return [(product, release) for release in sorted(mine, key=lambda release: order.key(release.version))]


class Providers:
    """Which component provides a kind of an API group or a namespace, over the newest release of each product.

    Products with a bundle come first, and in a release its default components: they are what most clusters have.
    """

    def __init__(self, newest: Iterable[ReleaseFile]) -> None:
        self.groups: dict[str, str] = {}
        self.namespaces: dict[str, str] = {}
        for release in newest:
            for name, component in sorted(release.components.items(), key=lambda item: (not item[1].default, item[0])):
                for definition in component.crds:
                    self.groups.setdefault(definition.partition(".")[2], name)
                for namespace in component.namespaces_created:
                    self.namespaces.setdefault(namespace, name)

    def of(self, reason: str) -> str | None:
        """Return who meets a need, written as the importer writes it (`CR Kind.group`, `namespace name`)."""
        kind, _, name = reason.partition(" ")
        return self.groups.get(name.partition(".")[2]) if kind == "CR" else self.namespaces.get(name)


def _join(product: ProductFile, release: ReleaseFile, providers: Providers) -> dict[str, Any]:
    """Return a release as the stages read it."""
    notes = product.releases[release.version]
    entry = _plain(release)
    del entry["unmapped"]
    components = entry["components"]
    for name, component in components.items():
        requires: dict[str, list[str]] = component.get("requires", {})
        unmet: dict[str, list[str]] = {}
        for topic, reasons in component.pop("unmet", {}).items():
            for reason in reasons:
                owner = providers.of(reason)
                if owner is None or owner == name:
                    unmet.setdefault(topic, []).append(reason)
                else:
                    requires.setdefault(owner, []).append(reason)
        if requires:
            component["requires"] = {owner: requires[owner] for owner in sorted(requires)}
        if unmet:
            component["unmet"] = unmet
    brings: dict[str, str] = {}
    for component in sorted(components.values(), key=lambda item: not item["default"]):
        for subject, version in component.get("brings", {}).items():
            brings.setdefault(subject, version)
    return {
        **{key: value for key, value in entry.items() if key != "components"},
        "verified": notes.verified,
        "upgradeSource": notes.upgrade_source,
        "kubernetes": _plain(notes.kubernetes),
        "notes": notes.notes,
        "brings": dict(sorted(brings.items())),
        "components": components,
        **({"upgrade": [_plain(step) for step in notes.upgrade]} if notes.upgrade else {}),
    }


def _index(
    ribs: Sequence[ComponentFile],
    products: Sequence[ProductFile],
    joined: Mapping[str, list[dict[str, Any]]],
    facts: Sequence[tuple[str, FactFile]],
) -> dict[str, Any]:
    return {
        "products": {
            product.product: {
                "summary": product.summary,
                "docs": product.docs,
                "repository": product.repository,
                "kind": product.kind,
                "bundle": product.bundle,
                "eras": product.eras,
                "releases": [
                    {
                        "version": entry["version"],
                        "ref": entry["ref"],
                        "commit": entry["commit"],
                        "upgradeSource": entry["upgradeSource"],
                        "kubernetesMinimum": entry["kubernetes"].get("minimum"),
                        "components": list(entry["components"]),
                        "brings": entry["brings"],
                    }
                    for entry in joined[product.product]
                ],
            }
            for product in products
        },
        "components": [rib.id for rib in ribs],
        "subjects": {fact.subject: name for name, file in facts for fact in file.facts},
        "eras": {fact.subject: file.eras for _, file in facts if file.eras for fact in file.facts},
    }


def _component(rib: ComponentFile) -> dict[str, Any]:
    plain = _plain(rib)
    carriers = plain.pop("upstream")
    plain["products"] = list(carriers)
    plain["subjects"] = list(dict.fromkeys(subject for carrier in rib.upstream.values() for subject in carrier.brings))
    return plain


def _plain(shape: Shape) -> dict[str, Any]:
    """Return a shape as JSON data in camelCase, without what is as by default."""
    return shape.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _bytes(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
