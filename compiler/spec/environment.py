"""Variables of a team's pods, as written; knows nothing of how pods get them."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from compiler.spec.base import Hint, Maybe, RuledModel
from compiler.spec.rules import ExactlyOne
from compiler.spec.scalars import DataKey, ObjectName, SecretName, VariableName


class VariableSpec(RuledModel):
    """An environment variable, with its value or with where that stands."""

    noun: ClassVar[str] = "an entry of `env`"
    hints: ClassVar = {
        "valueFrom": Hint("name the object itself: `secretRef: NAME` or `configMapRef: NAME`, with `key`"),
        "secretKeyRef": Hint("the key is `secretRef`, with `key` beside it", instead="secretRef"),
        "secret": Hint("the key is `secretRef`", "secretRef"),
        "configMap": Hint("the key is `configMapRef`", "configMapRef"),
        "configMapKeyRef": Hint("the key is `configMapRef`, with `key` beside it", instead="configMapRef"),
    }
    type_hints: ClassVar = {
        "value": "the value of a variable is text: put it in quotes",
        "secretRef": "name the Secret itself, with the key beside it: `secretRef: NAME, key: KEY`",
        "configMapRef": "name the ConfigMap itself, with the key beside it: `configMapRef: NAME, key: KEY`",
    }
    rules: ClassVar = (ExactlyOne(("value", "secretRef", "configMapRef")),)

    name: VariableName = Field(description="Name of the variable.", examples=["HTTPS_PROXY"])
    value: Maybe[str] = Field(
        None, description="Its value, never a secret one.", examples=["http://proxy.example.com:3128"]
    )
    secret_ref: Maybe[SecretName] = Field(
        None, description="Secret that holds it, in each namespace of the team.", examples=["wandb"]
    )
    config_map_ref: Maybe[ObjectName] = Field(
        None, description="ConfigMap that holds it, in each namespace of the team.", examples=["tracking"]
    )
    key: Maybe[DataKey] = Field(
        None, description="Key of the Secret or ConfigMap; the variable's name without it.", examples=["api-key"]
    )
