"""What the platform file may say of the dashboard; knows nothing of where it ends up."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from compiler.spec.base import Maybe, StrictModel


class CentralDashboardSpec(StrictModel):
    """Options of the dashboard."""

    noun: ClassVar[str] = "the dashboard"

    registration_flow: Maybe[bool] = Field(
        None, description="Whether people without a profile may make one themselves.", examples=[False]
    )


OPTIONS = CentralDashboardSpec
