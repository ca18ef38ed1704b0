"""What the platform file may say of MLflow and its chart; knows nothing of where it ends up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from compiler.spec.base import Hint, Maybe, StrictModel
from compiler.spec.database import DatabaseSpec
from compiler.spec.object_store import AzureStoreSpec, GcsSpec, OutsideStoreSpec, S3Spec

_Store = Annotated[S3Spec | GcsSpec | AzureStoreSpec | OutsideStoreSpec, Field(discriminator="type")]


class MlflowSpec(StrictModel):
    """Options of MLflow, which is installed by its Helm chart."""

    noun: ClassVar[str] = "mlflow"
    hints: ClassVar = {
        "backendStore": Hint("the database is `database`", "database"),
        "artifactRoot": Hint("the store of artifacts is `objectStore`", "objectStore"),
    }

    database: Maybe[DatabaseSpec] = Field(
        None, description="Where runs are kept; in the server's memory, which a restart empties, without it."
    )
    object_store: Maybe[_Store] = Field(
        None,
        description="Where artifacts are kept, which then all go through the server, so that only it needs the key; on "
        "the disk of its pod, which a restart empties, without it.",
    )
    values: Maybe[Mapping[str, Any]] = Field(None, description="Further values of the Helm chart; they win over ours.")


OPTIONS = MlflowSpec
