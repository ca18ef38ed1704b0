"""What the platform file may say of Kubeflow Pipelines; knows nothing of where it ends up."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from compiler.spec.base import Maybe, StrictModel
from compiler.spec.object_store import ObjectStoreSpec


class PipelinesSpec(StrictModel):
    """Options of Kubeflow Pipelines."""

    noun: ClassVar[str] = "pipelines"

    object_store: Maybe[ObjectStoreSpec] = Field(
        None, description="Where artifacts are kept; in the store that the release brings along without it."
    )


OPTIONS = PipelinesSpec
