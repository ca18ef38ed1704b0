"""The `gitops` mapping: the repository that Argo CD reads and where Argo CD runs; knows nothing of clusters."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from compiler.spec.base import Hint, Maybe, StrictModel
from compiler.spec.scalars import DnsLabel, GitRevision, GitUrl


class ArgocdSpec(StrictModel):
    """Where Argo CD runs."""

    noun: ClassVar[str] = "`argocd`"

    namespace: DnsLabel = Field("argocd", description="Namespace of Argo CD itself.", examples=["argocd"])
    hub: Maybe[DnsLabel] = Field(
        None,
        description="Name of the cluster whose Argo CD manages all others through their `server`. "
        "Without it, every cluster runs its own Argo CD.",
        examples=["ops"],
    )


class SyncSpec(StrictModel):
    """How Argo CD follows Git."""

    noun: ClassVar[str] = "`sync`"

    automated: bool = Field(True, description="Whether Argo CD syncs by itself.")
    prune: bool = Field(True, description="Whether what left Git is deleted; what holds data stays until `removed`.")
    self_heal: bool = Field(True, description="Whether changes made by hand in a cluster are undone.")


class GitopsSpec(StrictModel):
    """The repository that holds the platform file and its output."""

    noun: ClassVar[str] = "`gitops`"
    hints: ClassVar = {
        "repo": Hint("the key is `repoURL`", "repoURL"),
        "url": Hint("the key is `repoURL`", "repoURL"),
        "branch": Hint("the key is `revision`", "revision"),
        "targetRevision": Hint("the key is `revision`", "revision"),
        "namespace": Hint("Argo CD's namespace is `argocd: {namespace: ...}`"),
        "hub": Hint("the hub is `argocd: {hub: ...}`"),
        "automated": Hint("sync settings are `sync: {automated: ...}`"),
    }

    repo_url: GitUrl = Field(
        alias="repoURL",
        description="URL of the repository that holds this file, without credentials.",
        examples=["https://github.com/acme/ml-platform.git"],
    )
    revision: GitRevision = Field("main", description="Branch that Argo CD follows.")
    argocd: ArgocdSpec = Field(ArgocdSpec.model_construct(), description="Where Argo CD runs.")
    sync: SyncSpec = Field(SyncSpec.model_construct(), description="How Argo CD follows Git.")
