"""On which nodes of a cluster the platform's own components run; knows nothing of GPU pools."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from compiler.spec.base import Hint, Items, Maybe, RuledModel, StrictModel
from compiler.spec.rules import AtLeastOne
from compiler.spec.scalars import Text


class TolerationSpec(StrictModel):
    """A taint that pods put up with."""

    noun: ClassVar[str] = "a toleration"

    key: Text = Field(description="Key of the taint.", examples=["dedicated"])
    value: Maybe[Text] = Field(None, description="Value of the taint; any without it.", examples=["platform"])
    effect: Maybe[Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]] = Field(
        None, description="Effect of the taint; every one without it."
    )


class SystemNodesSpec(RuledModel):
    """On which nodes the platform's own components run."""

    noun: ClassVar[str] = "`systemNodes`"
    hints: ClassVar = {
        "nodeSelector": Hint("the key is `selector`", "selector"),
        "labels": Hint("the key is `selector`", "selector"),
        "taints": Hint("what pods put up with are `tolerations`", "tolerations"),
    }
    rules: ClassVar = (AtLeastOne(("selector", "tolerations")),)

    selector: Maybe[dict[str, str]] = Field(
        None, description="Labels that the nodes have.", examples=[{"node-role": "platform"}]
    )
    tolerations: Items[TolerationSpec] = Field(
        (), description="Taints of the nodes.", examples=[[{"key": "dedicated", "value": "platform"}]]
    )
