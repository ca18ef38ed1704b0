"""The models as JSON Schema for editors, with the catalog's ids as completions; knows no catalog, ids are arguments."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from compiler.spec.base import StrictModel
from compiler.spec.editor_rules import add_rules
from compiler.spec.platform import PlatformSpec

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCHEMA_ID = "urn:platform:v1alpha1:schema"
"""Name of the schema; it is found by path (`schemas/platform.schema.json`), not by address."""


def platform_schema(
    component_ids: Iterable[str],
    products: Iterable[str],
    accelerators: Iterable[str],
    providers: Mapping[str, Iterable[str]] | None = None,
    options: Mapping[str, type[StrictModel]] | None = None,
) -> dict[str, Any]:
    """Return the schema of the platform file (draft 2020-12).

    Args: component ids and providers are closed sets; products and accelerators are offered, others stay possible
    (what a release brings along may be constrained too). `providers` maps each to the cluster keys that it requires;
    without it, any text is a provider.
    `options` are the models of the components' own options: with it, a component has the keys of its model only.
    """
    schema = PlatformSpec.model_json_schema(mode="validation", schema_generator=_Generator)
    definitions = schema["$defs"]
    components = sorted(component_ids)
    entries = {identifier: {"$ref": "#/$defs/ComponentSpec"} for identifier in components}
    if options is not None:
        entries = {
            identifier: {"$ref": f"#/$defs/{_add_component(definitions, identifier, options.get(identifier))}"}
            for identifier in components
        }
        definitions.pop("ComponentSpec")
    closed = {"properties": entries, "additionalProperties": False}
    constraint = definitions["ClusterSpec"]["properties"]["versions"]["additionalProperties"]
    offered = {"properties": dict.fromkeys(sorted(products), constraint)}
    for owner in (schema, definitions["ClusterSpec"]):
        owner["properties"]["components"].update(closed)
        owner["properties"]["versions"].update(offered)
    if providers is not None:
        _close_providers(definitions["ClusterSpec"], providers)
    accelerator = definitions["GpuPoolSpec"]["properties"]["accelerator"]
    pattern = accelerator.pop("pattern")
    accelerator["anyOf"] = [{"enum": sorted(accelerators)}, {"pattern": pattern}]
    head = {"$schema": DIALECT, "$id": SCHEMA_ID, "title": "Platform"}
    schema.pop("title", None)
    return {**head, **schema}


def schema_text(
    component_ids: Iterable[str],
    products: Iterable[str],
    accelerators: Iterable[str],
    providers: Mapping[str, Iterable[str]] | None = None,
    options: Mapping[str, type[StrictModel]] | None = None,
) -> str:
    """Return the text of `schemas/platform.schema.json`: the same arguments in any order give the same bytes.

    Beyond `platform_schema`, it refuses what later stages refuse, as far as JSON Schema can say it: here `products` are
    all names that may be constrained, and accelerators are a closed set, too.
    """
    known, gpus = tuple(products), tuple(accelerators)
    schema = platform_schema(component_ids, known, gpus, providers, options)
    add_rules(schema, known, gpus)
    schema["$defs"] = dict(sorted(schema["$defs"].items()))
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _close_providers(cluster: dict[str, Any], providers: Mapping[str, Iterable[str]]) -> None:
    cluster["properties"]["provider"]["enum"] = sorted(providers)
    cluster["allOf"] = [
        {
            "if": {"properties": {"provider": {"const": identifier}}, "required": ["provider"]},
            "then": {"required": list(required)},
        }
        for identifier, required in sorted((key, sorted(value)) for key, value in providers.items())
        if required
    ]


def _add_component(definitions: dict[str, Any], identifier: str, model: type[StrictModel] | None) -> str:
    """Add the definition of one component's entry, with the keys of all components and its own; return its name."""
    common = dict(definitions["ComponentSpec"])
    common["additionalProperties"] = False
    name = "component." + identifier
    if model is not None:
        own = model.model_json_schema(mode="validation", schema_generator=_Generator)
        # Another component may have a model of the same name: definitions get the component's name before theirs.
        inner = own.pop("$defs", {})
        renamed = {old: old if definitions.get(old) == found else f"{name}.{old}" for old, found in inner.items()}
        own = _with_references(own, renamed)
        definitions.update({renamed[old]: _with_references(found, renamed) for old, found in inner.items()})
        common["properties"] = {**common["properties"], **own.get("properties", {})}
        common.update({key: own[key] for key in ("required", "allOf") if key in own})
    definitions[name] = common
    return name


def _with_references(value: Any, renamed: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_with_references(item, renamed) for item in value]
    if not isinstance(value, dict):
        return value
    prefix = "#/$defs/"
    return {
        key: prefix + renamed[item.removeprefix(prefix)]
        if key == "$ref" and isinstance(item, str)
        else _with_references(item, renamed)
        for key, item in value.items()
    }


class _Generator(GenerateJsonSchema):
    """pydantic's generator without what editors only stumble over."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        """Return no: a title that repeats the key says nothing."""
        return False

    def generate(self, schema: Any, mode: Any = "validation") -> dict[str, Any]:
        """Return the schema without null defaults, OpenAPI's `discriminator`, titles of classes and empty ones."""
        return _tidied(super().generate(schema, mode))  # type: ignore[no-any-return]


def _tidied(value: Any) -> Any:
    if isinstance(value, list):
        return [_tidied(item) for item in value]
    if not isinstance(value, dict):
        return value
    result = {}
    for key, item in value.items():
        if key == "default" and (item is None or item in ({}, [])):
            continue
        if key == "discriminator" and isinstance(item, dict) and "propertyName" in item:
            continue
        if key == "title" and isinstance(item, str):
            continue
        result[key] = item if key in {"examples", "default", "enum", "const"} else _tidied(item)
    return result
