"""Document to spec: every mistake of shape in one run, and the largest sound rest to go on with.

Knows nothing of references, defaults or the catalog: those mistakes are found on what this returns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from compiler.diagnostics.model import Diagnostic, YamlPath, error
from compiler.frozen import frozen
from compiler.source.document import Document
from compiler.spec.compiled import read_platform
from compiler.spec.origins import Kept, place_origins

if TYPE_CHECKING:
    from compiler.spec.base import StrictModel
    from compiler.spec.platform import PlatformSpec

M = TypeVar("M", bound="StrictModel")


@frozen
class Validated:
    """The spec, and what was wrong and is therefore not (or not as written) in it.

    `set_aside` holds the paths of values that were left out or replaced. `names` holds (list, name) of each item that
    was left out, as in ("clusters", "prod-eu"): it exists for whoever refers to it. `incomplete` names the lists that
    lost items whose names nobody could read.
    """

    spec: PlatformSpec
    set_aside: frozenset[YamlPath] = frozenset()
    names: frozenset[tuple[str, str]] = frozenset()
    incomplete: frozenset[str] = frozenset()

    def is_set_aside(self, path: YamlPath) -> bool:
        """Return whether the value at `path`, or one that holds it, has a finding already."""
        return any(path[:depth] in self.set_aside for depth in range(len(path) + 1)) if self.set_aside else False

    def names_set_aside(self, collection: str) -> frozenset[str]:
        """Return the names of items that a list such as `clusters` lost."""
        return frozenset(name for found, name in self.names if found == collection)

    def is_incomplete(self, collection: str) -> bool:
        """Return whether a list such as `clusters` lost items whose names nobody could read."""
        return collection in self.incomplete

    def may_exist(self, collection: str, name: str) -> bool:
        """Return whether an item that is not in the spec may stand in the file, so that a reference to it is fine."""
        return collection in self.incomplete or (collection, name) in self.names


def validate(document: Document) -> tuple[Validated | None, list[Diagnostic]]:
    """Return the largest sound spec with what was set aside, or none where the file is no mapping; and all findings.

    Without mistakes this is one pass of the compiled models and one walk that places origins.
    """
    if not isinstance(document.data, dict):
        return None, [_no_platform(document)]
    sound = read_platform(document.data)
    if sound is not None:
        place_origins(sound, (), {})
        return Validated(sound, incomplete=_lost(document, frozenset())[1]), []
    from compiler.spec.platform import PlatformSpec

    outcome, findings = _settle(PlatformSpec, document.data, (), document)
    if outcome is None:
        return None, findings
    spec, edited, kept = outcome
    place_origins(spec, (), kept)
    names, incomplete = _lost(document, edited)
    return Validated(spec, frozenset(edited), names, incomplete), findings


def validate_options(
    component_id: str, options_model: type[M], data: object, path: YamlPath, *, document: Document | None = None
) -> tuple[M | None, list[Diagnostic]]:
    """Return a component's options as its own model (what is wrong in them set aside), and the findings.

    `data` are the options as written, `path` is where they stand. `document` makes fixes quote the user's own digits.
    """
    if not isinstance(data, dict):
        message = f"the options of {component_id} are no mapping"
        return None, [error("wrong-type", message, path, help="write `{}` for no options")]
    outcome, findings = _settle(options_model, data, path, document)
    if outcome is None:
        return None, findings
    model, _, kept = outcome
    place_origins(model, path, kept)
    return model, findings


def _no_platform(document: Document) -> Diagnostic:
    if document.data is None:
        return error(
            "empty-file",
            f"{document.file} holds nothing",
            help="start with `apiVersion: platform/v1alpha1`, or let `python -m compiler init` write a first file",
        )
    return error(
        "wrong-type",
        f"{document.file} holds {'a list' if isinstance(document.data, list) else 'one value'}, not a mapping",
        help="start with `apiVersion: platform/v1alpha1` at the left margin",
    )


def _settle(
    model: type[M], data: dict[str, Any], base: YamlPath, document: Document | None
) -> tuple[tuple[M, frozenset[YamlPath], Kept] | None, list[Diagnostic]]:
    """Return the model with the paths that were edited for it (below `base`), and the findings."""
    from pydantic import ValidationError

    try:
        return (model.model_validate(data), frozenset(), {}), []
    except ValidationError as failure:
        from compiler.spec.settling import settle

        return settle(model, data, base, document, failure)


_COLLECTIONS = {("clusters",), ("gpuPools",), ("teams",), ("namespaces",), ("teams", "namespaces")}
"""Lists of what others refer to by name, by the keys that lead to them."""


def _lost(document: Document, edited: frozenset[YamlPath]) -> tuple[frozenset[tuple[str, str]], frozenset[str]]:
    """Return the names that lists lost, and the lists that lost items without a readable name."""
    names: set[tuple[str, str]] = set()
    incomplete: set[str] = set()
    for path in edited:
        keys = tuple(step for step in path if isinstance(step, str))
        if keys in _COLLECTIONS and isinstance(path[-1], str):
            incomplete.add(keys[-1])
        elif keys in _COLLECTIONS or (keys[-1:] == ("name",) and keys[:-1] in _COLLECTIONS):
            collection = keys[-2] if keys[-1] == "name" else keys[-1]
            value: Any = _at(document.data, path)
            name = value.get("name") if isinstance(value, dict) else value if keys[-1] == "name" else None
            if isinstance(name, str):
                names.add((collection, name))
            else:
                incomplete.add(collection)
    for path in document.incomplete:
        keys = tuple(step for step in path if isinstance(step, str))
        incomplete.update(
            collection[-1]
            for collection in _COLLECTIONS
            if keys == collection or (keys == collection[:-1] and not (path and isinstance(path[-1], str)))
        )
    return frozenset(names), frozenset(incomplete)


def _at(data: object, path: YamlPath) -> object:
    value: Any = data
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value
