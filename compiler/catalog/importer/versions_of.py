"""Reads the versions of what a component ships from its images, labels, remote bases or the README's table.

Images come first because they are what runs; a README was found to be wrong in several releases.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from compiler.catalog.importer.analyse import Manifest
from compiler.catalog.importer.remotes import Remote
from compiler.catalog.schema import VersionRule

_VERSION = re.compile(r"v?(\d+\.\d[\w.+-]*)")
_LABEL = "app.kubernetes.io/version"


def version_of(
    rule: VersionRule,
    images: Sequence[str],
    objects: Sequence[Manifest],
    remotes: Sequence[Remote],
    readme: Mapping[str, list[tuple[str, int]]],
) -> tuple[str, str] | None:
    """Return version (without `v`) and where it was read, or None when nothing says it."""
    for pattern in rule.images:
        for image in images:
            name, _, tag = image.partition("@")[0].rpartition(":")
            if re.search(pattern, name) and (found := _VERSION.fullmatch(tag)):
                return found[1], f"image {image}"
    if rule.labels:
        labels = {str((item["metadata"].get("labels") or {}).get(_LABEL, "")).removeprefix("v") for item in objects} - {
            ""
        }
        if len(labels) == 1:
            return labels.pop(), f"label {_LABEL}"
    for pattern in rule.remotes:
        for remote in remotes:
            if re.search(pattern, remote.repository) and (found := _VERSION.fullmatch(remote.ref)):
                return found[1], f"base {remote.url}"
    for name in rule.readme:
        links = readme.get(name, [])
        if rule.revision < len(links) and (found := _VERSION.fullmatch(links[rule.revision][0])):
            return found[1], f"README.md:{links[rule.revision][1]}"
    return None
