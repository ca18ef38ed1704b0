"""Tells each mapping of a sound spec where it stands in the file; knows no findings."""

from __future__ import annotations

from collections.abc import Mapping

from compiler.diagnostics.model import YamlPath
from compiler.spec.written import Written

Kept = Mapping[YamlPath, tuple[int, ...]]
"""For each list that lost items, by its original path: the original index of each item that is left."""


def place_origins(model: Written, base: YamlPath, kept: Kept) -> None:
    """Tell each mapping below `model` where it stands in the file; `kept` has paths below `base`."""
    offset = len(base)
    nested: dict[type[Written], tuple[tuple[str, str], ...]] = {}

    def place(node: Written, path: YamlPath) -> None:
        kind = type(node)
        values = node.__dict__
        values["origin"] = path
        attributes = nested.get(kind)
        if attributes is None:
            attributes = nested[kind] = kind.nested_of()
        for attribute, key in attributes:
            value = values[attribute]
            if not value or attribute not in node.model_fields_set:
                continue
            below = (*path, key)
            if isinstance(value, tuple):
                indexes = kept.get(below[offset:]) if kept else None
                for index, item in enumerate(value):
                    place(item, (*below, indexes[index] if indexes else index))
            elif isinstance(value, dict):
                for name, item in value.items():
                    if isinstance(item, Written):
                        place(item, (*below, name))
            else:
                place(value, below)

    place(model, base)
