"""Upstream trees at their commits, made buildable without the network, for comparing our overlays with them."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from compiler.lowering.patches import HASH, plain_identity
from compiler.model.manifest import Identity
from compiler.model.release import ProductRelease, RemoteBase
from compiler.workspace.kustomize import find_kustomize

ROOT = Path(__file__).parents[2]


def checkout(repository: str, commit: str, folder: Path) -> Path:
    """Return a folder with the repository's files at the commit; fetched through Git, so `insteadOf` counts."""
    folder.mkdir(parents=True)
    git = ["git", "-C", str(folder), "-c", "advice.detachedHead=false"]
    subprocess.run([*git, "init", "--quiet"], check=True, capture_output=True)
    subprocess.run([*git, "fetch", "--quiet", "--depth=1", repository, commit], check=True, capture_output=True)
    subprocess.run([*git, "checkout", "--quiet", "FETCH_HEAD"], check=True, capture_output=True)
    return folder


def vendored(release: ProductRelease, scratch: Path) -> Path:
    """Return the release's tree with every reference to another repository replaced by that repository's files.

    A release file is made again from the directory that it was made from.
    """
    tree = checkout(release.repository, release.commit, scratch / "release")
    fetched: dict[tuple[str, str], Path] = {}
    for remote in release.remotes:
        key = (remote.repository, remote.commit)
        if key not in fetched:
            fetched[key] = checkout(*key, tree / "_remotes" / f"{len(fetched)}")
        _replace(remote, tree / remote.file, fetched[key])
    return tree


def _replace(remote: RemoteBase, kustomization: Path, fetched: Path) -> None:
    if remote.release_file:
        name = f"{fetched.name}-release-file.yaml"
        (kustomization.parent / name).write_text(build(fetched / remote.path))
    else:
        name = os.path.relpath(fetched / remote.path, kustomization.parent)
    kustomization.write_text(kustomization.read_text().replace(remote.url, name))


def build(directory: Path) -> str:
    """Return what kustomize makes of a directory."""
    command = [str(find_kustomize(ROOT)), "build", str(directory)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{directory}: {done.stderr[-2000:]}"
    return done.stdout


def objects(text: str) -> Iterator[tuple[Identity, Mapping[str, Any]]]:
    """Yield the objects of a rendering by identity, names without the suffix of generated ones everywhere."""
    for item in yaml.load_all(text, Loader=yaml.CSafeLoader):
        if item:
            yield plain_identity(Identity.of(item)), _without_hashes(item)


def _without_hashes(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_hashes(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_hashes(inner) for inner in value]
    return HASH.sub("", value) if isinstance(value, str) else value


_OURS = re.compile(r"argocd\.argoproj\.io/(compare-options|sync-options|sync-wave)")


def comparable(item: Any) -> Any:
    """Return an object without the annotations that we put on every release's objects, and texts as what they say."""
    if isinstance(item, dict):
        kept = {key: comparable(value) for key, value in item.items() if not _OURS.fullmatch(key)}
        if kept.get("annotations") == {} and item["annotations"]:
            del kept["annotations"]
        return kept
    if isinstance(item, list):
        return [comparable(value) for value in item]
    if isinstance(item, str) and ("\n" in item or ": " in item):
        # Kustomize trims the text of a patch, so that a text at its end loses its last line break.
        try:
            return yaml.load(item, Loader=yaml.CSafeLoader)
        except yaml.YAMLError:
            return item.rstrip()
    return item


def renamed(item: Any, images: Mapping[str, Mapping[str, str]]) -> Any:
    """Return an object with its images as the overlay's `images` leave them."""
    if isinstance(item, dict):
        return {key: _image(v, images) if key == "image" else renamed(v, images) for key, v in item.items()}
    return [renamed(value, images) for value in item] if isinstance(item, list) else item


def _image(image: Any, images: Mapping[str, Mapping[str, str]]) -> Any:
    if not isinstance(image, str):
        return renamed(image, images)
    found = re.fullmatch(r"(.*?)(?::([^:/]+))?", image)
    assert found is not None
    change = images.get(found[1])
    if change is None:
        return image
    tag = change.get("newTag", found[2])
    return f"{change.get('newName', found[1])}:{tag}"
