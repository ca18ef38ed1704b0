"""What teams sync themselves, spread over the clusters that they are on; knows nothing of Argo CD."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from compiler.diagnostics.model import Diagnostic, Label, error
from compiler.model.platform import Namespace, TeamRepository
from compiler.resolve.names import Declared, unknown

if TYPE_CHECKING:
    from compiler.spec.cluster import ClusterSpec
    from compiler.spec.team import TeamSpec
    from compiler.spec.team_repository import TeamRepositorySpec


def resolve_repositories(
    team: TeamSpec,
    placed: Mapping[str, Sequence[Namespace]],
    clusters: Declared[ClusterSpec],
    findings: list[Diagnostic],
    *,
    is_incomplete: bool,
) -> dict[str, list[TeamRepository]]:
    """Return what the team syncs on each cluster, by the cluster's name.

    Args: `placed` are its namespaces by cluster; with `is_incomplete` some of them may be unknown, and nothing is said
    to be missing.
    Reports `unknown-cluster`, `unknown-namespace`, `repository-out-of-reach` and `undecided-namespace`.
    """
    found: dict[str, list[TeamRepository]] = {}
    for entry in team.gitops:
        if entry.namespace is not None and not is_incomplete and not _has(team, entry.namespace):
            known = {each.name: (*each.origin, "name") for each in team.namespaces}
            path = (*entry.origin, "namespace")
            findings.append(unknown("namespace", entry.namespace, path, known, user=f"`gitops` of team {team.name}"))
            continue
        for cluster in _clusters(entry, team, placed, clusters, findings, is_incomplete=is_incomplete):
            namespace = entry.namespace or _only(entry, team, cluster, placed[cluster], findings)
            if namespace is None:
                break
            found.setdefault(cluster, []).append(
                TeamRepository(
                    entry.name or namespace,
                    entry.repo_url,
                    entry.revision,
                    entry.path,
                    namespace,
                    entry.prune,
                    entry.secret_ref,
                    entry.origin,
                )
            )
    return found


def _has(team: TeamSpec, namespace: str) -> bool:
    return any(each.name == namespace for each in team.namespaces)


def _clusters(
    entry: TeamRepositorySpec,
    team: TeamSpec,
    placed: Mapping[str, Sequence[Namespace]],
    clusters: Declared[ClusterSpec],
    findings: list[Diagnostic],
    *,
    is_incomplete: bool,
) -> Iterator[str]:
    """Yield the clusters that an entry is synced to, each once."""
    homes = [
        cluster
        for cluster, namespaces in placed.items()
        if entry.namespace is None or any(each.name == entry.namespace for each in namespaces)
    ]
    if not entry.clusters:
        yield from homes
        return
    user = f"`gitops` of team {team.name}"
    for name in dict.fromkeys(entry.clusters):
        path = (*entry.origin, "clusters", entry.clusters.index(name))
        if clusters.find(name, path, findings, user=user) is None:
            continue
        if name in homes:
            yield name
        elif not is_incomplete:
            what = "a namespace" if entry.namespace is None else f"namespace {entry.namespace}"
            findings.append(
                error(
                    "repository-out-of-reach",
                    f"team {team.name} would sync to cluster {name}, where it does not have {what}",
                    path,
                    related=(Label((*team.origin, "namespaces"), "the team's namespaces"),) if team.namespaces else (),
                    notes=(f"it has {what} on {', '.join(sorted(homes)) or 'no cluster'}",),
                    help=f"add {name} to `clusters` of a namespace of the team, or take it out here",
                )
            )


def _only(
    entry: TeamRepositorySpec,
    team: TeamSpec,
    cluster: str,
    namespaces: Sequence[Namespace],
    findings: list[Diagnostic],
) -> str | None:
    """Return the team's namespace on a cluster where it has no other one."""
    names = sorted(each.name for each in namespaces)
    if len(names) == 1:
        return names[0]
    findings.append(
        error(
            "undecided-namespace",
            f"team {team.name} has {len(names)} namespaces on cluster {cluster}, and `gitops` does not say which of "
            "them objects go to that name none",
            entry.origin,
            help=f"add `namespace: {names[0]}`" + "".join(f" or `namespace: {name}`" for name in names[1:3]),
        )
    )
    return None
