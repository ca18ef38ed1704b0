"""What our overlays change about upstream's components, and why: the entries of `components/<id>/overlay.yaml`.

Reads the compiled form only (`overlays.json`); knows neither YAML nor what a platform asks for.
The format is described in `compiler/components/README.md`.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, fields
from functools import cache
from pathlib import Path
from typing import Any

from compiler.frozen import frozen

COMPILED = Path(__file__).with_name("overlays.json")

Target = Mapping[str, str]
"""Fields of a Kustomize patch target: `group`, `version`, `kind`, `name`, `namespace`, `labelSelector`, ..."""


@frozen
class Change:
    """One thing that our overlay does differently from upstream's own directory.

    Applies to product versions in the range `releases` (all when empty), when each value named in `when` has one of
    the accepted texts (`set` accepts every value) and none named in `unless` has, and when every value that the
    change reads is set. `path` builds another directory of the release, `bases` replaces it by several; entries of
    `bases` without a repository are directories of the release. `remove` lists objects that are left out.
    `patches`, `images`, `namespace`, `objects` and `values` (of a Helm chart) go into the overlay with values put in.
    `replaced_by` names what of ours does the whole component's work. `restores` says that the change only does what
    upstream's skipped layers do, so that the objects come out as upstream's own.
    """

    because: str
    source: str
    releases: str = ""
    when: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unless: Mapping[str, Sequence[str]] = field(default_factory=dict)
    path: str = ""
    bases: tuple[Mapping[str, str], ...] = ()
    namespace: Any = None
    remove: tuple[Target, ...] = ()
    patches: tuple[Mapping[str, Any], ...] = ()
    images: tuple[Mapping[str, Any], ...] = ()
    objects: tuple[Mapping[str, Any], ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    replaced_by: str = ""
    restores: bool = False


@frozen
class Secret:
    """A Secret that upstream fills with public defaults, or that our overlay refers to.

    `keys` maps each key to how its value is made: `password`, `hex:N`, `base64:N`, `bcrypt`, `same:NAMESPACE/NAME/KEY`,
    `text:VALUE` (no secret in itself), `file` (a file that only the owner has) or `given` (only the owner knows it).
    With `each` there is one for each item of that list, whose fields are read as `item.FIELD`. `by_hand`: nothing else
    can bring it, whatever the backend. `readers` names who reads it, `help` says what to do by hand. `upstream` tells
    whether the release renders it. `known` lists upstream's public values, `labels` what its readers find it by.
    """

    name: Any
    namespace: Any
    keys: Mapping[str, str]
    readers: tuple[str, ...]
    help: str
    source: str
    releases: str = ""
    when: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unless: Mapping[str, Sequence[str]] = field(default_factory=dict)
    each: str = ""
    upstream: bool = True
    known: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    by_hand: bool = False


@frozen
class IgnoredDifference:
    """Fields that a controller owns: Argo CD neither reports nor heals them."""

    kind: str
    because: str
    group: str = ""
    name: str = ""
    jq_path_expressions: tuple[str, ...] = ()
    json_pointers: tuple[str, ...] = ()
    releases: str = ""


@frozen
class Helm:
    """How a Helm chart is installed."""

    release_name: str
    namespace: str


@frozen
class ComponentOverlay:
    """Everything that our overlay of one component needs beyond what the release itself says."""

    component: str
    changes: tuple[Change, ...] = ()
    secrets: tuple[Secret, ...] = ()
    ignore_differences: tuple[IgnoredDifference, ...] = ()
    helm: Helm | None = None

    def changes_in(self, version: str) -> tuple[Change, ...]:
        """Return the changes whose range of releases holds the version."""
        return tuple(change for change in self.changes if in_range(version, change.releases))

    def secrets_in(self, version: str) -> tuple[Secret, ...]:
        """Return the secrets whose range of releases holds the version."""
        return tuple(secret for secret in self.secrets if in_range(version, secret.releases))

    def ignored_in(self, version: str) -> tuple[IgnoredDifference, ...]:
        """Return the ignored differences whose range of releases holds the version."""
        return tuple(entry for entry in self.ignore_differences if in_range(version, entry.releases))

    def replaced_by(self, version: str) -> str | None:
        """Return what of ours does the whole component's work, if anything does."""
        return next((change.replaced_by for change in self.changes_in(version) if change.replaced_by), None)


_OPERATORS: Mapping[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
    "==": operator.eq, "!=": operator.ne, ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt,
}  # fmt: skip


def in_range(version: str, constraint: str) -> bool:
    """Return whether a version satisfies a comma list of `== != >= <= > <` with plain numbers; empty means all.

    Numbers are compared one by one, so `26.03` comes after `1.11.0`; missing numbers count as 0.
    """
    for part in filter(None, (part.strip() for part in constraint.split(","))):
        match = re.fullmatch(r"(==|!=|>=|<=|>|<)\s*v?([0-9.]+)", part)
        if match is None:
            raise ValueError(f"no version constraint: {part}")
        if not _OPERATORS[match[1]](_numbers(version), _numbers(match[2])):
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    numbers = [int(number) for number in re.findall(r"\d+", version.partition("-")[0])]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _snake(key: str) -> str:
    return re.sub(r"[A-Z]", lambda match: "_" + match[0].lower(), key)


def from_plain(kind: type[Any], plain: Mapping[str, Any]) -> Any:
    """Return an entry of `kind` from plain data with keys in camelCase; lists become tuples.

    Raises: `ValueError` naming a key that the entry does not have, or one that is missing.
    """
    known = {entry.name for entry in fields(kind)}
    given = {_snake(key): tuple(value) if isinstance(value, list) else value for key, value in plain.items()}
    unknown = sorted(set(given) - known)
    if unknown:
        raise ValueError(f"{kind.__name__} has no {', '.join(unknown)}")
    try:
        return kind(**given)
    except TypeError as problem:
        raise ValueError(str(problem)) from problem


def overlay_from_plain(component: str, plain: Mapping[str, Any]) -> ComponentOverlay:
    """Return the overlay described by plain data in the form of `overlays.json`."""
    sync = plain.get("sync", {})
    helm = plain.get("helm")
    return ComponentOverlay(
        component,
        tuple(from_plain(Change, change) for change in plain.get("changes", ())),
        tuple(from_plain(Secret, secret) for secret in plain.get("secrets", ())),
        tuple(from_plain(IgnoredDifference, entry) for entry in sync.get("ignoreDifferences", ())),
        from_plain(Helm, helm) if helm else None,
    )


@cache
def load_overlays() -> Mapping[str, ComponentOverlay]:
    """Return the overlays of all components that have one, by component id."""
    with COMPILED.open(encoding="utf-8") as file:
        return {component: overlay_from_plain(component, plain) for component, plain in json.load(file).items()}


def overlay_of(component: str) -> ComponentOverlay:
    """Return the overlay of a component; one that changes nothing has none of its own."""
    return load_overlays().get(component) or ComponentOverlay(component)
