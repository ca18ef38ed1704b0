"""What the platform file may say of the notebook controller; knows nothing of where it ends up."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from compiler.spec.base import Maybe, StrictModel
from compiler.spec.scalars import Duration


class CullingSpec(StrictModel):
    """When notebooks that nobody uses are stopped; durations count in whole minutes, rounded up."""

    noun: ClassVar[str] = "`culling`"

    idle: Maybe[Duration] = Field(
        None, description="Time without use after which a notebook is stopped.", examples=["2h"]
    )
    check_every: Maybe[Duration] = Field(None, description="How often the controller looks.", examples=["5m"])


class NotebookControllerSpec(StrictModel):
    """Options of the notebook controller."""

    noun: ClassVar[str] = "the notebook controller"

    culling: Maybe[CullingSpec] = Field(None, description="When notebooks that nobody uses are stopped.")


OPTIONS = NotebookControllerSpec
