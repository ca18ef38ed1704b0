"""One build from end to end: read, understand, compile what is due, plan, write.

Where nothing that a build reads has changed since the last one had nothing to say, it compares hashes and ends.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.diagnostics.model import Diagnostic, Severity, Span, error
from compiler.emit import layout
from compiler.emit.inventory import Entry, Inventory, InventoryBroken, inventory_text, parse_inventory
from compiler.judgement import Judgement, digest_of, judge, own_digest
from compiler.pipeline import Output, Sources, Understanding, compile_platform, platform_schema
from compiler.workspace.cache import RunCache, load_cache, save_cache
from compiler.workspace.plan import Plan, make_plan
from compiler.workspace.snapshot import sha256, take_snapshot
from compiler.workspace.write import STAGING, exclusive, is_staged, staged_inventory, write_tree

if TYPE_CHECKING:
    from datetime import date

    from compiler.catalog.load import Catalog

_TREES = (layout.GENERATED, layout.OVERLAYS)
_SINGLE = (layout.LOCK, layout.SCHEMA)


@dataclass(frozen=True, slots=True)
class Request:
    """What a build is asked for.

    `clusters` limits compiling to some clusters; `full` compiles every unit whatever the keys say; `dry` writes
    nothing; `discard_edits` overwrites hand-edited files of ours.
    """

    clusters: frozenset[str] | None = None
    full: bool = False
    dry: bool = False
    discard_edits: bool = False


@dataclass(slots=True)
class Result:
    """How a build went. `plan` is `None` when it did not get that far; `compiled` names the units compiled.

    `is_fresh` tells whether the tree, the inventory included, was what the platform says before the build; `files`
    counts the files that are ours.
    """

    judgement: Judgement
    findings: list[Diagnostic]
    plan: Plan | None = None
    compiled: tuple[str, ...] = ()
    is_fresh: bool = False
    files: int = 0


def build(
    platform_file: Path,
    sources: Sources,
    catalog: Callable[[], Catalog],
    request: Request,
    *,
    as_of: date,
    on_wait: Callable[[], None],
    on_unit: Callable[[str, int], None],
) -> Result:
    """Build the tree beside the platform file.

    Args: `on_wait` is called when another build holds the tree, `on_unit` with each unit as it is compiled and the
    number of units that are due.
    Raises: `EnvironmentFailure` when Node is missing or the disk refuses.
    """
    root = platform_file.absolute().parent
    lock = contextlib.nullcontext() if request.dry else exclusive(root, on_wait=on_wait)
    with lock:
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
    compiler = own_digest(cache)
    known, broken = _known_inventory(root)
    snapshot = take_snapshot(root, _TREES, _SINGLE, cache.stats)
    cache.stats = snapshot.stats
    found = {path: digest for path, digest in snapshot.hashes.items() if path != layout.INVENTORY}
    may_recall = not (broken or request.full or request.clusters) and known.compiler == compiler
    is_as_built = may_recall and bool(cache.built) and cache.built == cache.reads and _matches(known, found)
    judgement = judge(sources, catalog, cache, as_of=as_of, afresh=not is_as_built)
    result = Result(judgement, [*judgement.findings, *broken])
    if judgement.understanding is None and not judgement.has_errors:
        result.plan, result.is_fresh, result.files = Plan((), (), (), len(known.files)), True, len(known.files)
        return result
    if judgement.understanding is None:
        judgement = result.judgement = judge(sources, catalog, cache, as_of=as_of, afresh=True)
    understanding = judgement.understanding
    assert understanding is not None
    if judgement.has_errors or broken or understanding.platform is None or understanding.lock is None:
        return result
    output = compile_platform(
        understanding.platform,
        catalog(),
        compiler=compiler,
        known=Inventory(known.compiler, {}, known.files, known.data) if request.full else known,
        is_intact=_intact_units(known, found).__contains__,
        clusters=request.clusters,
        on_unit=on_unit,
    )
    content, inventory = _with_single_files(output, understanding, catalog())
    wanted = {path: entry.sha256 for path, entry in inventory.files.items()}
    wanted[layout.LOCK] = sha256(content[layout.LOCK])
    # The lock is read as well as written: what a person changed in it and what still satisfies is kept, not refused.
    owned = {**known.files, layout.LOCK: Entry(found.get(layout.LOCK, ""), layout.LOCK)}
    healing = staged_inventory(root) or Inventory()
    result.plan, obstacles = make_plan(
        wanted, owned, found, healing=healing.files, discard_edits=request.discard_edits, is_staged=is_staged
    )
    result.findings += [*output.diagnostics, *obstacles]
    result.compiled, result.files = output.compiled, len(inventory.files)
    is_recorded = snapshot.hashes.get(layout.INVENTORY) == sha256(inventory_text(inventory))
    result.is_fresh = result.plan.is_empty and is_recorded and not (root / STAGING).exists()
    if request.dry or any(finding.severity is Severity.ERROR for finding in result.findings):
        return result
    if not result.is_fresh:
        write_tree(root, result.plan, content, inventory)
        cache.stats = take_snapshot(root, _TREES, _SINGLE, cache.stats).stats
    if request.clusters is None:
        written = replace(sources, lock=content[layout.LOCK])
        cache.reads = cache.built = digest_of(compiler, written, judgement.inputs, as_of=as_of)
    return result


def _known_inventory(root: Path) -> tuple[Inventory, list[Diagnostic]]:
    """Return what the tree's inventory says; a tree without one owns nothing. Reports: `broken-inventory`."""
    try:
        return parse_inventory((root / layout.INVENTORY).read_bytes()), []
    except FileNotFoundError:
        return Inventory(), []
    except (InventoryBroken, OSError) as failure:
        return Inventory(), [
            error(
                "broken-inventory",
                f"{layout.INVENTORY} cannot be read: {failure}",
                span=Span(layout.INVENTORY, 1, 1, 1, 2),
                notes=("it says which files are the compiler's; without it none would be overwritten or deleted",),
                help=f"take one side of a merge as it is, then build again:\ngit checkout --theirs {layout.INVENTORY}",
            )
        ]


def _intact_units(known: Inventory, found: Mapping[str, str]) -> set[str]:
    broken = {layout.unit_of(path) for path, entry in known.files.items() if found.get(path) != entry.sha256}
    return set(known.units) - broken


def _matches(known: Inventory, found: Mapping[str, str]) -> bool:
    wanted = {path: entry.sha256 for path, entry in known.files.items()}
    return wanted == {path: digest for path, digest in found.items() if path != layout.LOCK} and layout.LOCK in found


def _with_single_files(
    output: Output, understanding: Understanding, catalog: Catalog
) -> tuple[dict[str, bytes], Inventory]:
    """Return the compiled files with the lock and the schema, and the inventory with the schema."""
    from compiler.resolve.lock import lock_text

    assert understanding.lock is not None
    schema = platform_schema(catalog).encode()
    content = {**output.content, layout.LOCK: lock_text(understanding.lock), layout.SCHEMA: schema}
    known = output.inventory
    files = {**known.files, layout.SCHEMA: Entry(sha256(schema), "schema")}
    return content, Inventory(known.compiler, known.units, files, known.data)
