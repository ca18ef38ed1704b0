"""Namespaces and what they may hold: quotas of all of them, access to the shared ones; knows no GPUs."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from compiler.spec.base import Hint, Items, Maybe, StrictModel
from compiler.spec.scalars import DnsLabel, Quantity

Role = Literal["admin", "editor", "viewer"]
"""What a member may do."""

Clusters = Annotated[Items[DnsLabel], Field(min_length=1)]
"""The clusters that a namespace is on; at least one."""

_GPUS = Hint("GPUs come from the team's `gpus: [{pool: ..., nominal: ...}]` only")


class QuotaSpec(StrictModel):
    """What one namespace may use, on each of its clusters."""

    noun: ClassVar[str] = "`quota`"
    hints: ClassVar = {
        "gpu": _GPUS,
        "gpus": _GPUS,
        "nvidia.com/gpu": _GPUS,
        "amd.com/gpu": _GPUS,
        "requests.nvidia.com/gpu": _GPUS,
        "requests.amd.com/gpu": _GPUS,
        "limits.nvidia.com/gpu": _GPUS,
        "requests.cpu": Hint("the key is `cpu`", "cpu"),
        "requests.memory": Hint("the key is `memory`", "memory"),
        "requests.storage": Hint("the key is `storage`", "storage"),
        "requests.ephemeral-storage": Hint("the key is `ephemeralStorage`", "ephemeralStorage"),
        "limits.cpu": Hint("other keys of Kubernetes go under `extra`"),
        "limits.memory": Hint("other keys of Kubernetes go under `extra`"),
        "mem": Hint("the key is `memory`", "memory"),
        "disk": Hint("the key is `storage`", "storage"),
        "pvcs": Hint("the key is `persistentVolumeClaims`", "persistentVolumeClaims"),
    }

    cpu: Maybe[Quantity] = Field(None, description="Sum of CPU requests, in cores.", examples=["64"])
    memory: Maybe[Quantity] = Field(None, description="Sum of memory requests.", examples=["256Gi"])
    ephemeral_storage: Maybe[Quantity] = Field(None, description="Sum of requests for local disk.", examples=["100Gi"])
    storage: Maybe[Quantity] = Field(None, description="Sum of all volumes.", examples=["2Ti"])
    pods: Maybe[Quantity] = Field(None, description="Number of pods.", examples=[200])
    persistent_volume_claims: Maybe[Quantity] = Field(None, description="Number of volumes.", examples=[50])
    services: Maybe[Quantity] = Field(None, description="Number of Services.", examples=[50])
    load_balancers: Maybe[Quantity] = Field(None, description="Number of Services of type LoadBalancer.", examples=[0])
    extra: dict[str, Quantity] = Field(
        {}, description="Other quota keys of Kubernetes.", examples=[{"count/jobs.batch": 100}]
    )


class AccessSpec(StrictModel):
    """A team's access to a shared namespace."""

    noun: ClassVar[str] = "an entry of `access`"

    team: DnsLabel = Field(description="Team whose members get access.", examples=["vision"])
    role: Role = Field(description="The most that its members may do there.", examples=["editor"])


class SharedNamespaceSpec(StrictModel):
    """A namespace that belongs to no team."""

    noun: ClassVar[str] = "a shared namespace"
    hints: ClassVar = {
        "cluster": Hint("the key is `clusters`, a list", "clusters"),
        "teams": Hint("teams get in through `access: [{team: ..., role: ...}]`"),
        "members": Hint("teams get in through `access: [{team: ..., role: ...}]`"),
        "owner": Hint("a shared namespace has no owner; one with an owner belongs under a team"),
    }

    name: DnsLabel = Field(description="Name of the namespace.", examples=["shared-datasets"])
    clusters: Clusters = Field(description="Clusters that have it.", examples=[["prod-eu"]])
    quota: Maybe[QuotaSpec] = Field(None, description="What the namespace may use on each cluster.")
    access: Items[AccessSpec] = Field((), description="Teams whose members get in, with at most a role.")
