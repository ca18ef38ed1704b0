"""What may be said of any component; its own options pass through, to be checked against its own model later."""

from __future__ import annotations

from typing import ClassVar

from pydantic import ConfigDict, Field

from compiler.spec.base import Items, Maybe, StrictModel
from compiler.spec.patch import PatchSpec
from compiler.spec.scalars import VersionText
from compiler.spec.written import ComponentEntry


class ComponentSpec(ComponentEntry, StrictModel):
    """A component's entry: whether it is there, from where, patched how, and its own options."""

    model_config = ConfigDict(extra="allow")

    noun: ClassVar[str] = "a component"

    enabled: Maybe[bool] = Field(
        None,
        description="`false` leaves the component out. An entry without it means `true`, or what the platform says.",
    )
    existing: Maybe[VersionText] = Field(
        None,
        description="Version that the cluster has already: nothing is installed, but it counts in the matrix.",
        examples=["1.28.0"],
    )
    patches: Items[PatchSpec] = Field((), description="Kustomize patches for the component's manifests.")
