"""libyaml's events become data and places; knows no encodings, and tells neither broken syntax nor other mistakes.

This is the hot loop of `check`: about 0.5 µs an event on top of libyaml's own 0.5 µs, which decides its style.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from compiler.diagnostics.model import Diagnostic, YamlPath
from compiler.diagnostics.place import Lines
from compiler.source.document import Entry, Plain
from compiler.source.scalars import CoreScalars, resolve_core

if TYPE_CHECKING:
    from compiler.source.tree_mistakes import Raw, Trail, TreeMistakes

MAX_DEPTH = 64
"""Collections within collections; a platform needs about 10."""
MAX_NODES = 500_000
"""Keys' values and items of one file; 1,000 teams make 33,000."""
MAX_ALIASED_NODES = 20_000
"""What all aliases of one file stand for together; a bomb reaches thousands of millions with a few lines."""

_CORE_TAG = "tag:yaml.org,2002:"
_ABSENT: Final = object()

Value = tuple[Any, int, int, "list[Entry] | None"]
"""A value, its first and last offset, and its entries; the value is `_ABSENT` when it was set aside."""


class Abandoned(Exception):
    """The file goes beyond a limit; nothing of it is used."""


class Tree:
    """Builds one document from the events of `read`, and keeps what it found on the way.

    After `build`, `data` and `root` are the document's first root value, and `nodes` is the number of values.
    `findings` and `incomplete` hold what was found so far even when `build` ended with an exception.

    Reports: duplicate-key, merge-key, key-not-text, missing-space-after-colon, unknown-tag, tag-mismatch,
    unknown-alias, recursive-alias, alias-bomb, deep-nesting, too-many-values, several-documents, old-yaml-version,
    too-many-mistakes.
    """

    def __init__(self, lines: Lines, file: str, read: Callable[[], Event]) -> None:
        self.data: Plain = None
        self.root: Entry | None = None
        self.findings: list[Diagnostic] = []
        self.incomplete: set[YamlPath] = set()
        self._lines = lines
        self._file = file
        self._read: Callable[[], Any] = read
        self._typed = CoreScalars()
        self._anchors: dict[str, tuple[Any, list[Entry] | None, int] | None] = {}
        self.nodes = 0
        self._aliased = 0
        self._told: TreeMistakes | None = None

    @property
    def is_simple(self) -> bool:
        """Return whether nothing was found, and nothing stands for something elsewhere."""
        return not (self.findings or self._anchors or self.incomplete)

    @property
    def _mistakes(self) -> TreeMistakes:
        """Return who tells what is wrong, loaded with the first mistake: most files have none."""
        if self._told is None:
            from compiler.source.tree_mistakes import TreeMistakes

            self._told = TreeMistakes(self._lines, self._file, self.findings, self.incomplete)
        return self._told

    def build(self) -> None:
        """Read all events.

        Raises: `yaml.YAMLError` where the text is no YAML, `Abandoned` where it goes beyond a limit.
        """
        read = self._read
        while True:
            event = read()
            kind = event.__class__
            if kind is StreamEndEvent:
                return
            if kind is DocumentStartEvent:
                if self.root is not None:
                    self._mistakes.several_documents(event)
                    return
                if event.version == (1, 1):
                    self._mistakes.old_version(event)
            elif kind is not DocumentEndEvent and event.start_mark is not None and kind in _OPENING:
                value, start, end, children = self._value(event, None, 0)
                self.root = (start, end, start, end, children)
                self.data = None if value is _ABSENT else value

    def _value(self, event: Raw, trail: Trail, depth: int) -> Value:
        """Return the value that begins with `event`, of any kind."""
        kind = event.__class__
        if kind is AliasEvent:
            return self._alias(event, trail)
        start: int = event.start_mark.index
        children: list[Entry] | None = None
        before = self.nodes
        value: Any
        if kind is ScalarEvent:
            value = self._typed[event.value] if event.implicit[0] else event.value
            end = event.end_mark.index
            if event.tag is not None:
                value = self._tagged_scalar(event, trail)
            if event.anchor is not None:
                self._anchors[event.anchor] = (value, None, 1)
            return value, start, end, None
        if depth >= MAX_DEPTH:
            self._mistakes.too_deep(event, MAX_DEPTH, trail)
            raise Abandoned
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        if event.tag is not None:
            self._tagged_collection(event, trail)
        build = self._mapping if kind is MappingStartEvent else self._sequence
        value, children, end = build(event, trail, depth + 1)
        self.nodes += len(children) + 1
        if self.nodes > MAX_NODES:
            self._mistakes.too_many(start, end, MAX_NODES)
            raise Abandoned
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, children, self.nodes - before)
        return value, start, end, children

    def _mapping(self, opening: Raw, trail: Trail, depth: int) -> tuple[dict[str, Any], list[Entry], int]:
        read, typed = self._read, self._typed
        data: dict[str, Any] = {}
        entries: list[Entry] = []
        end: int = opening.end_mark.index
        while True:
            event = read()
            kind = event.__class__
            if kind is MappingEndEvent:
                return data, entries, event.end_mark.index if opening.flow_style else end
            start: int = event.start_mark.index
            is_plain = False
            if kind is ScalarEvent and event.tag is None and event.anchor is None:
                is_plain = event.implicit[0]
                key = typed[event.value] if is_plain else event.value
                key_end: int = event.end_mark.index
            else:
                key, _, key_end, _ = self._value(event, trail, depth)
            if key.__class__ is not str or key in data or (is_plain and key == "<<"):
                end = self._set_aside(key, (start, key_end), data, trail, depth)
                continue
            event = read()
            kind = event.__class__
            if kind is ScalarEvent and event.tag is None and event.anchor is None:
                value = typed[event.value] if event.implicit[0] else event.value
                value_start: int = event.start_mark.index
                end = event.end_mark.index
                if value is None and ":" in key and value_start == end and is_plain:
                    self._mistakes.glued(key, (start, key_end), trail)
                    continue
                data[key] = value
                entries.append((start, key_end, value_start, end, None))
            else:
                value, value_start, end, children = self._value(event, (trail, key), depth)
                if value is _ABSENT:
                    self._mistakes.missing_at(trail)
                    continue
                data[key] = value
                entries.append((start, key_end, value_start, end, children))

    def _sequence(self, opening: Raw, trail: Trail, depth: int) -> tuple[list[Any], list[Entry], int]:
        read, typed = self._read, self._typed
        data: list[Any] = []
        entries: list[Entry] = []
        end: int = opening.end_mark.index
        while True:
            event = read()
            kind = event.__class__
            if kind is SequenceEndEvent:
                return data, entries, event.end_mark.index if opening.flow_style else end
            if kind is ScalarEvent and event.tag is None and event.anchor is None:
                start: int = event.start_mark.index
                end = event.end_mark.index
                data.append(typed[event.value] if event.implicit[0] else event.value)
                entries.append((start, end, start, end, None))
            else:
                value, start, end, children = self._value(event, (trail, len(data)), depth)
                if value is _ABSENT:
                    self._mistakes.missing_at(trail)
                    continue
                data.append(value)
                entries.append((start, end, start, end, children))

    def _alias(self, event: Raw, trail: Trail) -> Value:
        name: str = event.anchor
        start: int = event.start_mark.index
        end: int = event.end_mark.index
        absent: Value = (_ABSENT, start, end, None)
        if name not in self._anchors:
            self._mistakes.unknown_alias(name, self._anchors, (start, end), trail)
            return absent
        anchored = self._anchors[name]
        if anchored is None:
            self._mistakes.recursive_alias(name, (start, end), trail)
            return absent
        value, children, nodes = anchored
        self.nodes += nodes
        self._aliased += nodes
        if self._aliased > MAX_ALIASED_NODES:
            if self._aliased - nodes <= MAX_ALIASED_NODES:
                self._mistakes.alias_bomb(name, nodes, MAX_ALIASED_NODES, (start, end), trail)
            self.nodes -= nodes
            return absent
        return value, start, end, children

    def _set_aside(self, key: Raw, place: tuple[int, int], data: dict[str, Any], trail: Trail, depth: int) -> int:
        """Report an entry that cannot be used, read past its value, and return where it ends."""
        event = self._read()
        _, _, value_end, _ = self._value(event, (trail, key if key.__class__ is str else "?"), depth)
        self._mistakes.unusable_key(key, place, data, trail, is_absent=key is _ABSENT)
        return max(place[1], value_end)

    def _tagged_scalar(self, event: Raw, trail: Trail) -> Raw:
        kind = event.tag.removeprefix(_CORE_TAG)
        if kind == event.tag or kind not in {"str", "int", "float", "bool", "null"}:
            self._mistakes.unknown_tag(event, trail)
            return event.value
        value: Any = event.value if kind == "str" else resolve_core(event.value)
        if kind == "float" and value.__class__ is int:
            value = float(value)
        if value.__class__ is not _TAGGED[kind]:
            self._mistakes.tag_mismatch(event.value, kind, (event.start_mark.index, event.end_mark.index), trail)
            return event.value
        return value

    def _tagged_collection(self, event: Raw, trail: Trail) -> None:
        if event.tag != _CORE_TAG + ("map" if event.__class__ is MappingStartEvent else "seq"):
            self._mistakes.unknown_tag(event, trail)


_OPENING = frozenset({ScalarEvent, AliasEvent, MappingStartEvent, SequenceStartEvent})
_TAGGED = {"str": str, "int": int, "float": float, "bool": bool, "null": type(None)}
