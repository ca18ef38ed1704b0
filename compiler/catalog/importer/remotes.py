"""Finds what kustomizations take from other repositories, and replaces it by local copies of the same commits.

Release files are recomposed from the Git base that they were made from, as the product's rules say.
Knows nothing of what the rendered objects mean.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from compiler.catalog.importer import tree
from compiler.catalog.importer.reading import read

KUSTOMIZATION_FILES = ("kustomization.yaml", "kustomization.yml", "Kustomization")

_HOSTED = re.compile(
    r"(?:git::)?(?:https?://|ssh://git@|git@|git://)?(?P<host>[a-zA-Z0-9.-]+\.[a-z]+)[/:]"
    r"(?P<owner>[^/?]+)/(?P<name>[^/?]+?)(?:\.git)?(?:/+(?P<path>[^?]*?))?/?(?:\?(?P<query>.*))?"
)
_RELEASE_FILE = re.compile(
    r"https://github\.com/(?P<owner>[^/]+)/(?P<name>[^/]+)/releases/download/(?P<ref>[^/]+)/(?P<file>[^/?]+)"
)
_RAW_FILE = re.compile(
    r"https://raw\.githubusercontent\.com/(?P<owner>[^/]+)/(?P<name>[^/]+)/(?:refs/tags/)?(?P<ref>[^/]+)/(?P<path>[^?]+)"
)


class Remote(NamedTuple):
    """One reference to another repository, as written in `file` and as resolved to a commit.

    `path` is the directory to build (or the file to read) in `repository` at `commit`. `release_file` is set when
    `url` names a published file, whose source `path` is.
    """

    file: str
    url: str
    repository: str
    path: str
    ref: str
    commit: str
    release_file: bool


class Address(NamedTuple):
    """Where a URL points: a directory or file of a repository at a ref."""

    repository: str
    path: str
    ref: str
    is_release_file: bool


def parse_address(text: str, release_bases: Mapping[str, str]) -> Address | None:
    """Return where a kustomization's entry points, or None for text that names no other repository.

    `release_bases` maps `owner/name/file` of a release file to the directory that the file is built from;
    a release file without a rule has an empty path.
    """
    if released := _RELEASE_FILE.fullmatch(text):
        key = f"{released['owner']}/{released['name']}"
        base = release_bases.get(f"{key}/{released['file']}", "")
        return Address(f"https://github.com/{key}", base, released["ref"], is_release_file=True)
    if raw := _RAW_FILE.fullmatch(text):
        return Address(
            f"https://github.com/{raw['owner']}/{raw['name']}", raw["path"], raw["ref"], is_release_file=False
        )
    hosted = _HOSTED.fullmatch(text)
    if hosted is None or (
        "://" not in text and "@" not in text and not text.startswith(("github.com/", "gitlab.com/"))
    ):
        return None
    query = dict(part.partition("=")[::2] for part in (hosted["query"] or "").split("&"))
    ref = query.get("ref") or query.get("version") or "HEAD"
    repository = f"https://{hosted['host']}/{hosted['owner']}/{hosted['name']}"
    return Address(repository, (hosted["path"] or "").strip("/"), ref, is_release_file=False)


def kustomization_file(directory: Path) -> Path | None:
    """Return the directory's kustomization, or None when it has none."""
    for name in KUSTOMIZATION_FILES:
        if (directory / name).is_file():
            return directory / name
    return None


def read_kustomization(file: Path) -> dict[str, Any]:
    """Return a kustomization as plain data; a file that is no mapping gives an empty one."""
    content = read(file.read_text(encoding="utf-8"))
    return content if isinstance(content, dict) else {}


@dataclass
class Vendor:
    """Makes an extracted tree self-contained, directory by directory.

    `root` is the extracted tree (changed in place), `store` the folder for copies of other repositories.
    """

    root: Path
    store: Path
    release_bases: Mapping[str, str]
    _seen: dict[Path, tuple[Remote, ...]] = field(default_factory=dict)
    _trees: dict[tuple[str, str], tree.SourceTree] = field(default_factory=dict)
    _names: dict[Path, str] = field(default_factory=dict)

    def closure(self, directory: Path) -> tuple[Remote, ...]:
        """Vendor all that the kustomization in `directory` reaches, and return it, each once, sorted.

        Raises `EnvironmentFailure` when a repository or ref can't be fetched.
        """
        directory = directory.resolve()
        if directory in self._seen:
            return self._seen[directory]
        self._seen[directory] = ()
        file = kustomization_file(directory)
        found: set[Remote] = set()
        if file is not None:
            replaced: dict[str, str] = {}
            content = read_kustomization(file)
            for entry in [entry for key in ("resources", "bases", "components") for entry in content.get(key) or []]:
                if not isinstance(entry, str):
                    continue
                target = directory / entry
                if target.is_dir():
                    found.update(self.closure(target))
                elif not target.exists():
                    address = parse_address(entry, self.release_bases)
                    if address is not None and address.path:
                        remote, local = self._bring(file, entry, address)
                        found.add(remote)
                        if local.is_dir():
                            found.update(self.closure(local))
                            replaced[entry] = os.path.relpath(local, directory)
                        else:
                            copy = directory / f"vendored-{hashlib.sha256(entry.encode()).hexdigest()[:12]}.yaml"
                            shutil.copyfile(local, copy)
                            replaced[entry] = copy.name
            self._rewrite(file, replaced)
        self._seen[directory] = tuple(sorted(found))
        return self._seen[directory]

    def _bring(self, file: Path, url: str, address: Address) -> tuple[Remote, Path]:
        source = self._tree(address.repository, address.ref)
        local = (source.root / address.path).resolve()
        where = self._display(file)
        remote = Remote(
            where, url, address.repository, address.path, address.ref, source.commit, address.is_release_file
        )
        return remote, local

    def _tree(self, repository: str, ref: str) -> tree.SourceTree:
        key = (repository, ref)
        if key not in self._trees:
            name = re.sub(r"[^A-Za-z0-9.-]+", "+", repository.removeprefix("https://"))
            clone = self.store / f"{name}.git"
            tree.fetch(repository, ref, clone)
            folder = self.store / f"{name}@{re.sub(r'[^A-Za-z0-9.-]+', '+', ref)}"
            self._trees[key] = tree.extract(clone, ref, folder)
            self._names[folder.resolve()] = f"{repository}@{ref}"
        return self._trees[key]

    def _display(self, file: Path) -> str:
        for folder, name in self._names.items():
            if file.is_relative_to(folder):
                return f"{name}:{file.relative_to(folder).as_posix()}"
        return file.relative_to(self.root.resolve()).as_posix()

    @staticmethod
    def _rewrite(file: Path, replaced: Mapping[str, str]) -> None:
        if not replaced:
            return
        text = file.read_text(encoding="utf-8")
        for entry in sorted(replaced, key=len, reverse=True):
            text = text.replace(entry, replaced[entry])
        file.write_text(text, encoding="utf-8")
