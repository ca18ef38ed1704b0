"""The page docs/platform-yaml.md: the reference of the platform file, from its JSON Schema; knows no single key."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

HEAD = """# platform.yaml

Every key, in the order in which they are read. Made from the JSON Schema by `make update-golden`, and held to it by a
test. Keys in **bold** are required. Unknown keys, duplicate keys and unquoted versions are mistakes.
"""
COMPONENT = "component."
COMMON = ("enabled", "existing", "patches")
"""Keys that every component takes besides its own options."""


def platform_yaml_page(schema: Mapping[str, Any]) -> str:
    """Return the page as Markdown: a section for each mapping, reached from the root in breadth."""
    components: list[Mapping[str, Any]] = []
    sections = [HEAD, _section("The file", "the root", schema, schema)]
    seen: set[str] = set()
    waiting = list(_references(schema))
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        definition = schema["$defs"][name]
        waiting += _references(definition)
        if name.startswith(COMPONENT):
            components.append(definition)
            definition = _own_options(name, definition)
        if definition.get("properties"):
            sections.append(_section(_title(name), definition.get("description", ""), definition, schema))
    if components:
        common = {key: components[0]["properties"][key] for key in COMMON}
        sections.insert(2, _section("Component", "What every component takes.", {"properties": common}, schema))
    return "\n".join(sections)


def _own_options(name: str, definition: Mapping[str, Any]) -> dict[str, Any]:
    own = {key: value for key, value in definition["properties"].items() if key not in COMMON}
    return {**definition, "properties": own, "description": f"What only {name.removeprefix(COMPONENT)} takes."}


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        for key, value in schema.items():
            if key == "$ref":
                yield str(value).rpartition("/")[2]
            elif key != "$defs":
                yield from _references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _references(value)


def _title(name: str) -> str:
    return f"Component {name.removeprefix(COMPONENT)}" if name.startswith(COMPONENT) else name.removesuffix("Spec")


def _section(title: str, description: str, definition: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    required = set(definition.get("required", ()))
    lines = [f"## {title}", "", description, "", "| key | value | meaning |", "| --- | --- | --- |"]
    for key, value in definition["properties"].items():
        name = f"**`{key}`**" if key in required else f"`{key}`"
        lines.append(f"| {name} | {_type(value, schema)} | {_meaning(value)} |")
    return "\n".join(lines) + "\n"


def _type(value: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    if "$ref" in value:
        name = str(value["$ref"]).rpartition("/")[2]
        target = schema["$defs"][name]
        return f"[{_title(name)}](#{_title(name).lower()})" if target.get("properties") else _type(target, schema)
    if "const" in value:
        return f"`{value['const']}`"
    if "enum" in value:
        return ", ".join(f"`{each}`" for each in value["enum"])
    for key in ("oneOf", "anyOf"):
        if key in value:
            kinds = dict.fromkeys(_type(each, schema) for each in value[key] if each.get("type") != "null")
            return " or ".join(kinds)
    if value.get("type") == "array":
        return f"list of {_type(value['items'], schema)}"
    if value.get("type") == "object":
        inner = value.get("additionalProperties")
        return f"mapping to {_type(inner, schema)}" if isinstance(inner, Mapping) else "mapping by id"
    kind = value.get("type", "any")
    return (
        " or ".join(kind) if isinstance(kind, list) else {"string": "text", "boolean": "true or false"}.get(kind, kind)
    )


def _meaning(value: Mapping[str, Any]) -> str:
    text = str(value.get("description", "")).replace("|", "\\|").replace("\n", " ")
    examples = value.get("examples")
    if examples:
        text += f" E.g. `{json.dumps(examples[0], ensure_ascii=False)}`"
    if value.get("default") not in (None, [], {}, ""):
        text += f" Default: `{json.dumps(value['default'])}`."
    return text.strip()
