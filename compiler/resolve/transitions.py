"""`removed` and `moved`: what may go and what was renamed, held against what is still declared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from compiler.diagnostics.model import Diagnostic, Label, YamlPath, error
from compiler.model.platform import Move, Removal
from compiler.spec.written import KINDS, REMOVABLE

if TYPE_CHECKING:
    from compiler.spec.platform import PlatformSpec
    from compiler.spec.transition import RemovalSpec

_ATTRIBUTES = {"gpuPool": "gpu_pool"}

Declarations = Mapping[str, Mapping[tuple[str, str | None], YamlPath]]
"""For each kind: where (name, cluster) is declared; the cluster is `None` for "anywhere"."""


def declarations(spec: PlatformSpec) -> Declarations:
    """Return everything that can be removed or moved and is declared; the first place of each."""
    found: dict[str, dict[tuple[str, str | None], YamlPath]] = {kind: {} for kind in KINDS}

    def add(kind: str, name: str, clusters: tuple[str, ...], path: YamlPath) -> None:
        for cluster in (None, *clusters):
            found[kind].setdefault((name, cluster), path)

    for cluster in spec.clusters:
        add("cluster", cluster.name, (), cluster.origin)
    for pool in spec.gpu_pools:
        add("gpuPool", pool.name, (pool.cluster,), pool.origin)
    for team in spec.teams:
        clusters = tuple(dict.fromkeys(name for namespace in team.namespaces for name in namespace.clusters))
        add("team", team.name, clusters, team.origin)
        for namespace in team.namespaces:
            add("namespace", namespace.name, namespace.clusters, namespace.origin)
    for shared in spec.namespaces:
        add("namespace", shared.name, shared.clusters, shared.origin)
    names = tuple(cluster.name for cluster in spec.clusters)
    for cluster in spec.clusters:
        for name, component in cluster.components.items():
            if component.enabled is not False:
                add("component", name, (cluster.name,), (*cluster.origin, "components", name))
    for name, component in spec.components.items():
        if component.enabled is not False:
            kept = tuple(
                cluster.name
                for cluster in spec.clusters
                if (own := cluster.components.get(name)) is None or own.enabled is not False
            )
            if kept or not names:
                add("component", name, kept, ("components", name))
    return found


def resolve_removals(spec: PlatformSpec, declared: Declarations, findings: list[Diagnostic]) -> tuple[Removal, ...]:
    """Return the permissions to let data go. Reports `removed-still-declared`."""
    removals = []
    for removal in spec.removed:
        kind, name, cluster = _subject(removal)
        place = declared.get(kind, {}).get((name, cluster))
        if place is not None:
            where = f" on {cluster}" if cluster else ""
            findings.append(
                error(
                    "removed-still-declared",
                    f"{_noun(kind)} {name}{where} is in `removed` and still declared",
                    removal.origin,
                    related=(Label(place, "declared here"),),
                    help="remove the declaration, or this entry of `removed`",
                )
            )
            continue
        removals.append(Removal(kind, name, cluster, removal.reason, removal.origin))
    return tuple(removals)


def resolve_moves(spec: PlatformSpec, declared: Declarations, findings: list[Diagnostic]) -> tuple[Move, ...]:
    """Return the renames. Reports `moved-from-still-declared`, `moved-to-undeclared` and `moved-twice`."""
    moves: dict[tuple[str, str], Move] = {}
    for move in spec.moved:
        kind, source, target = move.from_.kind, move.from_.name, move.to.name
        old, new = declared[kind].get((source, None)), declared[kind].get((target, None))
        if old is not None:
            findings.append(
                error(
                    "moved-from-still-declared",
                    f"{_noun(kind)} {source} was moved to {target} and is still declared",
                    (*move.origin, "from"),
                    related=(Label(old, "declared here"),),
                    help=f"rename that declaration to {target}, or remove this entry of `moved`",
                )
            )
        if new is None:
            findings.append(
                error(
                    "moved-to-undeclared",
                    f"{_noun(kind)} {source} was moved to {target}, which is not declared",
                    (*move.origin, "to"),
                    help=f"declare {_noun(kind)} {target}, or correct the name here",
                )
            )
        first = moves.get((kind, source))
        if first is not None:
            findings.append(
                error(
                    "moved-twice",
                    f"{_noun(kind)} {source} is moved twice",
                    (*move.origin, "from"),
                    related=(Label((*first.origin, "from"), "first moved here"),),
                    help="keep one of the two entries",
                )
            )
        elif old is None and new is not None:
            moves[kind, source] = Move(kind, source, target, move.origin)
    return tuple(moves.values())


def _subject(removal: RemovalSpec) -> tuple[str, str, str | None]:
    for kind in REMOVABLE:
        name = getattr(removal, _ATTRIBUTES.get(kind, kind))
        if name is not None:
            return kind, name, removal.cluster
    return "cluster", str(removal.cluster), None


def _noun(kind: str) -> str:
    return "GPU pool" if kind == "gpuPool" else kind
