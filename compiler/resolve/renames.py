"""What Argo CD knows under another name since something was renamed, as `moved` says; knows no object.

Argo CD marks each object with the name of the Application that it is part of, so a new name is another owner to it.
"""

from __future__ import annotations

from compiler.model import names
from compiler.model.platform import Move, Platform, TeamRepository


def renames(team: str, cluster: str, platform: Platform) -> list[Move]:
    """Return the moves that renamed the Applications of what a team syncs itself to a cluster.

    Their names are made of the team's and, where a hub keeps those of many clusters, of the cluster's.
    """
    subjects = {("team", team)} if platform.gitops.hub is None else {("team", team), ("cluster", cluster)}
    return [move for move in platform.moved if (move.kind, move.target) in subjects]


def former_application(move: Move, team: str, repository: TeamRepository, cluster: str, platform: Platform) -> str:
    """Return the name that the Application of what a team syncs itself had before a move."""
    of_team = names.team_repository(move.source if move.kind == "team" else team, repository.name)
    of_cluster = move.source if move.kind == "cluster" else cluster
    return names.argocd_application(of_team, of_cluster, platform.gitops.hub)
