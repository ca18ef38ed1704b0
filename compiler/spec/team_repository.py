"""What a team syncs itself, as written; knows neither projects nor Applications of Argo CD."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from compiler.spec.base import Hint, Items, Maybe, StrictModel
from compiler.spec.scalars import DnsLabel, GitFolder, GitRevision, GitUrl, SecretName

_CREDENTIALS = Hint("credentials never stand in this file; name the Secret that holds them")


class TeamRepositorySpec(StrictModel):
    """A folder of a Git repository that Argo CD syncs into the team's namespaces, and nowhere else."""

    noun: ClassVar[str] = "an entry of a team's `gitops`"
    hints: ClassVar = {
        "repo": Hint("the key is `repoURL`", "repoURL"),
        "url": Hint("the key is `repoURL`", "repoURL"),
        "repository": Hint("the key is `repoURL`", "repoURL"),
        "branch": Hint("the key is `revision`", "revision"),
        "targetRevision": Hint("the key is `revision`", "revision"),
        "folder": Hint("the key is `path`", "path"),
        "cluster": Hint("the clusters are a list, `clusters`"),
        "token": _CREDENTIALS,
        "password": _CREDENTIALS,
        "automated": Hint("whether Argo CD syncs by itself is said for all: `gitops: {sync: {automated: ...}}`"),
        "selfHeal": Hint("whether changes by hand are undone is said for all: `gitops: {sync: {selfHeal: ...}}`"),
    }

    repo_url: GitUrl = Field(
        alias="repoURL",
        description="URL of the team's repository, without credentials.",
        examples=["https://github.com/acme/vision-models.git"],
    )
    path: GitFolder = Field(".", description="Folder of the repository that is synced.", examples=["deploy/prod"])
    revision: GitRevision = Field("main", description="Branch that Argo CD follows.")
    namespace: Maybe[DnsLabel] = Field(
        None,
        description="The team's namespace that objects go to which name none; the only one without it.",
        examples=["vision-serving"],
    )
    clusters: Items[DnsLabel] = Field(
        (), description="Clusters it is synced to; all that have the namespace without it.", examples=[["prod-eu"]]
    )
    name: Maybe[DnsLabel] = Field(
        None,
        description="What tells its Application from others; the namespace without it. One of another name is refused "
        "what this one made, so what is deployed keeps its name.",
        examples=["models"],
    )
    prune: bool = Field(
        False,
        description="Whether what left the folder is deleted, its volumes with their data too. "
        "What was synced stays when the entry goes.",
    )
    secret_ref: Maybe[SecretName] = Field(
        None,
        description="Secret beside Argo CD with the credentials of a private repository; `bootstrap` prints what "
        "makes it.",
        examples=["vision-repository"],
    )
