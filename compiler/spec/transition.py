"""Permission to let data go and renames that keep it; what is still declared is not known here."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from compiler.spec.base import Hint, Maybe, RuledModel
from compiler.spec.rules import ExactlyOne, SameKey
from compiler.spec.scalars import ClaimName, DnsLabel, ObjectName, Text
from compiler.spec.written import KINDS, REMOVABLE, Subject


class RemovalSpec(RuledModel):
    """Permission to let one thing and its data go; `cluster` beside another kind says where.

    `crd` and `pvc` let one object go that a component's new version drops while the component stays.
    """

    noun: ClassVar[str] = "an entry of `removed`"
    hints: ClassVar = {
        "pool": Hint("the key is `gpuPool`", "gpuPool"),
        "because": Hint("the key is `reason`", "reason"),
        "customResourceDefinition": Hint("the key is `crd`", "crd"),
        "persistentVolumeClaim": Hint("the key is `pvc`", "pvc"),
    }
    rules: ClassVar = (ExactlyOne(REMOVABLE, otherwise="cluster"),)

    namespace: Maybe[DnsLabel] = Field(None, description="Namespace to let go.", examples=["old-team"])
    team: Maybe[DnsLabel] = Field(None, description="Team to let go, with its namespaces.", examples=["old-team"])
    component: Maybe[Text] = Field(None, description="Component to let go, with what it stores.", examples=["katib"])
    gpu_pool: Maybe[DnsLabel] = Field(None, description="GPU pool to let go.", examples=["a100"])
    crd: Maybe[ObjectName] = Field(
        None,
        description="Custom resource definition to let go, with every resource of its kind.",
        examples=["tfjobs.kubeflow.org"],
    )
    pvc: Maybe[ClaimName] = Field(
        None, description="Volume claim to let go, as `namespace/name`.", examples=["kubeflow/mysql-pv-claim"]
    )
    cluster: Maybe[DnsLabel] = Field(
        None, description="Cluster to let go, or the one that it is let go on.", examples=["laptop"]
    )
    reason: Text = Field(
        description="Why, for those who ask later.", examples=["project ended, data archived in TICKET-123"]
    )


class SubjectSpec(Subject, RuledModel):
    """One thing by its kind and name."""

    noun: ClassVar[str] = "one side of a move"
    rules: ClassVar = (ExactlyOne(KINDS),)

    namespace: Maybe[DnsLabel] = Field(None, description="A namespace.", examples=["vision-research"])
    team: Maybe[DnsLabel] = Field(None, description="A team.", examples=["vision"])
    component: Maybe[Text] = Field(None, description="A component.", examples=["katib"])
    gpu_pool: Maybe[DnsLabel] = Field(None, description="A GPU pool.", examples=["a100"])
    cluster: Maybe[DnsLabel] = Field(None, description="A cluster.", examples=["prod-eu"])


class MoveSpec(RuledModel):
    """A rename that keeps data."""

    noun: ClassVar[str] = "an entry of `moved`"
    rules: ClassVar = (SameKey("from", "to", KINDS),)

    from_: SubjectSpec = Field(alias="from", description="What it was called.", examples=[{"team": "cv"}])
    to: SubjectSpec = Field(description="What it is called now.", examples=[{"team": "vision"}])
