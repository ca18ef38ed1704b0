"""What every mapping of the platform file can say of itself, whichever class holds its values.

There are two: the models, and the records of their compiled form. Knows neither, and no pydantic.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from compiler.diagnostics.model import YamlPath

if TYPE_CHECKING:
    from compiler.spec.rules import Rule


class Written:
    """One mapping of the platform file; its `rules` say which keys go together."""

    __slots__ = ()

    rules: ClassVar[tuple[Rule, ...]] = ()

    if TYPE_CHECKING:  # what each of the two classes says in its own way

        @property
        def model_fields_set(self) -> set[str]:
            """Return the attributes whose keys were written."""

        @classmethod
        def keys_of(cls) -> Mapping[str, str]:
            """Return the key in YAML of each attribute, in the order of the model."""

        @classmethod
        def nested_of(cls) -> tuple[tuple[str, str], ...]:
            """Return attribute and key of what may hold further mappings of the platform file."""

    @cached_property
    def origin(self) -> YamlPath:
        """Return the path in the platform file that this mapping stands at.

        `validate` puts it into the instance's dictionary, where a cached property looks first: an ordinary or a
        private field would cost every mapping of the file another dictionary.
        """
        return ()

    def written(self) -> dict[str, Any]:
        """Return the values that were written, by their key in YAML."""
        return {key: getattr(self, name) for name, key in self.keys_of().items() if name in self.model_fields_set}


def keep_rules(mapping: Written) -> Written:
    """Return the mapping, which keeps its rules.

    Raises: `PydanticCustomError` with the index of the first rule that it breaks.
    """
    written = mapping.written()
    for index, rule in enumerate(mapping.rules):
        if rule.is_broken(written):
            from pydantic_core import PydanticCustomError

            raise PydanticCustomError(rule.code, "broken rule", {"rule": index})
    return mapping


class ComponentEntry:
    """An entry under `components`, which takes further keys: the component's own options."""

    __slots__ = ()

    if TYPE_CHECKING:

        @property
        def model_extra(self) -> dict[str, Any] | None:
            """Return the values of further keys."""

    @property
    def options(self) -> Mapping[str, Any]:
        """Return the component's own options as written, by their YAML keys."""
        return self.model_extra or {}


KINDS = ("namespace", "team", "component", "gpuPool", "cluster")
"""What can be removed or moved, by the key that names it."""

REMOVABLE = ("namespace", "team", "component", "gpuPool", "crd", "pvc")
"""What can be removed, on every cluster or on a named one, by the key that names it."""


class Subject(Written):
    """One thing by its kind and name: exactly one of `KINDS` is written."""

    __slots__ = ()

    @property
    def kind(self) -> str:
        """Return the key that names it: one of `KINDS`."""
        return next(iter(self.written()))

    @property
    def name(self) -> str:
        """Return its name."""
        return str(next(iter(self.written().values())))


def patch_form(patch: object) -> str:
    """Return the tag of a patch by its form: `operations` (JSON 6902) or `merge`."""
    return "operations" if isinstance(patch, list | tuple) else "merge"


def as_written(value: object) -> Any:
    """Return a mapping of the platform file as plain data: what was written, by YAML key, lists as lists."""
    if isinstance(value, Written):
        further = value.options if isinstance(value, ComponentEntry) else {}
        return {key: as_written(item) for key, item in {**value.written(), **further}.items()}
    if isinstance(value, Mapping):
        return {key: as_written(item) for key, item in value.items()}
    return [as_written(item) for item in value] if isinstance(value, list | tuple) else value
