"""The base of all models of the platform file: strict, frozen, camelCase; knows no single noun of the platform."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, PydanticCustomError

from compiler.diagnostics.model import YamlPath
from compiler.spec.rules import Rule

T = TypeVar("T")


class _Present:
    """Makes a field that may be left out, but not written without a value (`domain:` and nothing behind it)."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        return schema["schema"] if schema["type"] == "nullable" else schema


Maybe = Annotated[T | None, _Present()]
"""A field that may be left out: `None` then. A written `null` is refused."""

Items = Annotated[tuple[T, ...], Field(strict=False)]
"""A YAML list as a tuple. Only the container is lax (strict mode takes no list for a tuple); its items stay strict."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """What a bad or missing required field becomes so that the rest of its mapping can still be checked.

    Only ever seen together with an error, so it never reaches output.
    """

    value: Any


@dataclass(frozen=True, slots=True)
class Hint:
    """What to say of a key that people often write and that we do not have; `key` is what they should have written."""

    help: str
    key: str | None = None


class StrictModel(BaseModel):
    """One mapping of the platform file.

    `noun` is what users call it, with its article. `hints` speak of keys that people expect and that do not exist.
    `rules` say which keys go together; a class with rules derives from `RuledModel`.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", alias_generator=to_camel, defer_build=True)

    noun: ClassVar[str] = "this mapping"
    hints: ClassVar[Mapping[str, Hint]] = {}
    rules: ClassVar[tuple[Rule, ...]] = ()

    @cached_property
    def origin(self) -> YamlPath:
        """Return the path in the platform file that this mapping stands at.

        `validate` puts it into the instance's dictionary, where a cached property looks first: an ordinary or a
        private field would cost every model of the file another dictionary.
        """
        return ()

    def written(self) -> dict[str, object]:
        """Return the values that were written, by their key in YAML."""
        fields = type(self).model_fields
        return {fields[name].alias or name: getattr(self, name) for name in self.model_fields_set if name in fields}


class RuledModel(StrictModel):
    """A mapping whose keys depend on each other; its `rules` are checked once its fields are sound."""

    @model_validator(mode="after")
    def _keep_rules(self) -> Self:
        written = self.written()
        for index, rule in enumerate(self.rules):
            if rule.is_broken(written):
                raise PydanticCustomError(rule.code, "broken rule", {"rule": index})
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Return the JSON Schema with what it can say of the rules."""
        produced = handler(schema)
        target = handler.resolve_ref_schema(produced)
        clauses = [clause for rule in cls.rules for clause in rule.json_schema()]
        if clauses:
            target.setdefault("allOf", []).extend(clauses)
        return produced
