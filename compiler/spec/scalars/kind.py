"""What a constrained scalar is, and the table of all of them; knows no single one.

A `Kind` turns every failure of its scalar into one error type of our own inside pydantic's compiled core,
so the usual case runs no Python and no library text is ever shown. Patterns keep to what Rust's regex,
Python's and ECMAScript's read alike: no look-around, no classes that differ on Unicode.
"""

from __future__ import annotations

import re
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from compiler.frozen import frozen

KINDS: dict[str, Kind] = {}
"""Every kind of scalar by the code of its finding."""


@frozen
class Kind:
    """What a scalar is to the user: `code` of the finding, `noun` with article, `rule` in words, `example`.

    `pattern` is what the text must match, `limit` the most characters it may have.

    `is_version` makes an unquoted number a finding of its own. `takes_numbers` lets YAML numbers pass as text.
    With `has_unit` a number is told as a text that lacks its unit.
    `is_secret_name` says that a secret itself may stand there by mistake, which no message then repeats.
    """

    code: str
    noun: str
    rule: str
    example: str
    pattern: str
    limit: int | None = None
    is_version: bool = False
    takes_numbers: bool = False
    has_unit: bool = False
    is_secret_name: bool = False

    def __post_init__(self) -> None:
        """Enter the kind into the table; two kinds with one code are a bug."""
        if self.code in KINDS:
            raise ValueError(self.code)
        KINDS[self.code] = self

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the scalar's schema with all its errors replaced by ours."""
        text = core_schema.str_schema(
            pattern=self.pattern,
            max_length=self.limit,
            strict=not self.takes_numbers,
            coerce_numbers_to_str=self.takes_numbers,
        )
        return core_schema.custom_error_schema(text, self.code, custom_error_message=self.noun)

    def fits(self, text: str) -> bool:
        """Return whether a text is a scalar of this kind."""
        return (self.limit is None or len(text) <= self.limit) and re.search(self.pattern, text) is not None

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Return the scalar's JSON Schema, with an example, and with numbers where they are taken."""
        produced: dict[str, Any] = handler(schema)
        produced["examples"] = [self.example]
        if self.takes_numbers:
            text = {key: value for key, value in produced.items() if key != "examples"}
            return {"anyOf": [text, {"type": "number", "minimum": 0}], "examples": [self.example]}
        return produced
