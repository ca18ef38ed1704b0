"""What the platform file may say of KServe; knows nothing of where it ends up."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from compiler.spec.base import Maybe, StrictModel
from compiler.spec.scalars import Domain


class KserveSpec(StrictModel):
    """Options of KServe."""

    noun: ClassVar[str] = "kserve"

    deployment_mode: Maybe[Literal["Serverless", "RawDeployment"]] = Field(
        None, description="How models are deployed that do not say so themselves."
    )
    domain: Maybe[Domain] = Field(
        None,
        description="Domain below which models are reached; the cluster's without it.",
        examples=["models.acme.com"],
    )
    url_scheme: Maybe[Literal["http", "https"]] = Field(None, description="Scheme in the URLs of models.")


OPTIONS = KserveSpec
