"""Sets wrong parts of plain data aside: what to take out so that the rest holds, and where each rest came from.

Knows shapes; knows no findings and no text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from compiler.diagnostics.model import YamlPath
from compiler.spec.origins import Kept
from compiler.spec.shape import ListShape, MapShape, ModelShape, Place, fields_of


class _Dropped:
    """Stands for "taken out" among edits."""


DROPPED = _Dropped()

Edits = dict[YamlPath, object]
"""What becomes of the values at some paths of the original data: another value, or `DROPPED`."""


def removal(place: Place, edits: Edits) -> tuple[YamlPath, object] | None:
    """Return the smallest edit that gets a bad value out of the way, or nothing where no part can be spared.

    That is the value itself where its key may be left out or something can stand in for it, else the item of a list
    that holds it, and so on outwards. An edit that has been tried without success is not proposed again.
    """
    path = place.path
    for depth in range(len(path), 0, -1):
        target = path[:depth]
        parent = place.shapes[depth - 1]
        if edits.get(target) is DROPPED:
            continue
        if not isinstance(parent, ModelShape):
            if isinstance(parent, ListShape | MapShape):
                return target, DROPPED
            continue
        field = fields_of(parent.model).get(str(path[depth - 1]))
        if field is None or not field.required:
            return target, DROPPED
        stand_in = field.stand_in.value if field.stand_in else [] if isinstance(field.shape, ListShape) else None
        if stand_in is not None and edits.get(target) != stand_in:
            return target, stand_in
    return None


def apply_edits(data: object, edits: Edits) -> tuple[Any, Kept]:
    """Return a copy of the data with the edits made; only what lies on the way to an edit is copied."""
    tree: dict[Any, Any] = {}
    for path in sorted(edits, key=len):
        node = tree
        for step in path[:-1]:
            node = node.setdefault(step, {})
            if not isinstance(node, dict):
                break
        else:
            node[path[-1]] = _Leaf(edits[path])
    kept: dict[YamlPath, tuple[int, ...]] = {}
    return _copy(data, tree, (), kept), kept


class _Leaf:
    """The end of a path to an edit."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value


def _copy(data: object, tree: dict[Any, Any], path: YamlPath, kept: dict[YamlPath, tuple[int, ...]]) -> object:
    if isinstance(data, list):
        return _copy_list(data, tree, path, kept)
    if not isinstance(data, dict):
        return data
    result = dict(data)
    for key, edit in tree.items():
        if isinstance(edit, dict):
            if key in result:
                result[key] = _copy(result[key], edit, (*path, key), kept)
        elif edit.value is DROPPED:
            result.pop(key, None)
        else:
            result[key] = edit.value
    return result


def _copy_list(
    data: list[Any], tree: dict[Any, Any], path: YamlPath, kept: dict[YamlPath, tuple[int, ...]]
) -> list[Any]:
    items = []
    indexes = []
    for index, item in enumerate(data):
        edit = tree.get(index)
        if isinstance(edit, dict):
            items.append(_copy(item, edit, (*path, index), kept))
        elif edit is None:
            items.append(item)
        elif edit.value is DROPPED:
            continue
        else:
            items.append(edit.value)
        indexes.append(index)
    if len(indexes) < len(data):
        kept[path] = tuple(indexes)
    return items


def original(path: Iterable[str | int], kept: Kept) -> YamlPath:
    """Return where a path of the pruned data stood in the original data."""
    found: YamlPath = ()
    for step in path:
        indexes = kept.get(found) if isinstance(step, int) else None
        found = (*found, indexes[step] if indexes is not None and isinstance(step, int) else step)
    return found
