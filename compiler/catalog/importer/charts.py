"""Reads releases that are Helm charts in a repository: what the chart says of itself and the CRDs it carries.

Renders no chart: Argo CD does, with values that the platform compiles. Definitions that a chart leaves out of Git are
taken from the kustomization beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from compiler.catalog.importer import analyse, globs, tree
from compiler.catalog.importer.reading import read
from compiler.catalog.importer.remotes import kustomization_file
from compiler.catalog.importer.render import Kustomize
from compiler.catalog.schema import ProductFile, Upstream

_DEFINITION = re.compile(r"^kind: CustomResourceDefinition\s*$", re.MULTILINE)
_NAME = re.compile(r"^metadata:\n(?:(?:[ {#-].*)?\n)*?  name: [\"']?([a-z0-9.-]+)[\"']?\s*$", re.MULTILINE)


def read_release(
    product: ProductFile, carriers: Mapping[str, Upstream], source: tree.SourceTree, store: Path, version: str
) -> tuple[dict[str, Any], list[str]]:
    """Return the release's content in the shape of an entry, and remarks for the reviewer."""
    del store
    charts = sorted(file.parent.relative_to(source.root).as_posix() for file in source.root.rglob("Chart.yaml"))
    components: dict[str, Any] = {}
    remarks: list[str] = []
    for component in sorted(carriers):
        path = next(
            (chart for pattern in carriers[component].paths for chart in charts if globs.matches(pattern, chart)), None
        )
        if path is None:
            remarks.append(f"{component}: no chart at {', '.join(carriers[component].paths)}")
            continue
        entry = _component(source.root, path, version, carriers[component])
        components[component] = entry
        if entry["chart"]["version"].removeprefix("v") != version:
            said = f"version {entry['chart']['version']}, application {entry['chart'].get('appVersion', 'unknown')}"
            remarks.append(f"{component}: the chart at {source.ref} says {said}: its image tags must be set by values")
    waves = [sorted(components)] if components else []
    del product
    return {"unmapped": [], "waves": waves, "remotes": [], "components": components}, remarks


def _component(root: Path, path: str, version: str, carrier: Upstream) -> dict[str, Any]:
    folder = root / path
    about = _load(folder / "Chart.yaml")
    application = str(about.get("appVersion", "")).removeprefix("v")
    chart = {"name": about["name"], "version": str(about["version"])}
    for key in ("appVersion", "kubeVersion"):
        if about.get(key):
            chart[key] = str(about[key])
    if dependencies := about.get("dependencies"):
        chart["dependencies"] = [
            {
                **{key: str(one[key]) for key in ("name", "version", "repository") if one.get(key)},
                "vendored": "yes" if (folder / "charts" / one["name"]).is_dir() else "no",
            }
            for one in dependencies
        ]
    subjects = list(carrier.brings) or []
    entry: dict[str, Any] = {"path": path, "default": True, "version": version, "versionSource": "the release itself"}
    if subjects:
        entry["brings"] = {
            subject: (version if number == 0 else application) for number, subject in enumerate(subjects)
        }
    crds = dict(_definitions(folder))
    if carrier.definitions and kustomization_file(root / carrier.definitions):
        entry["definitions"] = carrier.definitions
        crds |= analyse.describe(Kustomize(root).render(root / carrier.definitions).objects, {})["crds"]
    if crds:
        entry["crds"] = dict(sorted(crds.items()))
        entry["oversized"] = {
            f"CustomResourceDefinition/{name}": size
            for name, size in sorted(crds.items())
            if size > analyse.APPLY_LIMIT_BYTES
        }
        if not entry["oversized"]:
            del entry["oversized"]
    entry["chart"] = chart
    return entry


def _definitions(folder: Path) -> Iterator[tuple[str, int]]:
    """Yield name and size (bytes of text, an upper bound) of each CRD that the chart or a chart inside it carries.

    Templates are read as text: only what lies between their actions is YAML.
    """
    for file in sorted({*folder.glob("**/crds/**/*.yaml"), *folder.glob("**/templates/**/*crd*.yaml")}):
        for text in re.split(r"^---\s*$", file.read_text(encoding="utf-8"), flags=re.MULTILINE):
            if _DEFINITION.search(text) and (named := _NAME.search(text)):
                yield named[1], len(text.encode())


def _load(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = read(file.read_text(encoding="utf-8"))
    return content
