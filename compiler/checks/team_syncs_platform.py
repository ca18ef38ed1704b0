"""What the platform is made of is nobody's own folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check, synced_repositories
from compiler.checks.examples import LAPTOP
from compiler.diagnostics.model import Diagnostic, Label, Severity, error
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each team that would sync the output of the platform, or a folder around it."""
    del facts, as_of
    own = _place(platform.gitops.repo_url)
    for team, repository in synced_repositories(platform):
        if _place(repository.repo_url) != own:
            continue
        path = "" if repository.path == "." else f"{repository.path}/"
        for output in (f"{platform.folder}generated/", f"{platform.folder}overlays/"):
            if output.startswith(path) or path.startswith(output):
                yield error(
                    CHECK.id,
                    f"team {team} would sync {repository.path} of the platform's own repository, which holds {output}"
                    if output.startswith(path)
                    else f"team {team} would sync {repository.path}, which is the platform's own output",
                    (*repository.origin, "path") if path else repository.origin,
                    related=(Label(("gitops", "repoURL"), "the platform's own repository"),),
                    help=f"name a folder that only the team writes to, such as `path: teams/{team}`, or another "
                    "repository",
                )
                break


def _place(url: str) -> str:
    """Return host and path of a repository, the same for https, ssh and the short form."""
    scheme, _, rest = url.rpartition("://")
    rest = rest.rpartition("@")[2]
    host, _, path = rest.partition("/") if scheme else rest.partition(":")
    return f"{host.partition(':')[0].lower()}/{path.strip('/').removesuffix('.git')}"


_TEAM = """\
    gitops: [{{repoURL: https://github.com/acme/ml-platform, path: {}}}]
"""
_PLATFORM = f"""\
{LAPTOP}teams:
  - name: vision
    owner: {{user: alice@acme.com}}
    namespaces: [{{name: vision, clusters: [dev]}}]
"""

CHECK = Check(
    id="team-syncs-platform",
    severity=Severity.ERROR,
    summary="A team syncs a folder that holds the platform's own output",
    why="Argo CD would hold everything of the platform twice, and fail at all that the team's project forbids.",
    bad=_PLATFORM + _TEAM.format("overlays/dev/team-vision"),
    good=_PLATFORM + _TEAM.format("teams/vision"),
    run=run,
)
