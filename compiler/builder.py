"""One build from end to end: read, understand, compile what is due, plan, write.

Where nothing that a build reads has changed since the last one had nothing to say, it compares hashes and ends.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.diagnostics.arguments import require_known
from compiler.diagnostics.failure import EnvironmentFailure
from compiler.diagnostics.model import Diagnostic, Severity, Span, error, warning
from compiler.emit import layout
from compiler.emit.inventory import Entry, Inventory, InventoryBroken, inventory_text, parse_inventory
from compiler.frozen import frozen
from compiler.judgement import Judgement, digest_of, judge, own_digest
from compiler.pipeline import Output, Sources, compile_platform, platform_schema
from compiler.workspace.aside import aside
from compiler.workspace.cache import RunCache, load_cache, made_once, save_cache
from compiler.workspace.plan import Plan, make_plan
from compiler.workspace.snapshot import Snapshot, sha256, snapshot_after, take_snapshot
from compiler.workspace.work_tree import git_root
from compiler.workspace.write import STAGING, hold, is_staged, staged_claims, write_tree

if TYPE_CHECKING:
    from datetime import date

    from compiler.catalog.load import Catalog
    from compiler.model.platform import Platform
    from compiler.resolve.lock import Lock

_TREES = (layout.GENERATED, layout.OVERLAYS)
_SINGLE = (layout.LOCK, layout.SCHEMA)
_MANY_FILES = 1_000
"""With so many files in the tree a process of its own looks at them: less would not be worth starting one."""


@frozen
class Request:
    """What a build is asked for.

    `clusters` limits the build to what belongs to some clusters; `full` compiles every unit whatever the keys say;
    `dry` writes nothing; `discard_edits` overwrites hand-edited files of ours; `outside_git` writes although no Git
    repository would keep the result.
    """

    clusters: frozenset[str] | None = None
    full: bool = False
    dry: bool = False
    discard_edits: bool = False
    outside_git: bool = False


@dataclass(slots=True)
class Result:
    """How a build went. `plan` is `None` when it did not get that far; `compiled` names the units compiled.

    `is_fresh` tells whether the tree, the inventory included, was what the platform says before the build, and
    `is_unfinished` whether a killed build had left something.
    """

    judgement: Judgement
    findings: list[Diagnostic]
    plan: Plan | None = None
    compiled: tuple[str, ...] = ()
    is_fresh: bool = False
    is_unfinished: bool = False


def build(
    platform_file: Path,
    read: Callable[[], Sources | Diagnostic],
    catalog: Callable[[], Catalog],
    request: Request,
    *,
    as_of: date,
    on_wait: Callable[[], None],
    on_unit: Callable[[str, int], None],
) -> Result:
    """Build the tree beside the platform file.

    Args: `read` gives what the build reads, or why it cannot; it is called when no other build is under way, for
    that one may write the lock. `on_wait` is called when another build holds the tree, `on_unit` with each unit as it
    is compiled and the number of units that are due.
    Raises: `EnvironmentFailure` when there is no repository, Node is missing or the disk refuses; `UsageMistake` for a
    cluster that nobody knows.
    """
    root = platform_file.parent.resolve()
    with hold(root, alone=not request.dry, on_wait=on_wait):
        sources = read()
        if isinstance(sources, Diagnostic):
            return Result(Judgement([sources], None, "", ()), [sources])
        cache = load_cache(platform_file, with_stats=True)
        result = _build(root, sources, catalog, cache, request, as_of=as_of, on_unit=on_unit)
        save_cache(platform_file, cache, with_stats=not request.dry and result.plan is not None)
        return result


def _build(
    root: Path,
    sources: Sources,
    catalog: Callable[[], Catalog],
    cache: RunCache,
    request: Request,
    *,
    as_of: date,
    on_unit: Callable[[str, int], None],
) -> Result:
    compiler = own_digest()
    known, broken = _known_inventory(root)

    def look() -> tuple[Mapping[str, str], Mapping[str, str]]:
        seen = take_snapshot(root, _TREES, _SINGLE, cache.stats)
        return seen.hashes, seen.stats

    may_recall = not (broken or request.full or request.clusters) and known.compiler == compiler
    if may_recall and cache.built and cache.built == digest_of(sources, cache.inputs, as_of=as_of):
        snapshot = Snapshot(*look())
        is_as_built = _matches(known, snapshot.hashes) and not (root / STAGING).exists()
        judgement = judge(sources, catalog, cache, as_of=as_of, afresh=not is_as_built)
    else:
        looking = aside(look) if len(known.files) > _MANY_FILES else look
        judgement = judge(sources, catalog, cache, as_of=as_of, afresh=True)
        snapshot = Snapshot(*looking())
    cache.stats = snapshot.stats
    found = {path: digest for path, digest in snapshot.hashes.items() if path != layout.INVENTORY}
    result = Result(judgement, [*judgement.findings, *broken])
    if judgement.understanding is None and not judgement.has_errors:
        result.plan, result.is_fresh = Plan((), (), (), len({*known.files, layout.LOCK})), True
        return result
    if judgement.understanding is None:
        judgement = result.judgement = judge(sources, catalog, cache, as_of=as_of, afresh=True)
    understanding = judgement.understanding
    assert understanding is not None
    if judgement.has_errors or broken or understanding.platform is None or understanding.lock is None:
        return result
    if request.clusters is not None:
        require_known("cluster", sorted(request.clusters), _cluster_names(understanding.platform, known))
    if not (request.dry or request.outside_git) and git_root(root) is None:
        raise EnvironmentFailure(
            f"{root} is in no Git repository, and Argo CD reads what is committed",
            f"git init {shlex.quote(os.fspath(root))}, or write all the same: python -m compiler build --no-git",
        )
    output = compile_platform(
        understanding.platform,
        catalog(),
        compiler=compiler,
        known=Inventory(known.compiler, {}, known.files, known.data) if request.full else known,
        is_intact=_intact_units(known, found).__contains__,
        clusters=request.clusters,
        on_unit=on_unit,
    )
    # The schema follows from the compiler alone, and making it takes as long as compiling some hundred teams.
    schema = made_once("platform.schema", compiler, lambda: platform_schema(catalog()).encode())
    lock = _lock(understanding.lock, sources, request)
    content, inventory = _with_single_files(output, lock, schema)
    wanted = {path: entry.sha256 for path, entry in inventory.files.items()}
    wanted[layout.LOCK] = sha256(content[layout.LOCK])
    # The lock is read as well as written: what a person changed in it and what still satisfies is kept, not refused.
    owned = {**known.files, layout.LOCK: Entry(found.get(layout.LOCK, ""), layout.LOCK)}
    claims = staged_claims(root)
    result.plan, obstacles = make_plan(
        _within(wanted, request.clusters),
        owned,
        _within(found, request.clusters),
        healing=claims,
        discard_edits=request.discard_edits,
        is_staged=is_staged,
    )
    result.findings += [*output.diagnostics, *obstacles]
    if known == Inventory() and any(each.severity is Severity.ERROR for each in obstacles):
        result.findings.append(_without_inventory())
    result.compiled = output.compiled
    result.is_unfinished = (root / STAGING).exists()
    result.is_fresh = (
        result.plan.is_empty
        and not result.is_unfinished
        and snapshot.hashes.get(layout.INVENTORY) == sha256(inventory_text(inventory))
    )
    if request.dry or any(finding.severity is Severity.ERROR for finding in result.findings):
        return result
    if not result.is_fresh:
        write_tree(root, result.plan, content, inventory)
        written = {path: (len(content[path]), wanted[path]) for path in (*result.plan.create, *result.plan.update)}
        cache.stats = snapshot_after(root, snapshot, written, result.plan.delete, layout.INVENTORY).stats
    if request.clusters is None:
        left = replace(sources, lock=content[layout.LOCK])
        cache.reads = cache.built = digest_of(left, judgement.inputs, as_of=as_of)
    return result


def _known_inventory(root: Path) -> tuple[Inventory, list[Diagnostic]]:
    """Return what the tree's inventory says; a tree without one owns nothing. Reports: `broken-inventory`."""
    try:
        return parse_inventory((root / layout.INVENTORY).read_bytes()), []
    except (FileNotFoundError, NotADirectoryError):  # the latter: a file in the folder's place, which the plan tells of
        return Inventory(), []
    except (InventoryBroken, OSError) as failure:
        return Inventory(), [
            error(
                "broken-inventory",
                f"{layout.INVENTORY} cannot be read: {failure}",
                span=Span(layout.INVENTORY, 1, 1, 1, 2),
                notes=("it says which files are the compiler's; without it none would be overwritten or deleted",),
                help="take it as it was committed, or one side of a merge, and build over what came of the other:\n"
                f"git checkout HEAD -- {layout.INVENTORY}\n"
                "python -m compiler build --discard-edits",
            )
        ]


def _without_inventory() -> Diagnostic:
    return warning(
        "missing-inventory",
        f"{layout.INVENTORY} is not there, so every file that stands here already counts as somebody else's",
        span=Span(layout.INVENTORY, 1, 1, 1, 2),
        help=f"if it was deleted, bring it back: git checkout HEAD -- {layout.INVENTORY}",
    )


def _cluster_names(platform: Platform, known: Inventory) -> set[str]:
    """Return the clusters of the platform, and those that the tree has still: a removed one may be built away."""
    return {cluster.name for cluster in platform.clusters} | {unit.partition("/")[0] for unit in known.units}


def _within(files: Mapping[str, str], clusters: Collection[str] | None) -> Mapping[str, str]:
    """Return the files of some clusters and those of the whole tree; all files for `None`."""
    if clusters is None:
        return files
    return {
        path: digest
        for path, digest in files.items()
        if not (unit := layout.unit_of(path)) or unit.partition("/")[0] in clusters
    }


def _lock(resolved: Lock, sources: Sources, request: Request) -> Lock:
    """Return the lock to write: a cluster that is not built stays pinned as its tree is."""
    from compiler.resolve.lock import Lock, read_lock

    if request.clusters is None:
        return resolved
    before = read_lock(sources.lock)[0] or Lock()
    kept = {name: entry for name, entry in before.clusters.items() if name not in request.clusters}
    built = {name: entry for name, entry in resolved.clusters.items() if name in request.clusters}
    return Lock({**kept, **built})


def _intact_units(known: Inventory, found: Mapping[str, str]) -> set[str]:
    broken = {layout.unit_of(path) for path, entry in known.files.items() if found.get(path) != entry.sha256}
    return set(known.units) - broken


def _matches(known: Inventory, found: Mapping[str, str]) -> bool:
    wanted = {path: entry.sha256 for path, entry in known.files.items()}
    others = {layout.LOCK, layout.INVENTORY}
    return wanted == {path: digest for path, digest in found.items() if path not in others} and layout.LOCK in found


def _with_single_files(output: Output, lock: Lock, schema: bytes) -> tuple[dict[str, bytes], Inventory]:
    """Return the compiled files with the lock and the schema, and the inventory with the schema."""
    from compiler.resolve.lock import lock_text

    content = {**output.content, layout.LOCK: lock_text(lock), layout.SCHEMA: schema}
    known = output.inventory
    files = {**known.files, layout.SCHEMA: Entry(sha256(schema), "schema")}
    return content, Inventory(known.compiler, known.units, files, known.data)
