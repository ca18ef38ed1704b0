"""What the platform file may say of the model registry; knows nothing of where it ends up."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from compiler.spec.base import Maybe, StrictModel
from compiler.spec.database import MysqlSpec


class ModelRegistrySpec(StrictModel):
    """Options of the model registry."""

    noun: ClassVar[str] = "model-registry"

    database: Maybe[MysqlSpec] = Field(
        None, description="Where models are registered; in the database that the release brings along without it."
    )


OPTIONS = ModelRegistrySpec
