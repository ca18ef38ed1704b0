"""What the platform file may say of Katib; knows nothing of where it ends up."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from compiler.spec.base import Maybe, StrictModel
from compiler.spec.database import DatabaseSpec


class KatibSpec(StrictModel):
    """Options of Katib."""

    noun: ClassVar[str] = "katib"

    database: Maybe[DatabaseSpec] = Field(
        None, description="Where observations are kept; in the database that the release brings along without it."
    )


OPTIONS = KatibSpec
