"""Other versions in place of those in a platform file, as data; and what two matrices differ in.

Knows the keys that hold versions, and nothing of how a platform is understood.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from compiler.frozen import frozen
from compiler.matrix.report import LIFE, Report, Row, Section
from compiler.matrix.verdicts import Colour
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

    @property
    def loses_dates(self) -> bool:
        """Return whether it was known until when a version is supported, and is not of the one in its place."""
        if self.before is None or self.after is None or self.before.version == self.after.version:
            return False
        return _has_dates(self.before) and not _has_dates(self.after)

    @property
    def colour(self) -> Colour | None:
        """Return the colour that it gets: nothing is better for being not known. Without one it is gone."""
        if self.after is None:
            return None
        return Colour.GREY if self.loses_dates and self.after.colour is Colour.GREEN else self.after.colour


def _has_dates(row: Row) -> bool:
    return any(each.strength == LIFE for each in row.statements)


def differences(before: Report, after: Report) -> Iterator[Change]:
    """Yield what differs between two matrices of the same platform: versions, colours and what decides them.

    What facts speak of in one of the two only is there in the other all the same, in grey.
    """
    old, new = ({section.cluster: section for section in each.sections} for each in (before, after))
    for cluster in dict.fromkeys((*old, *new)):
        rows, others = (_rows(sections.get(cluster)) for sections in (old, new))
        for subject in dict.fromkeys((*rows, *others)):
            row, other = rows.get(subject), others.get(subject)
            if not any(each and each.statements for each in (row, other)):
                continue
            if row is None or other is None or _essence(row) != _essence(other):
                yield Change(cluster, row, other)


def _rows(section: Section | None) -> dict[str, Row]:
    return {} if section is None else {row.subject: row for row in section.rows} | dict(section.others)


def changes_data(changes: Iterable[Change]) -> list[dict[str, object]]:
    """Return changes as plain data in the published shape."""
    return [
        {
            "cluster": change.cluster,
            "subject": change.row.subject,
            "before": _state(change.before, change.before.colour if change.before else None),
            "after": _state(change.after, change.colour),
        }
        for change in changes
    ]


def _state(row: Row | None, colour: Colour | None) -> dict[str, object] | None:
    if row is None or colour is None:
        return None
    return {"version": row.version or None, "verdict": colour.value, "colour": colour.hue}


def _essence(row: Row) -> tuple[object, ...]:
    loud = [(each.words, each.fact) for each in row.statements if each.colour is not Colour.GREEN]
    return row.version, row.colour, tuple(loud)
