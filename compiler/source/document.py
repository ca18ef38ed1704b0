"""Plain data plus positions: what the loader returns and every later stage points into; knows no YAML library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from compiler.diagnostics.model import Span, YamlPath
from compiler.diagnostics.place import Lines

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]
"""Data of the YAML 1.2 core schema: mappings with text keys, lists and scalars."""

_LARGE = 64

Entry = tuple[int, int, int, int, "Sequence[Entry] | None"]
"""Where one entry of a collection stands: key start and end, value start and end, and the value's own entries.

Units: character offsets into the text, ends are exclusive. An item of a list has the place of its value as its key.
Entries stand in the order of the data, so the n-th key of a mapping has the n-th entry: plain tuples in step with
the data cost a third of what a mapping of places would.
"""


@dataclass(frozen=True)
class Document:
    """One YAML file: its name as the user gave it, its text, its data and its places. Never changed.

    `root` is the place of the whole. `incomplete` names the values from which the loader set a wrong part aside:
    what seems to be missing directly below such a path is no finding of its own. `nodes` is the number of values of a
    large text whose parts can be read by themselves: one without findings, anchors, tabs and accents, read as a whole.
    """

    file: str
    text: str
    data: Plain
    root: Entry
    incomplete: frozenset[YamlPath] = field(default=frozenset())
    nodes: int | None = None

    @cached_property
    def lines(self) -> Lines:
        """Return the text by lines."""
        return Lines(self.text)

    def is_incomplete(self, path: YamlPath) -> bool:
        """Return whether a wrong part of the value at `path` was set aside."""
        return path in self.incomplete

    def span(self, path: YamlPath, *, at_key: bool = False) -> Span:
        """Return where `path` stands; a path that is not there gives its nearest parent's key.

        A value that is empty in the text has the place of its key. The whole document is marked at its start.
        The span lies inside the text for every path.
        """
        depth, entry = self._find(path)
        if depth == 0:
            start = entry[2]
            return self.lines.span(self.file, start, min(start + 1, len(self.text)))
        start, end = self._value_range(entry)
        if at_key or depth < len(path) or start == end:
            start, end = entry[0], entry[1]
        return self.lines.span(self.file, start, end)

    def range_of(self, path: YamlPath, *, at_key: bool = False) -> tuple[int, int] | None:
        """Return the exact stretch of text that writes the value (or key) at `path`; `None` if it is not there.

        An empty value gives an empty stretch behind its colon or dash. What an alias stands for is written where its
        anchor is. Units: character offsets, the end exclusive.
        """
        depth, entry = self._find(path)
        if depth < len(path):
            return None
        return (entry[0], entry[1]) if at_key else self._value_range(entry)

    def edit_range(self, path: YamlPath, *, at_key: bool = False, removal: bool = False) -> tuple[int, int] | None:
        """Return the stretch of text that a fix at `path` replaces, or with `removal` the whole entry.

        An entry on lines of its own goes with these lines; one that shares its line goes up to its neighbour.
        `None` if the path is not there, or is the root and cannot be removed.
        """
        found = self.range_of(path, at_key=at_key)
        if not removal or found is None:
            return found
        if not path:
            return None
        siblings = self._find(path[:-1])[1][4] or []
        entry = self._find(path)[1]
        index = [sibling[:2] for sibling in siblings].index(entry[:2])
        start, end = entry[0], max(self._value_range(entry)[1], entry[1])
        first, last = self.lines.place(start)[0], self.lines.place(end)[0]
        line_start, line_end = self.lines.offset(first, 1), self.lines.offset(last, len(self.lines.line(last)) + 1)
        shares_end = any(end <= sibling[0] < line_end for sibling in siblings)
        before = self.text[line_start:start].strip(" ")
        is_item = isinstance(path[-1], int)
        if not shares_end and before == ("-" if is_item else "") and not self.text[end:line_end].strip(" ]},"):
            if last < self.lines.count:
                line_end = self.lines.offset(last + 1, 1)
            return line_start, line_end
        if index + 1 < len(siblings):
            return start, siblings[index + 1][0]
        if index:
            return max(self._value_range(siblings[index - 1])[1], siblings[index - 1][1]), end
        return start, end

    def written(self, path: YamlPath, *, at_key: bool = False) -> str | None:
        """Return the value (or key) at `path` exactly as the user wrote it; `None` if it is not there.

        This is how `1.10` is told from `1.1`, which are the same number.
        """
        found = self.range_of(path, at_key=at_key)
        return None if found is None else self.text[found[0] : found[1]]

    def text_of(self, span: Span) -> str:
        """Return the text under a span of this file."""
        lines = self.lines
        return self.text[lines.offset(span.line, span.column) : lines.offset(span.end_line, span.end_column)]

    def _find(self, path: YamlPath) -> tuple[int, Entry]:
        """Return the entry of `path`, or of its nearest parent that is there, and how many steps lead to it."""
        data, entry = self.data, self.root
        for depth, step in enumerate(path):
            children = entry[4]
            if children is None:
                return depth, entry
            if isinstance(data, dict) and isinstance(step, str) and step in data:
                entry = children[self._index(data)[step]]
                data = data[step]
            elif isinstance(data, list) and isinstance(step, int) and 0 <= step < len(data):
                entry = children[step]
                data = data[step]
            else:
                return depth, entry
        return len(path), entry

    def _index(self, data: dict[str, Plain]) -> dict[str, int]:
        """Return the number of each key; kept for mappings so large that counting for every finding would take long."""
        if len(data) < _LARGE:
            return {key: number for number, key in enumerate(data)}
        found = self._indexes.get(id(data))
        if found is None:
            found = self._indexes[id(data)] = {key: number for number, key in enumerate(data)}
        return found

    @cached_property
    def _indexes(self) -> dict[int, dict[str, int]]:
        return {}

    def _value_range(self, entry: Entry) -> tuple[int, int]:
        """Return the value's stretch; a block scalar ends with its text, not with the blank lines after it."""
        start, end = entry[2], entry[3]
        return start, start + len(self.text[start:end].rstrip())
