"""The models in the form that a run needs: what pydantic makes of them, kept, so that a sound file costs no pydantic.

Importing pydantic and building the models takes longer than everything else `check` does. So `compile_models` keeps
the core schema of the models as data, and pydantic's own core validates with it into records, which have the models'
attributes. A file with a mistake is read again by the models themselves, which explain it. Knows no model.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from compiler.spec import rules
from compiler.spec.written import Written

if TYPE_CHECKING:
    from pydantic_core import SchemaValidator

    from compiler.spec.platform import PlatformSpec

FILE = Path(__file__).with_name("compiled_models.json")
PLATFORM = "platform"
"""The entry of the platform file itself; the others are the ids of components with options."""

TUPLE, RECORD, DEFAULT, FUNCTION, RULE = "$tuple", "$record", "$default", "$function", "$rule"
"""Marks in the JSON for what JSON has no form for, each as the first key of a mapping."""


class Record(Written):
    """A mapping of the platform file as the compiled models make it; derived classes stand for one model each."""

    __slots__ = ("__dict__", "__pydantic_extra__", "__pydantic_fields_set__", "__pydantic_private__")

    if TYPE_CHECKING:
        __pydantic_extra__: dict[str, Any] | None
        __pydantic_fields_set__: set[str]

    _keys: Mapping[str, str] = {}
    _nested: tuple[tuple[str, str], ...] = ()

    @property
    def model_fields_set(self) -> set[str]:
        """Return the attributes whose keys were written."""
        return self.__pydantic_fields_set__

    @property
    def model_extra(self) -> dict[str, Any] | None:
        """Return the values of further keys, where the mapping takes some."""
        return self.__pydantic_extra__

    @classmethod
    def keys_of(cls) -> Mapping[str, str]:
        """Return the key in YAML of each attribute, in the order of the model."""
        return cls._keys

    @classmethod
    def nested_of(cls) -> tuple[tuple[str, str], ...]:
        """Return attribute and key of what may hold further mappings of the platform file."""
        return cls._nested


def read_platform(data: dict[str, Any]) -> PlatformSpec | None:
    """Return the spec of a sound platform file; nothing where there is a mistake, which the models explain.

    What is returned has every attribute of the models, though it is made of records.
    """
    return cast("PlatformSpec | None", _read(PLATFORM, data))


def accepts_options(component: str, data: dict[str, Any]) -> bool:
    """Tell whether options of a component are sound; where not, or for one without options, the models say why."""
    return component != PLATFORM and _read(component, data) is not None


def _read(entry: str, data: dict[str, Any]) -> Record | None:
    validator = _validator(entry)
    if validator is None:
        return None
    try:
        return cast("Record", validator.validate_python(data))
    except ValueError:  # pydantic_core.ValidationError is one
        return None


@cache
def _validator(entry: str) -> SchemaValidator | None:
    """Return the validator of an entry; nothing where there is none, or what it was compiled from has changed since."""
    core = _core()
    compiled = _compiled()
    is_current = compiled["pydantic_core"] == core.__version__ and compiled["sources"] == sources_digest()
    if not is_current or entry not in compiled["schemas"]:
        return None
    return cast("SchemaValidator", core.SchemaValidator(_Reader(compiled["records"]).read(compiled["schemas"][entry])))


def _core() -> ModuleType:
    """Return the extension module of pydantic's core, and not the package around it.

    The package describes all its schemas in Python types, which take as long to import as all of the compiler. Whoever
    imports the package later finds the extension loaded, as Python does it itself.
    """
    name = "pydantic_core._pydantic_core"
    package = PathFinder.find_spec("pydantic_core")
    spec = package and PathFinder.find_spec(name, package.submodule_search_locations)
    if name in sys.modules or spec is None or spec.loader is None:
        return import_module(name)
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def sources_digest() -> str:
    """Return a digest of the sources of the models: what is compiled from others is slow to use, but never wrong."""
    digest = hashlib.blake2b(digest_size=16)
    for folder in (FILE.parent, FILE.parent / "options", FILE.parent / "scalars"):
        for path in sorted(folder.glob("*.py")):
            digest.update(f"{path.name}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


@cache
def _compiled() -> Mapping[str, Any]:
    compiled: Mapping[str, Any] = json.loads(FILE.read_bytes())
    return compiled


class _Reader:
    """Turns the marks of the JSON back into what they stand for."""

    def __init__(self, records: Mapping[str, Mapping[str, Any]]) -> None:
        self._records = records
        self._classes: dict[str, type[Record]] = {}
        self._marks: dict[str, Callable[[Any], Any]] = {
            TUPLE: lambda items: tuple(self.read(item) for item in items),
            RECORD: self._class,
            DEFAULT: self._default,
            FUNCTION: _named,
            RULE: lambda rule: getattr(rules, rule["rule"])(**self.read(rule["fields"])),
        }

    def read(self, value: Any) -> Any:
        if isinstance(value, dict):
            mark = self._marks.get(next(iter(value), ""))
            if mark is not None:
                return mark(*value.values())
            return {key: self.read(item) for key, item in value.items()}
        return [self.read(item) for item in value] if isinstance(value, list) else value

    def _class(self, name: str) -> type[Record]:
        if name not in self._classes:
            described = self._records[name]
            self._classes[name] = type(
                name.rpartition(".")[2],
                (*map(_named, described["bases"]), Record),
                {
                    "_keys": described["keys"],
                    "_nested": tuple(map(tuple, described["nested"])),
                    "rules": tuple(self.read(described["rules"])),
                },
            )
        return self._classes[name]

    def _default(self, described: Mapping[str, Any]) -> Record:
        """Return a record as a field has it that was not written."""
        kind = self._class(described["record"])
        record = kind.__new__(kind)
        for slot in ("extra", "private"):
            setattr(record, f"__pydantic_{slot}__", None)
        setattr(record, "__pydantic_fields_set__", set(described["set"]))  # noqa: B010 - Python would mangle the name
        record.__dict__.update(self.read(described["values"]))
        return record


def _named(name: str) -> Any:
    module, _, attribute = name.partition(":")
    return getattr(import_module(module), attribute)
