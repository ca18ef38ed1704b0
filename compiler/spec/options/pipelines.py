"""What the platform file may say of Kubeflow Pipelines; knows nothing of where it ends up."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from compiler.spec.base import Maybe, StrictModel
from compiler.spec.database import MysqlSpec
from compiler.spec.object_store import GcsSpec, S3Spec, ServerStoreSpec


class PipelinesSpec(StrictModel):
    """Options of Kubeflow Pipelines, which speaks to stores by the S3 protocol: Azure's has none."""

    noun: ClassVar[str] = "pipelines"

    object_store: Maybe[Annotated[S3Spec | GcsSpec | ServerStoreSpec, Field(discriminator="type")]] = Field(
        None, description="Where artifacts are kept; in the store that the release brings along without it."
    )
    database: Maybe[MysqlSpec] = Field(
        None, description="Where runs are kept; in the database that the release brings along without it."
    )


OPTIONS = PipelinesSpec
