"""Other versions in place of those in a platform file, as data; and what two matrices differ in.

Knows the keys that hold versions, and nothing of how a platform is understood.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from compiler.matrix.report import Report, Row
from compiler.matrix.verdicts import Colour
from compiler.model.frozen import frozen
from compiler.resolve.offers import KUBERNETES


@frozen
class Wish:
    """A version to try: of a subject, on one cluster or (empty) on all."""

    cluster: str
    subject: str
    version: str

    @property
    def text(self) -> str:
        """Return the wish as it is written on the command line."""
        return f"{self.cluster}/{self.subject}={self.version}" if self.cluster else f"{self.subject}={self.version}"


def parse_wish(text: str) -> Wish | None:
    """Return the wish that `[CLUSTER/]SUBJECT=VERSION` means; nothing for another text."""
    left, found, version = text.partition("=")
    cluster, has_cluster, subject = left.rpartition("/")
    if not found or not subject or not version.strip() or (has_cluster and not cluster):
        return None
    return Wish(cluster.strip(), subject.strip(), version.strip())


def with_wishes(data: Mapping[str, Any], wishes: Iterable[Wish]) -> dict[str, Any]:
    """Return the data of a platform file with other versions in it; what is for all clusters overrules their own."""
    changed = copy.deepcopy(dict(data))
    listed = changed.get("clusters")
    clusters = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    for wish in wishes:
        meant = [each for each in clusters if wish.cluster in {"", each.get("name")}]
        if wish.subject == KUBERNETES:
            for cluster in meant:
                cluster[KUBERNETES] = wish.version
            continue
        if not wish.cluster:
            _put(changed, wish)
        for cluster in meant:
            own = cluster.get("versions")
            if wish.cluster or (isinstance(own, dict) and wish.subject in own):
                _put(cluster, wish)
    return changed


def _put(owner: dict[str, Any], wish: Wish) -> None:
    versions = owner.get("versions")
    owner["versions"] = {**(versions if isinstance(versions, dict) else {}), wish.subject: wish.version}


@frozen
class Change:
    """What becomes different for one thing on a cluster; without `before` it is new, without `after` it is gone."""

    cluster: str
    before: Row | None
    after: Row | None

    @property
    def row(self) -> Row:
        """Return the row as it would be, or as it was where it is gone."""
        row = self.after or self.before
        assert row is not None
        return row


def differences(before: Report, after: Report) -> Iterator[Change]:
    """Yield what differs between two matrices of the same platform: versions, colours and what decides them."""
    old = {section.cluster: {row.subject: row for row in section.rows} for section in before.sections}
    new = {section.cluster: {row.subject: row for row in section.rows} for section in after.sections}
    for cluster in dict.fromkeys((*old, *new)):
        rows, others = old.get(cluster, {}), new.get(cluster, {})
        for subject in dict.fromkeys((*rows, *others)):
            row, other = rows.get(subject), others.get(subject)
            if row is None or other is None or _essence(row) != _essence(other):
                yield Change(cluster, row, other)


def changes_data(changes: Iterable[Change]) -> list[dict[str, object]]:
    """Return changes as plain data in the published shape."""
    return [
        {
            "cluster": change.cluster,
            "subject": change.row.subject,
            "before": _state(change.before),
            "after": _state(change.after),
        }
        for change in changes
    ]


def _state(row: Row | None) -> dict[str, object] | None:
    return (
        None if row is None else {"version": row.version or None, "verdict": row.colour.value, "colour": row.colour.hue}
    )


def _essence(row: Row) -> tuple[object, ...]:
    loud = [(each.words, each.fact) for each in row.statements if each.colour is not Colour.GREEN]
    return row.version, row.colour, tuple(loud)
