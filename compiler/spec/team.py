"""A team as written: people, namespaces, GPU shares, what it reads; knows neither clusters nor pools beyond names."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from compiler.spec.base import Hint, Items, Maybe, RuledModel, StandIn, StrictModel
from compiler.spec.environment import VariableSpec
from compiler.spec.image_registry import RegistrySpec
from compiler.spec.model_storage import ModelStorageSpec
from compiler.spec.namespace import Clusters, QuotaSpec, Role
from compiler.spec.rules import ExactlyOne
from compiler.spec.scalars import DnsLabel, Email, GroupName, Image
from compiler.spec.team_repository import TeamRepositorySpec

_CULLING = Hint(
    "idle notebooks are stopped for all teams alike: `components: {notebook-controller: {culling: {idle: 2h}}}`"
)


class OwnerSpec(StrictModel):
    """The one person who answers for a team."""

    noun: ClassVar[str] = "`owner`"
    hints: ClassVar = {
        "group": Hint(
            "an owner is one person (`user`), since Kubeflow gives a group no access as owner; add it to `members`",
            instead="user",
        ),
        "email": Hint("the key is `user`", "user"),
        "name": Hint("the key is `user`, an e-mail address", "user"),
    }

    user: Email = Field(description="E-mail address.", examples=["alice@example.com"])


class MemberSpec(RuledModel):
    """A person or a group with a role."""

    noun: ClassVar[str] = "a member"
    hints: ClassVar = {
        "email": Hint("the key is `user`", "user"),
        "users": Hint("one entry for each `user`"),
        "groups": Hint("one entry for each `group`"),
    }
    value_hints: ClassVar = {
        "role": {"owner": "the one owner of a team is no member: write `owner: {user: ...}` beside `members`"}
    }
    rules: ClassVar = (ExactlyOne(("user", "group")),)

    user: Maybe[Email] = Field(None, description="A person's e-mail address.", examples=["bob@example.com"])
    group: Maybe[GroupName] = Field(None, description="A group of the identity provider.", examples=["vision-readers"])
    role: Role = Field(description="What the member may do.", examples=["editor"])


class TeamNamespaceSpec(StrictModel):
    """A namespace of a team."""

    noun: ClassVar[str] = "a team's namespace"
    hints: ClassVar = {
        "cluster": Hint("the key is `clusters`, a list", "clusters"),
        "culling": _CULLING,
        "models": Hint("models that others may ask are `openModels: [NAME]`", instead="openModels"),
    }

    name: DnsLabel = Field(description="Name of the namespace.", examples=["vision-research"])
    clusters: Clusters = Field(description="Clusters that have it.", examples=[["prod-eu"]])
    quota: Maybe[QuotaSpec] = Field(None, description="What the namespace may use on each cluster.")
    open_models: Items[DnsLabel] = Field(
        (),
        description="InferenceServices that all may ask who get past the gateways: with Kubeflow's login those who can "
        "log in, and any pod of the cluster. A Serverless one that is not named answers nobody, its own team neither.",
        examples=[["ranker"]],
    )


_UNITS = (
    "claims are in whole units; for parts of a GPU give its pool `sharing: {strategy: timeSlicing, replicas: 2}`, "
    "and each part is a unit"
)


class ClaimSpec(StrictModel):
    """A team's share of a pool, in schedulable units: GPUs times replicas, or MIG instances."""

    noun: ClassVar[str] = "an entry of `gpus`"
    hints: ClassVar = {
        "count": Hint("the team's share is `nominal`", "nominal"),
        "limit": Hint("the team's share is `nominal`, what it may borrow `borrowingLimit`"),
        "name": Hint("the key is `pool`", "pool"),
        "borrowing": Hint("the key is `borrowingLimit`", "borrowingLimit"),
        "lending": Hint("the key is `lendingLimit`", "lendingLimit"),
    }
    type_hints: ClassVar = {"nominal": _UNITS, "borrowingLimit": _UNITS, "lendingLimit": _UNITS}

    pool: DnsLabel = Field(description="The pool.", examples=["a100"])
    nominal: Annotated[int, Field(ge=0)] = Field(description="Units that are the team's own.", examples=[4])
    borrowing_limit: Maybe[Annotated[int, Field(ge=0)]] = Field(
        None, description="Units that it may borrow from others; any that are free without it.", examples=[2]
    )
    lending_limit: Maybe[Annotated[int, Field(ge=0)]] = Field(
        None, description="Units that others may borrow from it; all without it.", examples=[2]
    )


_STORAGE = Hint("where models are loaded from is a list, `modelStorage: [{type: s3, secretRef: ...}]`", "modelStorage")
_OWN_REPOSITORY = Hint("what a team syncs itself is `gitops: [{repoURL: https://..., path: ...}]`", instead="gitops")


class NotebooksSpec(StrictModel):
    """Notebook settings of a team."""

    noun: ClassVar[str] = "`notebooks`"
    hints: ClassVar = {
        "culling": _CULLING,
        "idle": _CULLING,
        "image": Hint("the key is `images`, a list", "images"),
        "gpus": Hint("GPUs are the team's: `gpus: [{pool: ..., nominal: ...}]`"),
    }

    images: Items[Image] = Field(
        (), description="Images offered beside the release's own.", examples=[["ghcr.io/acme/vision-notebook:2026.10"]]
    )


class TeamSpec(StrictModel):
    """One team."""

    noun: ClassVar[str] = "a team"
    hints: ClassVar = {
        "users": Hint("people and groups go under `members`", "members"),
        "gpu": Hint("the key is `gpus`", "gpus"),
        "quota": Hint("a quota belongs to a namespace: `namespaces: [{name: ..., quota: ...}]`"),
        "clusters": Hint("clusters belong to a namespace: `namespaces: [{name: ..., clusters: [...]}]`"),
        "namespace": Hint("the key is `namespaces`, a list"),
        "images": Hint("notebook images are `notebooks: {images: [...]}`"),
        "culling": _CULLING,
        "repoURL": _OWN_REPOSITORY,
        "repository": _OWN_REPOSITORY,
        "environment": Hint("the key is `env`", "env"),
        "models": _STORAGE,
        "storage": _STORAGE,
        "proxy": Hint("a proxy is variables of pods: `env: [{name: HTTPS_PROXY, value: ...}, {name: NO_PROXY, ...}]`"),
    }
    type_hints: ClassVar = {
        "gitops": "a team may have several: `gitops: [{repoURL: https://..., path: ...}]`",
        "env": "variables are a list: `env: [{name: NAME, value: VALUE}]`",
    }

    name: DnsLabel = Field(description="Name of the team, unique in the file.", examples=["vision"])
    owner: Annotated[OwnerSpec, StandIn({"user": "nobody@platform.invalid"})] = Field(
        description="The one person who answers for the team.", examples=[{"user": "alice@example.com"}]
    )
    members: Items[MemberSpec] = Field((), description="People and groups with their roles.")
    namespaces: Items[TeamNamespaceSpec] = Field((), description="The team's namespaces.")
    gpus: Items[ClaimSpec] = Field((), description="The team's shares of GPU pools.")
    registries: Items[RegistrySpec] = Field((), description="Private registries that the team pulls from.")
    model_storage: Items[ModelStorageSpec] = Field(
        (), description="Where the team's models are loaded from, with whose credentials; one of each type."
    )
    gitops: Items[TeamRepositorySpec] = Field((), description="Repositories that the team syncs itself.")
    env: Items[VariableSpec] = Field(
        (), description="Variables of pods that ask for them, as the form of notebooks offers it."
    )
    notebooks: NotebooksSpec = Field(NotebooksSpec.model_construct(), description="Notebook settings.")
