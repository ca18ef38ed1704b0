"""What the platform file may say of the profile controller; knows nothing of where it ends up."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from compiler.spec.base import Maybe, StrictModel
from compiler.spec.scalars import Email, Text


class ProfilesSpec(StrictModel):
    """Options of the profile controller."""

    noun: ClassVar[str] = "profiles"

    admin: Maybe[Email] = Field(None, description="The person who may manage every profile.", examples=["ops@acme.com"])
    workload_identity: Maybe[Text] = Field(
        None,
        description="Cloud identity that the pods of each team's namespace act as: a Google service account (GKE), "
        "the ARN of an IAM role (EKS), the client id of a managed identity (AKS). "
        "`{team}` and `{namespace}` stand for their names.",
        examples=["{namespace}@acme-ml-prod.iam.gserviceaccount.com"],
    )


OPTIONS = ProfilesSpec
