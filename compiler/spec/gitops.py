"""The `gitops` mapping: the repository that Argo CD reads and where Argo CD runs; knows nothing of clusters."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from compiler.spec.base import Hint, Items, Maybe, StrictModel
from compiler.spec.scalars import (
    BuildOption,
    DnsLabel,
    Duration,
    GitRevision,
    GitUrl,
    KustomizeVersion,
    Schedule,
    SecretName,
    TimeZone,
)


class KustomizeSpec(StrictModel):
    """The kustomize with which Argo CD renders this repository, where it shall not be the one inside Argo CD."""

    noun: ClassVar[str] = "`kustomize`"
    hints: ClassVar = {
        "options": Hint("the key is `buildOptions`", "buildOptions"),
        "path": Hint("the program is put into Argo CD by the build; name its `version`", "version"),
    }

    version: Maybe[KustomizeVersion] = Field(
        None,
        description="Release of kustomize, put into Argo CD beside its own; Argo CD's own without it. Argo CD itself "
        "and what teams sync are rendered by Argo CD's own in any case.",
        examples=["5.8.1"],
    )
    build_options: Items[BuildOption] = Field(
        (),
        description="Options of `kustomize build` for all that this Argo CD renders, the repositories of teams too.",
        examples=[["--enable-helm"]],
    )


class ArgocdSpec(StrictModel):
    """Where Argo CD runs."""

    noun: ClassVar[str] = "`argocd`"
    hints: ClassVar = {"buildOptions": Hint("the options are `kustomize: {buildOptions: [...]}`")}

    namespace: DnsLabel = Field("argocd", description="Namespace of Argo CD itself.", examples=["argocd"])
    hub: Maybe[DnsLabel] = Field(
        None,
        description="Name of the cluster whose Argo CD manages all others through their `server`. "
        "Without it, every cluster runs its own Argo CD.",
        examples=["ops"],
    )
    kustomize: KustomizeSpec = Field(
        KustomizeSpec.model_construct(), description="With which kustomize Argo CD renders, and how."
    )


class SyncWindowSpec(StrictModel):
    """A time in which Argo CD may sync, or may not."""

    noun: ClassVar[str] = "a sync window"
    hints: ClassVar = {
        "start": Hint("the beginning is `schedule`, as cron has it", "schedule"),
        "timezone": Hint("the key is `timeZone`", "timeZone"),
        "cluster": Hint("the clusters are a list, `clusters`"),
    }

    kind: Literal["allow", "deny"] = Field(
        description="`allow`: only then; `deny`: not then, whatever else allows it.", examples=["deny"]
    )
    schedule: Schedule = Field(description="When it begins, as cron has it.", examples=["0 22 * * 1-5"])
    duration: Duration = Field(description="How long it lasts.", examples=["8h"])
    time_zone: Maybe[TimeZone] = Field(
        None, description="Time zone of the schedule; UTC without it.", examples=["Europe/Amsterdam"]
    )
    manual_sync: bool = Field(False, description="Whether people may sync by hand meanwhile.")
    clusters: Items[DnsLabel] = Field((), description="Clusters it is for; all without it.", examples=[["prod-eu"]])


class SyncSpec(StrictModel):
    """How Argo CD follows Git."""

    noun: ClassVar[str] = "`sync`"

    automated: bool = Field(True, description="Whether Argo CD syncs by itself.")
    prune: bool = Field(True, description="Whether what left Git is deleted; what holds data stays until `removed`.")
    self_heal: bool = Field(True, description="Whether changes made by hand in a cluster are undone.")
    windows: Items[SyncWindowSpec] = Field((), description="Times in which Argo CD may sync, or may not.")


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
        "windows": Hint("sync windows are `sync: {windows: [...]}`"),
        "token": Hint("credentials never stand in this file; name the Secret that holds them", "secretRef"),
        "password": Hint("credentials never stand in this file; name the Secret that holds them", "secretRef"),
        "automated": Hint("sync settings are `sync: {automated: ...}`"),
    }

    repo_url: GitUrl = Field(
        alias="repoURL",
        description="URL of the repository that holds this file, without credentials.",
        examples=["https://github.com/acme/ml-platform.git"],
    )
    revision: GitRevision = Field("main", description="Branch that Argo CD follows.")
    secret_ref: Maybe[SecretName] = Field(
        None,
        description="Secret beside Argo CD with the credentials of a private repository; `bootstrap` prints what "
        "makes it.",
        examples=["platform-repository"],
    )
    argocd: ArgocdSpec = Field(ArgocdSpec.model_construct(), description="Where Argo CD runs.")
    sync: SyncSpec = Field(SyncSpec.model_construct(), description="How Argo CD follows Git.")
