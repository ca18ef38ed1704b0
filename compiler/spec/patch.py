"""Patches of the user's own for a component's manifests: target and operations; knows no component."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, Tag

from compiler.spec.base import Items, Maybe, RuledModel, StrictModel
from compiler.spec.rules import AtLeastOne, ExactlyOne
from compiler.spec.scalars import JsonPointer, RelativePath, Text
from compiler.spec.written import patch_form


class TargetSpec(RuledModel):
    """Which objects a patch changes; every key that is written must match."""

    noun: ClassVar[str] = "a patch's `target`"
    rules: ClassVar = (AtLeastOne(("kind", "name")),)

    group: Maybe[Text] = Field(None, description="API group.", examples=["apps"])
    version: Maybe[Text] = Field(None, description="API version.", examples=["v1"])
    kind: Maybe[Text] = Field(None, description="Kind.", examples=["Deployment"])
    name: Maybe[Text] = Field(
        None, description="Name, or a regular expression for the whole name.", examples=["kserve-.*"]
    )
    namespace: Maybe[Text] = Field(None, description="Namespace.", examples=["kubeflow"])
    label_selector: Maybe[Text] = Field(None, description="Label selector.", examples=["app=kserve"])
    annotation_selector: Maybe[Text] = Field(None, description="Annotation selector.", examples=["owner=ml"])


class ValueOperation(StrictModel):
    """A JSON 6902 operation with a value."""

    noun: ClassVar[str] = "this operation"

    op: Literal["add", "replace", "test"] = Field(description="Operation.", examples=["add"])
    path: JsonPointer = Field(description="Where, as a JSON pointer.", examples=["/spec/replicas"])
    value: Any = Field(description="The value.", examples=[1])


class RemoveOperation(StrictModel):
    """The JSON 6902 operation that removes."""

    noun: ClassVar[str] = "this operation"

    op: Literal["remove"] = Field(description="Operation.")
    path: JsonPointer = Field(description="Where, as a JSON pointer.", examples=["/spec/replicas"])


class SourceOperation(StrictModel):
    """A JSON 6902 operation that reads another place."""

    noun: ClassVar[str] = "this operation"

    op: Literal["move", "copy"] = Field(description="Operation.")
    path: JsonPointer = Field(description="Where to, as a JSON pointer.", examples=["/metadata/labels/a"])
    from_: JsonPointer = Field(alias="from", description="Where from.", examples=["/metadata/labels/b"])


Operation = Annotated[ValueOperation | RemoveOperation | SourceOperation, Field(discriminator="op")]
"""One operation of RFC 6902, told apart by `op`."""


PatchBody = Annotated[
    Annotated[Items[Operation], Tag("operations")] | Annotated[dict[str, Any], Tag("merge")], Discriminator(patch_form)
]
"""A list of JSON 6902 operations, or a mapping for a strategic merge."""


class PatchSpec(RuledModel):
    """One patch; a patch that matches nothing is an error."""

    noun: ClassVar[str] = "a patch"
    rules: ClassVar = (ExactlyOne(("patch", "path")),)

    target: TargetSpec = Field(
        description="Which objects are changed.", examples=[{"kind": "Deployment", "name": "kserve-controller-manager"}]
    )
    patch: Maybe[PatchBody] = Field(
        None,
        description="The change: a list is JSON 6902, a mapping a strategic merge.",
        examples=[[{"op": "replace", "path": "/spec/replicas", "value": 2}]],
    )
    path: Maybe[RelativePath] = Field(
        None, description="File with the change, below this file's folder.", examples=["patches/kserve.yaml"]
    )
