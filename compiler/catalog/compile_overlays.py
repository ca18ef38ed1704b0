"""Compiles what the files of `components/<id>/` say of our overlay into `overlays.json`, which is quick to read.

Run by a maintainer as `python -m compiler.catalog.compile_overlays`; never imported when a platform is compiled.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from compiler.catalog.overlay import COMPILED, in_range, overlay_from_plain
from compiler.catalog.reaches import reach_changes
from compiler.catalog.sizes import size_changes

COMPONENTS = Path(__file__).parents[1] / "components"
_TOP = {"changes", "secrets", "sync", "helm"}
_SYNC = {"ignoreDifferences"}


def read_overlay(folder: Path) -> dict[str, Any]:
    """Return the plain data of a component's overlay, with the files that its patches name read in.

    What reaches out and its sizes come last, as changes.

    Raises: `ValueError` for an unknown key, a reason or source that is missing, a range that is none, and a patch
    file that is not in the component's `patches/`.
    """
    plain = _read(folder / "overlay.yaml")
    for name, allowed, given in (("overlay.yaml", _TOP, plain), ("sync", _SYNC, plain.get("sync", {}))):
        if unknown := sorted(set(given) - allowed):
            raise ValueError(f"{folder.name}: {name} has no {', '.join(unknown)}")
    for change in plain.get("changes", ()):
        for patch in change.get("patches", ()):
            file = patch.pop("file", None)
            if file is not None:
                patch["patch"] = yaml.load((folder / "patches" / file).read_text("utf-8"), Loader=yaml.CSafeLoader)
            if set(patch) != {"target", "patch"}:
                raise ValueError(f"{folder.name}: a patch needs target and patch, or target and file")
    try:
        more = [*reach_changes(_read(folder / "reaches.yaml")), *size_changes(_read(folder / "sizes.yaml"))]
        if more:
            plain["changes"] = [*plain.get("changes", ()), *more]
        overlay = overlay_from_plain(folder.name, plain)
    except ValueError as problem:
        raise ValueError(f"{folder.name}: {problem}") from problem
    ranges = [entry.releases for entry in overlay.changes]
    ranges += [entry.releases for entry in overlay.secrets] + [entry.releases for entry in overlay.ignore_differences]
    for constraint in ranges:
        in_range("1", constraint)
    return dict(plain)


def _read(file: Path) -> Any:
    """Return what stands in a file; an empty mapping where there is none."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return yaml.load(text, Loader=yaml.CSafeLoader) or {}


def compile_overlays(components: Path = COMPONENTS) -> str:
    """Return the text of `overlays.json` for all components that have an overlay, sorted by id."""
    names = ("overlay", "reaches", "sizes")
    folders = sorted({path.parent for name in names for path in components.glob(f"*/{name}.yaml")})
    return json.dumps({folder.name: read_overlay(folder) for folder in folders}, sort_keys=False, indent=1) + "\n"


if __name__ == "__main__":
    COMPILED.write_text(compile_overlays(), encoding="utf-8")
