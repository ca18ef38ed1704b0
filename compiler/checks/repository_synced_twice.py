"""An Application is told by its team and its name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.checks.examples import team
from compiler.diagnostics.model import Diagnostic, Label, Severity, YamlPath, error
from compiler.model.platform import Platform, TeamRepository
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each entry of a team's `gitops` that is another one's twin on some cluster."""
    del facts, as_of
    told: set[YamlPath] = set()
    for cluster in platform.clusters:
        for tenant in cluster.tenants:
            named: dict[str, TeamRepository] = {}
            placed: dict[tuple[str, ...], TeamRepository] = {}
            for each in sorted(tenant.repositories, key=lambda each: each.origin):
                place = (each.repo_url, each.path, each.namespace)
                same = placed.setdefault(place, each)
                twin = named.setdefault(each.name, each)
                if (twin is each and same is each) or each.origin in told:
                    continue
                told.add(each.origin)
                yield error(
                    CHECK.id,
                    f"team {tenant.team} would sync {each.path} of {each.repo_url} into namespace {each.namespace} "
                    f"on cluster {cluster.name} twice"
                    if same is not each
                    else f"team {tenant.team} would have two Applications {each.name} on cluster {cluster.name}",
                    each.origin,
                    related=(Label((same if same is not each else twin).origin, "the other entry"),),
                    help="remove one of them" if same is not each else "give one of them a `name` of its own",
                )


_TWO = "gitops: [{{repoURL: https://github.com/acme/a.git}}, {{repoURL: https://github.com/acme/b.git{}}}]"

CHECK = Check(
    id="repository-synced-twice",
    severity=Severity.ERROR,
    summary="Two entries of a team's `gitops` form one Application, or sync the same",
    why="One Application would take the other's place, or both would hold the same objects.",
    bad=team(_TWO.format("")),
    good=team(_TWO.format(", name: b")),
    run=run,
)
