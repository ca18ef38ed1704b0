"""Reads again only the part of a text that has changed since it was last read; knows no YAML but by `Tree`.

Most edits of a large file change one item of one list: a team, a pool. The lines from one item's dash to another's are
a list by themselves, so what they say can be read alone and put in the place of what they said before. Wherever that is
not certain to give what reading the whole text gives, nothing is given, and the whole text is to be read.
"""

from __future__ import annotations

import marshal
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, overload

from compiler.diagnostics.place import Lines
from compiler.source.document import Document, Entry, Plain

_DEEPEST = 32
"""Levels of a part; in what is deeper, the limit on the whole may be passed."""


class Reading(NamedTuple):
    """A text as it was read, without a finding, and the number of its values."""

    text: str
    data: dict[str, Plain]
    root: Entry
    nodes: int


def dumped(document: Document) -> bytes:
    """Return what `loaded` makes a reading of again. The document is one that can be read in parts: it has `nodes`."""
    reading: Any = (document.text, document.data, document.root, document.nodes)
    return marshal.dumps(reading)


def loaded(content: bytes) -> Reading | None:
    """Return the reading that `dumped` made this of; nothing for anything else."""
    try:
        return Reading(*marshal.loads(content))  # noqa: S302 - made by this very program
    except (EOFError, ValueError, TypeError):
        return None


def reread(before: Reading, text: str, file: str, read: Callable[[str], Any]) -> Document | None:
    """Return the document of a text that differs from an earlier one within one list below the root, or nothing.

    Args: `text` is ASCII without tabs, as the earlier one was; `read` gives the parser of a text.
    """
    if text == before.text:
        return Document(file, text, before.data, before.root)
    change = _change(before.text, text)
    around = _stretch(before, *change)
    if around is None:
        return None
    number, key, first, stop, begin, end = around
    moved = len(text) - len(before.text)
    outer = before.root[4] or ()
    entries = outer[number][4] or ()
    part = text[begin : end + moved]
    found = _items(part, file, read) if part[-1:] == "\n" or end + moved == len(text) else None
    if found is None:
        return None
    values, places = found
    from compiler.source.tree import MAX_NODES

    if before.nodes - _size(entries[first:stop]) + _size(places) > MAX_NODES:
        return None
    old: Any = before.data[key]
    data = {**before.data, key: [*old[:first], *values, *old[stop:]]}
    inner = [*entries[:first], *Moved(places, begin), *Moved(entries[stop:], moved)]
    key_start, key_end, start, *_ = outer[number]
    root = [
        *outer[:number],
        (key_start, key_end, start, inner[-1][3], inner),
        *Moved(outer[number + 1 :], moved),
    ]
    top, last = before.root[0], root[-1][3]
    return Document(file, text, data, (top, last, top, last, root))


class Moved(Sequence[Entry]):
    """Entries so many characters further on; each is made when it is asked for, for few are."""

    def __init__(self, entries: Sequence[Entry], by: int) -> None:
        self._entries = entries
        self._by = by

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Entry]: ...
    def __getitem__(self, index: int | slice) -> Entry | Sequence[Entry]:
        if isinstance(index, slice):
            return Moved(self._entries[index], self._by)
        by = self._by
        key_start, key_end, start, end, inner = self._entries[index]
        return key_start + by, key_end + by, start + by, end + by, None if inner is None else Moved(inner, by)


class _Stretch(NamedTuple):
    """Items of the list that is the value of a key below the root, and the lines that they stand on."""

    number: int
    key: str
    first: int
    stop: int
    begin: int
    end: int


def _change(old: str, new: str) -> tuple[int, int]:
    """Return where two texts begin to differ, and where in the old one they cease to."""
    least = min(len(old), len(new))
    start = _most(least, lambda count: new.startswith(old[:count]))
    same = _most(least - start, lambda count: new.endswith(old[len(old) - count :]))
    return start, len(old) - same


def _most(limit: int, holds: Callable[[int], bool]) -> int:
    """Return the greatest number up to a limit for which something holds that holds for every lesser one."""
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low


def _stretch(before: Reading, start: int, end: int) -> _Stretch | None:
    """Return the items on whose lines all from `start` to `end` stands, the first one's dash before it."""
    text, outer = before.text, before.root[4] or ()
    number = bisect_right([entry[0] for entry in outer], start) - 1
    if number < 0:
        return None
    key, items = list(before.data)[number], outer[number][4]
    if not items or not isinstance(before.data[key], list) or items[0][0] > start:
        return None
    starts = [item[0] for item in items]
    first = bisect_right(starts, start) - 1
    stop = bisect_right(starts, max(end, starts[first]))
    begin = _dash_line(text, starts[first])
    following = len(text) if number + 1 == len(outer) else outer[number + 1][0]
    finish = following if stop == len(items) else _dash_line(text, starts[stop])
    if begin is None or finish is None or end > finish:
        return None
    return _Stretch(number, key, first, stop, begin, finish)


def _dash_line(text: str, start: int) -> int | None:
    """Return where the line of a list's item begins that has nothing but its dash before it."""
    line = text.rfind("\n", 0, start) + 1
    return line if text[line:start].strip(" ") == "-" else None


def _items(part: str, file: str, read: Callable[[str], Any]) -> tuple[list[Plain], Sequence[Entry]] | None:
    """Return the items of a text that is a list by itself as well as in its place, and where they stand."""
    from yaml import YAMLError

    from compiler.source.tree import Abandoned, Tree

    if any(f"\n{mark}" in f"\n{part}" for mark in ("---", "...", "%")):
        return None
    tree = Tree(Lines(part), file, read(part).get_event)
    try:
        tree.build()
    except (Abandoned, YAMLError):
        return None
    places = tree.root[4] if tree.root else None
    if not isinstance(tree.data, list) or not places or not tree.is_simple:
        return None
    return (tree.data, places) if _depth(places) <= _DEEPEST else None


def _size(entries: Sequence[Entry]) -> int:
    """Return the number of values in some entries, as the reader of the whole counts them."""
    return sum(1 + (0 if inner is None else 1 + _size(inner)) for *_, inner in entries)


def _depth(entries: Sequence[Entry]) -> int:
    return 1 + max((_depth(inner) for *_, inner in entries if inner is not None), default=0)
