"""The Applications of what teams sync themselves, each in its team's own project; knows no objects of teams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.lowering.argocd.application import application, sync_policy
from compiler.lowering.argocd.destinations import destination_server
from compiler.model import names
from compiler.model.manifest import Object
from compiler.resolve.renames import renames
from compiler.resolve.waves import application_waves

if TYPE_CHECKING:
    from compiler.model.platform import Cluster, Platform, TeamRepository

TEAM_APPLICATIONS_FILE = "team-applications.yaml"

_NOTHING_OF_OTHERS = "FailOnSharedResource=true"
"""An object that another Application holds, as the platform's own does a team's accounts, is not taken over: the sync
fails and says which. Two Applications would else undo each other for ever, and the platform's would never come to rest.

It goes by the name in the object's annotation, whether or not there is an Application of that name any more. So one
that was renamed is refused what it made itself, and is let take it over while `moved` says so.
Source: argo-cd v3.5.1 docs/user-guide/sync-options.md, controller/sync.go, controller/state.go (CompareAppState)."""


def team_applications(cluster: Cluster, platform: Platform) -> list[Object]:
    """Return an Application for each repository of each team on the cluster, sorted by team and name.

    They come after all else, and our Argo CD waits for none of them: `platform/team` is how its measure of health
    tells. None has a finalizer, so what was synced outlives its Application. Argo CD never prunes the last object of a
    folder by itself (`allowEmpty` is off), which is what a path that is gone would look like.
    Source: argo-cd v3.5.1 docs/user-guide/auto_sync.md (Automatic Pruning with Allow-Empty).
    """
    wave = 1 + max(application_waves(cluster).values(), default=0)
    return [
        _application(tenant.team, repository, wave, cluster, platform)
        for tenant in sorted(cluster.tenants, key=lambda each: each.team)
        for repository in tenant.repositories
    ]


def _application(team: str, repository: TeamRepository, wave: int, cluster: Cluster, platform: Platform) -> Object:
    policy: dict[str, Any] = sync_policy(cluster, platform, ignores=False)
    if "automated" in policy:
        # The platform keeps the volumes among its own objects when it prunes; nobody marks a team's.
        policy["automated"] = {**policy["automated"], "prune": repository.prune}
    policy["syncOptions"] = ["ServerSideApply=true"]
    if not renames(team, cluster.name, platform):
        policy["syncOptions"].append(_NOTHING_OF_OTHERS)
    spec = {
        "project": names.argocd_application(names.team_application(team), cluster.name, platform.gitops.hub),
        "source": {
            "repoURL": repository.repo_url,
            "targetRevision": repository.revision,
            "path": repository.path,
        },
        "destination": {"server": destination_server(cluster, platform), "namespace": repository.namespace},
        "syncPolicy": policy,
    }
    name = names.team_repository(team, repository.name)
    made = application(name, cluster, platform, {names.SYNC_WAVE: str(wave)}, spec)
    return {**made, "metadata": {**made["metadata"], "labels": {names.TEAM_LABEL: team}}}
