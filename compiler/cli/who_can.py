"""`who-can`: who reaches which namespace, in which role and by which way; as text, data, or a page to review."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from compiler.cli.exit_codes import ExitCode
from compiler.cli.session import Session, exit_for, report
from compiler.diagnostics.arguments import require_known

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Sequence

    from compiler.lowering.access import Grant, Reach
    from compiler.model.platform import Claim, Platform

NAME = "who-can"
SUMMARY = "list who reaches which namespace, and why"

_WAYS = {True: "pages and API", False: "API only"}
_ASKERS = "all who get past the gateways"
"""Who may ask an open model: nobody is named."""


def add(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--cluster", metavar="NAME", help="look at this cluster only")
    parser.add_argument("--team", metavar="NAME", help="look at the namespaces of this team only")
    parser.add_argument("--namespace", metavar="NAME", help="look at this namespace only")
    parser.add_argument("--subject", metavar="NAME", help="list only what this person or group reaches")
    parser.add_argument(
        "--format",
        choices=("text", "json", "markdown", "codeowners"),
        default="text",
        help="lines to read, data, a page for an access review, or owners of code for GitHub and GitLab",
    )


def run(arguments: argparse.Namespace) -> ExitCode:
    """Run the command and return its exit code."""
    session = Session.of(arguments)
    understanding = session.understand()
    platform = understanding.platform
    found = [] if platform is None else _asked(platform, arguments)
    report(understanding)
    if platform is not None:
        match arguments.format:
            case "json":
                print(json.dumps(_data(platform, found), indent=2, ensure_ascii=False))
            case "markdown":
                print("\n".join(markdown(platform, found)))
            case "codeowners":
                print("\n".join(codeowners(platform, found)))
            case _:
                print("\n".join(text(found)))
    return exit_for(understanding.diagnostics)


def _asked(platform: Platform, arguments: argparse.Namespace) -> list[Reach]:
    """Return what the arguments ask for. Raises: `UsageMistake` for a name that the platform does not have."""
    from dataclasses import replace

    from compiler.lowering.access import reaches

    found = list(reaches(platform))
    known = {
        "cluster": {cluster.name for cluster in platform.clusters},
        "team": {each.team for each in found if each.team is not None},
        "namespace": {each.namespace for each in found},
    }
    for noun, names in known.items():
        name = getattr(arguments, noun)
        require_known(noun, [] if name is None else [name], names)
        found = [each for each in found if name in (None, getattr(each, noun))]
    subject = arguments.subject
    if subject is None:
        return found
    require_known("person or group", [subject], {grant.name for each in found for grant in each.grants})
    only = [replace(each, grants=tuple(grant for grant in each.grants if grant.name == subject)) for each in found]
    return [each for each in only if each.grants]


def text(found: Iterable[Reach]) -> Iterator[str]:
    """Yield the lines of the plain listing: a namespace, and below it who reaches it."""
    for each in found:
        yield f"{each.cluster}/{each.namespace}  {_belongs_to(each)}"
        width = max((len(f"{grant.kind} {grant.name}") for grant in each.grants), default=0)
        for grant in each.grants:
            who = f"{grant.kind} {grant.name}".ljust(width)
            way = _WAYS[grant.in_pages].ljust(max(map(len, _WAYS.values())))
            yield f"  {grant.role:<6}  {who}  {way}  {', '.join(grant.because)}".rstrip()
        if each.pods_of:
            yield f"  pods    of {_teams(each.pods_of)}"
        if each.open_models:
            yield f"  models  {', '.join(each.open_models)}: to {_ASKERS}"
        for claim in each.claims:
            yield f"  GPUs    {_share(claim)}"


def markdown(platform: Platform, found: Sequence[Reach]) -> Iterator[str]:
    """Yield the lines of a page for an access review: a table for each cluster, with a box to tick for each line."""
    from compiler.lowering.access import administrators

    yield f"# Who reaches what on {platform.name}"
    for cluster in platform.clusters:
        here = [each for each in found if each.cluster == cluster.name]
        if not here:
            continue
        yield from ("", f"## {cluster.name} ({cluster.environment})", "")
        for admin in administrators(cluster):
            yield from (f"{_code(admin)} may manage the members of every namespace.", "")
        yield "| namespace | of | who | role | by | GPU pools | declared at | still needed |"
        yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
        for each in here:
            pools = "; ".join(map(_share, each.claims)) or "none"
            for grant in each.grants:
                cells = (
                    _code(each.namespace),
                    _belongs_to(each),
                    f"{grant.kind} {_code(grant.name)}",
                    grant.role,
                    _WAYS[grant.in_pages],
                    pools,
                    ", ".join(map(_code, grant.because)),
                    "[ ]",
                )
                yield f"| {' | '.join(cells)} |"
            if each.pods_of:
                pods = f"pods of {_teams(each.pods_of)}"
                yield f"| {_code(each.namespace)} | {_belongs_to(each)} | {pods} | | network | {pools} | | [ ] |"
            if each.open_models:
                models = f"models {', '.join(map(_code, each.open_models))}"
                yield f"| {_code(each.namespace)} | {_belongs_to(each)} | {_ASKERS} | {models} | gateways | | | [ ] |"
    people = {(grant.kind, grant.name) for each in found for grant in each.grants}
    yield from ("", f"{len(people)} people and groups, {len(found)} namespaces.")


def codeowners(platform: Platform, found: Iterable[Reach]) -> Iterator[str]:
    """Yield the lines of a CODEOWNERS file: whoever answers for a team is asked about what is compiled for it.

    Source: docs.github.com/articles/about-code-owners (patterns of folders, owners by e-mail address).
    """
    from compiler.model import names

    asked = {each.team for each in found}
    owners = {tenant.team: tenant.owner for cluster in platform.clusters for tenant in cluster.tenants}
    for team, owner in sorted(owners.items()):
        if team in asked:
            for tree in ("generated", "overlays"):
                yield f"/{platform.folder}{tree}/*/{names.team_application(team)}/ {owner}"


def _data(platform: Platform, found: Iterable[Reach]) -> dict[str, object]:
    from compiler.lowering.access import administrators

    return {
        "version": 1,
        "administrators": {cluster.name: list(administrators(cluster)) for cluster in platform.clusters},
        "namespaces": [
            {
                "cluster": each.cluster,
                "namespace": each.namespace,
                "team": each.team,
                "grants": [_grant(grant) for grant in each.grants],
                "podsOf": list(each.pods_of),
                "openModels": list(each.open_models),
                "gpuPools": [
                    {
                        "pool": claim.pool.name,
                        "nominal": claim.nominal,
                        "borrowingLimit": claim.borrowing_limit,
                        "resource": claim.pool.resource,
                    }
                    for claim in each.claims
                ],
            }
            for each in found
        ],
    }


def _grant(grant: Grant) -> dict[str, object]:
    return {
        "kind": grant.kind,
        "name": grant.name,
        "role": grant.role,
        "ways": ["api", "pages"] if grant.in_pages else ["api"],
        "because": list(grant.because),
    }


def _share(claim: Claim) -> str:
    """Return a team's share of a pool in words."""
    more = "any that are free" if claim.borrowing_limit is None else f"{claim.borrowing_limit} borrowed"
    return f"{claim.pool.name}: {claim.nominal}{'' if claim.borrowing_limit == 0 else f', and {more}'}"


def _belongs_to(reach: Reach) -> str:
    return "shared" if reach.team is None else f"team {reach.team}"


def _teams(teams: Sequence[str]) -> str:
    return f"{'team' if len(teams) == 1 else 'teams'} {', '.join(teams)}"


def _code(name: str) -> str:
    """Return a name as code in a cell of a table, whatever characters it holds."""
    fence = "``" if "`" in name else "`"
    return f"{fence}{name.replace('|', chr(92) + '|')}{fence}"
