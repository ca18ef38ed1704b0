"""How Argo CD follows Git, as meant: the repository, where Argo CD runs, when it syncs and with what it renders.

Knows no cluster but by its name.
"""

from __future__ import annotations

from compiler.frozen import frozen


@frozen
class SyncWindow:
    """A time in which Argo CD may sync (`allow`) or may not (`deny`), on the clusters named or, without any, on all.

    Units: `schedule` is cron's five fields in `time_zone`, `duration` as Go writes it.
    """

    kind: str
    schedule: str
    duration: str
    time_zone: str | None
    manual_sync: bool
    clusters: tuple[str, ...]


@frozen
class SyncPolicy:
    """How Argo CD follows Git, and when."""

    automated: bool
    prune: bool
    self_heal: bool
    windows: tuple[SyncWindow, ...] = ()


@frozen
class Kustomize:
    """With which kustomize Argo CD renders: a `version` beside its own, and the options of every build."""

    version: str | None = None
    build_options: tuple[str, ...] = ()


@frozen
class Gitops:
    """The repository that Argo CD reads, and where Argo CD runs; `hub` names the managing cluster, if there is one.

    `secret_ref` names the Secret with the repository's credentials, where it is private.
    """

    repo_url: str
    revision: str
    argocd_namespace: str
    hub: str | None
    sync: SyncPolicy
    secret_ref: str | None = None
    kustomize: Kustomize = Kustomize()
