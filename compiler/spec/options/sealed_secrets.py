"""What the platform file may say of this chart; knows nothing of where it ends up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from compiler.spec.base import Maybe, StrictModel


class ChartSpec(StrictModel):
    """Options of a Helm chart."""

    noun: ClassVar[str] = "sealed-secrets"

    values: Maybe[Mapping[str, Any]] = Field(None, description="Further values of the Helm chart; they win over ours.")


OPTIONS = ChartSpec
