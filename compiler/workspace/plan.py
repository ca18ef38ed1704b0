"""What a build would change: the difference of two trees, as data; pure.

A file that is ours and was edited by hand, or that is not ours and stands where one of ours must go, blocks the
plan: it is reported and survives.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from compiler.diagnostics.model import Diagnostic, Span, error, warning
from compiler.emit.inventory import Entry
from compiler.frozen import frozen
from compiler.workspace.snapshot import OTHER


@frozen
class Plan:
    """Ordered changes by path: `create` and `update` are written, then `delete` is removed; `keep` stays."""

    create: tuple[str, ...]
    update: tuple[str, ...]
    delete: tuple[str, ...]
    keep: int

    @property
    def is_empty(self) -> bool:
        """Return whether the tree is what the build would write."""
        return not (self.create or self.update or self.delete)


def make_plan(
    wanted: Mapping[str, str],
    owned: Mapping[str, Entry],
    found: Mapping[str, str],
    *,
    healing: Mapping[str, Collection[str]],
    discard_edits: bool,
    is_staged: Callable[[str], bool],
) -> tuple[Plan, list[Diagnostic]]:
    """Return the plan from what is there to what is wanted, and findings on files that are not ours to touch.

    Args: `wanted` and `found` map paths to SHA-256; `owned` is the inventory's word on who owns what; `healing`
    maps paths to the hashes that killed builds were about to write there, which count as ours too; `is_staged` tells
    left-overs of them.
    Reports: `edited-file`, `foreign-file`.
    """
    create: list[str] = []
    update: list[str] = []
    delete: list[str] = []
    findings: list[Diagnostic] = []
    foreign: list[str] = []
    differing = sorted({path for path, _ in wanted.items() ^ found.items() if not is_staged(path)})
    for path in differing:
        want, have = wanted.get(path), found.get(path)
        ours = {owned[path].sha256} if path in owned else set()
        ours.update(healing.get(path, ()))
        if have is None:
            create.append(path)
        elif have == OTHER or not ours:
            foreign.append(path)
        elif have in ours or discard_edits:
            (delete if want is None else update).append(path)
        else:
            findings.append(_edited(path))
    if foreign:
        places = _with_folders(wanted)
        # One of ours must go there, or below it, or where its folder is.
        findings += [
            _foreign(path, blocks=path in places or not wanted.keys().isdisjoint(_folders(path))) for path in foreign
        ]
    keep = len(wanted) - sum(path in wanted for path in differing)
    return Plan(tuple(create), tuple(update), tuple(delete), keep), findings


def drift_findings(plan: Plan) -> list[Diagnostic]:
    """Return a finding for each file that is not as a build would leave it, for the formats that programs read.

    Reports: `missing-file`, `stale-file`, `left-over-file`.
    """
    kinds = (
        ("missing-file", plan.create, "is missing"),
        ("stale-file", plan.update, "is not what platform.yaml says"),
        ("left-over-file", plan.delete, "is left over: platform.yaml asks for it no longer"),
    )
    advice = "run python -m compiler build and commit what it writes"
    return [
        error(code, f"{path} {what}", span=Span(path, 1, 1, 1, 2), help=advice)
        for code, paths, what in kinds
        for path in paths
    ]


def _with_folders(paths: Iterable[str]) -> set[str]:
    return {each for path in paths for each in (path, *_folders(path))}


def _folders(path: str) -> list[str]:
    """Return every folder above a path: `a` and `a/b` for `a/b/c`."""
    steps = path.split("/")
    return ["/".join(steps[:count]) for count in range(1, len(steps))]


def _edited(path: str) -> Diagnostic:
    return error(
        "edited-file",
        f"{path} was edited by hand; the next build would lose the edit",
        span=Span(path, 1, 1, 1, 2),
        notes=("files of the compiler follow from platform.yaml alone; nothing was written",),
        help="put the change into platform.yaml (components.<id>.patches takes any Kustomize patch), "
        "then run: python -m compiler build --discard-edits",
    )


def _foreign(path: str, *, blocks: bool) -> Diagnostic:
    if blocks:
        return error(
            "foreign-file",
            f"{path} is not the compiler's, but it stands where the compiler must write",
            span=Span(path, 1, 1, 1, 2),
            notes=("only files that generated/inventory.json lists are ever overwritten; nothing was written",),
            help=f"move or delete {path}, then build again",
        )
    return warning(
        "foreign-file",
        f"{path} is not the compiler's; it is left alone",
        span=Span(path, 1, 1, 1, 2),
        help="move it out of generated/ and overlays/, which hold compiler output alone",
    )
