"""`removed` and `moved`: what may go and what was renamed, held against what is still declared."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from compiler.diagnostics.model import Diagnostic, Label, YamlPath, error, warning
from compiler.diagnostics.suggest import Patience, nearest
from compiler.model.platform import Move, Removal
from compiler.resolve.facts import Facts
from compiler.spec.written import KINDS, REMOVABLE

if TYPE_CHECKING:
    from compiler.spec.platform import PlatformSpec
    from compiler.spec.transition import MoveSpec, RemovalSpec

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


def resolve_removals(
    spec: PlatformSpec, declared: Declarations, facts: Facts, findings: list[Diagnostic]
) -> tuple[Removal, ...]:
    """Return the permissions to let data go. Reports `removed-still-declared` and `unknown-removal`."""
    removals = []
    patience = Patience()
    gone = {removal.cluster for removal in spec.removed if _subject(removal)[0] == "cluster"}
    for removal in spec.removed:
        kind, name, cluster = _subject(removal)
        findings += _unknown(removal, kind, name, cluster, declared, gone, facts, patience)
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


def _unknown(
    removal: RemovalSpec,
    kind: str,
    name: str,
    cluster: str | None,
    declared: Declarations,
    gone: Collection[str | None],
    facts: Facts,
    patience: Patience,
) -> Iterator[Diagnostic]:
    """Yield a warning where nothing can ever have been what is let go, or not there.

    A warning only: what is gone from the file, or from the catalog of a newer compiler, was somewhere once.
    """
    clusters = [each for each, _ in declared.get("cluster", {})]
    wrong = [
        (spelt, word, key, known)
        for spelt, word, key, known, is_known in (
            (name, "component", "component", facts.components, kind != "component" or name in facts.components),
            (cluster, "cluster", "cluster", clusters, cluster in {None, *clusters, *gone}),
        )
        if spelt is not None and not is_known
    ]
    for spelt, word, key, known in wrong:
        near = nearest(spelt, known, 1, patience)
        yield warning(
            "unknown-removal",
            f"`removed` names {word} {spelt}, which "
            + ("no release has" if word == "component" else "is not declared and not in `removed` itself"),
            (*removal.origin, key),
            help=f"did you mean {near[0]}?" if near else f"correct the name, or remove the entry once {spelt} is gone",
        )


def resolve_moves(spec: PlatformSpec, declared: Declarations, findings: list[Diagnostic]) -> tuple[Move, ...]:
    """Return the renames.

    Reports `moved-from-still-declared`, `moved-to-undeclared`, `moved-twice`, `moved-on` and `moved-in-circle`.
    """
    moves: dict[tuple[str, str], Move] = {}
    steps = {(move.from_.kind, move.from_.name): move for move in spec.moved}
    for move in spec.moved:
        kind, source, target = move.from_.kind, move.from_.name, move.to.name
        if (kind, target) in steps:
            findings += _chained(move, steps)
            continue
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


def _chained(move: MoveSpec, steps: Mapping[tuple[str, str], MoveSpec]) -> Iterator[Diagnostic]:
    """Yield what is wrong with a move whose target is moved itself; of a circle only its first entry tells it."""
    kind, source = move.from_.kind, move.from_.name
    names, seen = [source, move.to.name], {source}
    while names[-1] not in seen and (kind, names[-1]) in steps:
        seen.add(names[-1])
        names.append(steps[kind, names[-1]].to.name)
    chain = [steps[kind, name] for name in names[:-1] if (kind, name) in steps]
    related = tuple(Label((*each.origin, "from"), f"{each.from_.name} is moved here") for each in chain[1:])
    if names[-1] not in seen:
        yield error(
            "moved-on",
            f"{_noun(kind)} {source} is moved to {move.to.name}, which is moved on to {names[-1]}",
            (*move.origin, "to"),
            related=related,
            help=f"write where it ends: `{{from: {{{kind}: {source}}}, to: {{{kind}: {names[-1]}}}}}`",
        )
    elif names[-1] == source and move is min(chain, key=lambda each: int(each.origin[-1])):
        yield error(
            "moved-in-circle",
            f"{_noun(kind)} {source} is moved to itself"
            + (f" by way of {', '.join(names[1:-1])}" if names[2:] else ""),
            move.origin,
            related=tuple(label for label in related if label.path[:-1] != move.origin),
            help="remove this entry"
            if names[-2] == source
            else "remove these entries; to swap two names, move one to a third name first, and build in between",
        )


def _subject(removal: RemovalSpec) -> tuple[str, str, str | None]:
    for kind in REMOVABLE:
        name = getattr(removal, _ATTRIBUTES.get(kind, kind))
        if name is not None:
            return kind, name, removal.cluster
    return "cluster", str(removal.cluster), None


def _noun(kind: str) -> str:
    return "GPU pool" if kind == "gpuPool" else kind
