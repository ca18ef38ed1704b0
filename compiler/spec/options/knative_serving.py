"""What the platform file may say of Knative Serving; knows nothing of where it ends up."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from compiler.spec.base import Maybe, StrictModel
from compiler.spec.scalars import Domain


class KnativeServingSpec(StrictModel):
    """Options of Knative Serving."""

    noun: ClassVar[str] = "knative-serving"

    domain: Maybe[Domain] = Field(
        None,
        description="Domain below which services are reached; the cluster's without it.",
        examples=["models.acme.com"],
    )


OPTIONS = KnativeServingSpec
