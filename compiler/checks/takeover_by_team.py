"""What is renamed is another owner to Argo CD, and has to take over what is its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.checks.examples import team
from compiler.diagnostics.model import Diagnostic, Severity, warning
from compiler.model.names import TEAM_LABEL
from compiler.model.platform import Move, Platform
from compiler.resolve.facts import Facts
from compiler.resolve.renames import former_application, renames


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each rename by which what some team syncs itself got another name."""
    del facts, as_of
    former: dict[tuple[str | int, ...], tuple[Move, list[str], list[str]]] = {}
    for cluster in platform.clusters:
        for tenant in cluster.tenants:
            for move in renames(tenant.team, cluster.name, platform) if tenant.repositories else ():
                _, teams, names = former.setdefault(move.origin, (move, [], []))
                teams.append(tenant.team)
                names += [
                    former_application(move, tenant.team, each, cluster.name, platform) for each in tenant.repositories
                ]
    for move, teams, names in former.values():
        yield _finding(move, sorted(set(teams)), sorted(set(names)), platform)


def _finding(move: Move, teams: list[str], names: list[str], platform: Platform) -> Diagnostic:
    place = f"--namespace {platform.gitops.argocd_namespace}"
    sync = platform.gitops.sync
    applications = f"Application{'' if len(names) == 1 else 's'} {', '.join(names)}"
    delete = f"run `kubectl delete applications.argoproj.io {' '.join(names)} {place}`, as nothing prunes them; "
    return warning(
        CHECK.id,
        f"while {move.kind} {move.source} is in `moved`, what team {' and '.join(teams)} syncs itself takes over "
        f"whatever it meets, as it must what {applications} held",
        (*move.origin, "from"),
        notes=(
            "Argo CD marks what it made with the name of the Application, and refuses it to one of another name",
            "what the platform made in the team's namespaces is not safe from the team's repository until then",
        ),
        help=f"{'' if sync.automated and sync.prune else delete}once `kubectl get applications.argoproj.io {place} "
        f"--selector '{TEAM_LABEL} in ({', '.join(teams)})'` says Synced, remove this entry of `moved` and build",
        sources=CHECK.sources,
    )


_SYNCS = "gitops: [{repoURL: https://github.com/acme/vision.git}]"

CHECK = Check(
    id="takeover-by-team",
    severity=Severity.WARNING,
    summary="A renamed team that syncs a repository itself may take over objects of others",
    why="Its Applications have new names, to which Argo CD refuses all that they made themselves. So they are let take "
    "over what they meet while the rename is in `moved`, which is not to stay.",
    sources=(
        "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#fail-the-sync-if-a-shared-resource-is-found",
    ),
    bad=team(_SYNCS) + "moved: [{from: {team: cv}, to: {team: vision}}]\n",
    good=team(_SYNCS),
    run=run,
)
