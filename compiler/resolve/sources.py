"""Which repositories the overlays of a cluster read, at which commits; holds the old lock against that."""

from __future__ import annotations

from collections.abc import Iterable

from compiler.diagnostics.model import Diagnostic, error, warning
from compiler.resolve.facts import Facts
from compiler.resolve.lock import LOCK_FILE, LockedCluster, LockedSource
from compiler.resolve.selection import Selection


def sources_of(selection: Selection) -> tuple[LockedSource, ...]:
    """Return the repositories of the selected components, those that their bases read in turn too, sorted."""
    found: set[LockedSource] = set()
    for selected in selection.components.values():
        release = selected.release
        found.add(LockedSource(release.repository, release.ref, release.commit))
        wanted = set(selected.facts.remotes)
        found.update(
            LockedSource(remote.repository, remote.ref, remote.commit)
            for remote in release.remotes
            if remote.url in wanted
        )
    return tuple(sorted(found))


def check_lock(
    cluster: str, locked: LockedCluster, sources: Iterable[LockedSource], facts: Facts, findings: list[Diagnostic]
) -> None:
    """Hold what was locked against the catalog.

    Reports `lock-commit-mismatch` where one name of a repository stands for two commits, and `unknown-locked-version`
    for a version that the catalog does not have.
    """
    known = {(source.repository, source.ref): source.commit for source in sources}
    for source in locked.sources:
        commit = known.get((source.repository, source.ref))
        if commit is not None and commit != source.commit:
            findings.append(
                error(
                    "lock-commit-mismatch",
                    f"{LOCK_FILE} pins {source.repository} {source.ref} on {cluster} to {source.commit}, "
                    f"the catalog to {commit}",
                    span=source.span,
                    notes=(
                        "a commit behind a name never changes here: one of the two was tampered with or is damaged",
                    ),
                    help=f"restore {LOCK_FILE} from Git; if the catalog is right, take this line out of {LOCK_FILE} "
                    "and run `python -m compiler build`, which pins the catalog's commit",
                )
            )
    for product, entry in locked.products.items():
        if product not in facts.products or entry.version not in facts.versions(product):
            findings.append(
                warning(
                    "unknown-locked-version",
                    f"{LOCK_FILE} pins {product} {entry.version} on {cluster}, which this compiler does not know",
                    span=entry.span,
                    help="update the compiler to keep it; otherwise another version is picked",
                )
            )
