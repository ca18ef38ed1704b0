"""Whether an object fits the schema that its API server would hold it to; knows neither files nor clusters.

Kubernetes' own kinds are held to the schemas of the package kubernetes-validate, custom resources to the CRDs of
the platform itself.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

_FOLDER = "kubernetes-json-schema"

_METADATA = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "namespace": {"type": "string"}},
}


class UnknownKind(Exception):
    """Neither Kubernetes at this version nor a CRD of the platform serves the object's apiVersion and kind."""


@functools.cache
def known_minors() -> tuple[tuple[int, int], ...]:
    """Return the Kubernetes minors whose schemas are at hand, oldest first."""
    folder = files("kubernetes_validate") / _FOLDER
    names = (path.name for path in folder.iterdir() if path.name.endswith("-local-strict"))
    return tuple(sorted((int(name[1:].split(".")[0]), int(name.split(".")[1])) for name in names))


class Schemas:
    """The schemas of one cluster: its Kubernetes minor and the CRDs that the platform installs there."""

    def __init__(self, minor: tuple[int, int], crds: Iterator[Mapping[str, Any]]) -> None:
        known = [each for each in known_minors() if each <= minor]
        self.minor = known[-1] if known else known_minors()[0]
        """The minor whose schemas are used: the newest at hand that is not newer than the cluster's."""
        self._folder = files("kubernetes_validate") / _FOLDER / f"v{self.minor[0]}.{self.minor[1]}.0-local-strict"
        self._crds: dict[tuple[str, str, str], Mapping[str, Any]] = {}
        for crd in crds:
            spec = crd["spec"]
            for version in spec["versions"]:
                if version.get("served"):
                    schema = version.get("schema", {}).get("openAPIV3Schema", {})
                    self._crds[spec["group"], version["name"], spec["names"]["kind"]] = schema
        self._validators: dict[tuple[str, str, str], Draft202012Validator] = {}

    @functools.cached_property
    def _definitions(self) -> Registry[Any]:
        contents = json.loads((self._folder / "_definitions.json").read_bytes())
        return Resource.from_contents(contents) @ Registry()

    def problems(self, manifest: Mapping[str, Any]) -> list[str]:
        """Return what the schema refuses, as `field: reason`, at most ten.

        Raises: `UnknownKind`.
        """
        group, _, version = str(manifest["apiVersion"]).rpartition("/")
        validator = self._validator(group, version, str(manifest["kind"]))
        found = []
        for failure in validator.iter_errors(manifest):
            place = ".".join(str(step) for step in failure.absolute_path) or "."
            found.append(f"{place}: {failure.message[:300]}")
            if len(found) == 10:
                break
        return found

    def _validator(self, group: str, version: str, kind: str) -> Draft202012Validator:
        key = (group, version, kind)
        if key not in self._validators:
            schema = self._crds.get(key)
            if schema is not None:
                self._validators[key] = Draft202012Validator(_structural(schema, root=True))
            else:
                self._validators[key] = self._built_in(group, version, kind)
        return self._validators[key]

    def _built_in(self, group: str, version: str, kind: str) -> Draft202012Validator:
        prefix = f"{group.split('.', maxsplit=1)[0]}-" if group else ""
        path = self._folder / f"{kind.lower()}-{prefix}{version}.json"
        if not path.is_file():
            raise UnknownKind
        schema = json.loads(path.read_bytes())
        served = {(each["group"], each["version"], each["kind"]) for each in schema["x-kubernetes-group-version-kind"]}
        if (group, version, kind) not in served:
            raise UnknownKind
        return Draft202012Validator(schema, registry=self._definitions)


def _structural(schema: Mapping[str, Any], *, root: bool = False) -> dict[str, Any]:
    """Return a JSON Schema that refuses what the API server refuses for a structural schema of a CRD.

    Fields that the schema does not name are refused, as server-side apply does.
    Source: Kubernetes, "Extend the Kubernetes API with CustomResourceDefinitions", section on structural schemas.
    """
    if schema.get("x-kubernetes-int-or-string"):
        return {"type": ["integer", "string"]}
    result: dict[str, Any] = {}
    for key, value in schema.items():
        if key in _KEPT:
            result[key] = value
        elif key in ("properties", "patternProperties"):
            result[key] = {name: _structural(each) for name, each in value.items()}
        elif key == "items" or (key == "additionalProperties" and isinstance(value, Mapping)):
            result[key] = _structural(value)
        elif key == "additionalProperties":
            result[key] = value
    for bound in ("Minimum", "Maximum"):
        if schema.get(f"exclusive{bound}") is True:
            result[f"exclusive{bound}"] = result.pop(bound.lower())
    if root or schema.get("x-kubernetes-embedded-resource"):
        base = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": _METADATA}
        result["properties"] = {**result.get("properties", {}), **base}
    if (
        "properties" in result
        and "additionalProperties" not in result
        and not schema.get("x-kubernetes-preserve-unknown-fields")
    ):
        result["additionalProperties"] = False
    if schema.get("nullable") and isinstance(result.get("type"), str):
        result["type"] = [result["type"], "null"]
        if "enum" in result:
            result["enum"] = [*result["enum"], None]
    return result


_KEPT = frozenset(
    (
        *("type", "enum", "required", "pattern", "minimum", "maximum", "minLength", "maxLength"),
        *("minItems", "maxItems", "minProperties", "maxProperties", "multipleOf", "uniqueItems"),
    )
)
"""Keywords with the same meaning in a structural schema and in JSON Schema. The junctors (`allOf`, `anyOf`, `oneOf`,
`not`) only narrow values further and name no field that is not named outside of them."""
