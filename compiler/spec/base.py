"""The base of all models of the platform file: strict, frozen, camelCase; knows no single noun of the platform."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema

from compiler.frozen import frozen
from compiler.spec.rules import Rule
from compiler.spec.written import Written, keep_rules

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


@frozen
class StandIn:
    """What a bad or missing required field becomes so that the rest of its mapping can still be checked.

    Only ever seen together with an error, so it never reaches output.
    """

    value: Any


@frozen
class Hint:
    """What to say of a key that people often write and that we do not have.

    `key` is what they should have written, for the same value. `instead` is a key that takes another value than theirs:
    it is not said to be missing, too.
    """

    help: str
    key: str | None = None
    instead: str | None = None


class StrictModel(Written, BaseModel):
    """One mapping of the platform file.

    `noun` is what users call it, with its article. `hints` speak of keys that people expect and that do not exist.
    `value_hints` do so of values of a key with few values: key, value, what to do instead; `type_hints` of whatever is
    written at a key and is of another type.
    `rules` say which keys go together; a class with rules derives from `RuledModel`.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", alias_generator=to_camel, defer_build=True)

    noun: ClassVar[str] = "this mapping"
    hints: ClassVar[Mapping[str, Hint]] = {}
    value_hints: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    type_hints: ClassVar[Mapping[str, str]] = {}
    rules: ClassVar[tuple[Rule, ...]] = ()

    @classmethod
    @cache
    def keys_of(cls) -> Mapping[str, str]:
        """Return the key in YAML of each attribute, in the order of the model."""
        return {name: info.alias or name for name, info in cls.model_fields.items()}

    @classmethod
    def nested_of(cls) -> tuple[tuple[str, str], ...]:
        """Return attribute and key of what may hold further mappings of the platform file."""
        from compiler.spec.shape import nested_attributes

        return nested_attributes(cls)


class RuledModel(StrictModel):
    """A mapping whose keys depend on each other; its `rules` are checked once its fields are sound."""

    _keep_rules = model_validator(mode="after")(keep_rules)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Return the JSON Schema with what it can say of the rules."""
        produced = handler(schema)
        target = handler.resolve_ref_schema(produced)
        clauses = [clause for rule in cls.rules for clause in rule.json_schema()]
        if clauses:
            target.setdefault("allOf", []).extend(clauses)
        return produced
